import { isStoreError, StoreError, type CallContext, type MetadataStore } from '@zas/plugin-api';
import { BUILT_IN_POLICIES, BUILT_IN_ROLES } from './built-in-roles.js';
import type { Collection, OwnedCollection, Records, Stored } from './records.js';

const NAMESPACE = 'access-rbac';
/** Names of keys by user, so that they are found without a search. */
const KEYS_OF_USER = 'keys-of-user';
/** Its revision changes with every change of any record: what is kept of them is good while it stays. */
const GENERATION = { collection: 'state', id: 'generation' } as const;

export interface PageQuery {
  /** Ids behind this one. */
  readonly after?: string;
  readonly limit: number;
}

/** One document to write, or without `value` to delete. Made by the functions below. */
export interface RecordWrite {
  readonly collection: string;
  readonly id: string;
  readonly value?: unknown;
  /** 0: it must not be there yet. */
  readonly ifRevision?: number;
}

/** The documents of the access plugin. */
export class AccessStore {
  readonly #metadata: MetadataStore;

  constructor(metadata: MetadataStore) {
    this.#metadata = metadata;
  }

  async find<C extends Collection>(context: CallContext, collection: C, name: string): Promise<Stored<Records[C]> | undefined> {
    const found = await this.#metadata.documents.find(context, NAMESPACE, collection, name);
    return found && { record: found.value as Records[C], revision: found.revision };
  }

  /** With what is built in. */
  async findOwned<C extends OwnedCollection>(context: CallContext, collection: C, account: string, id: string): Promise<Stored<Records[C]> | undefined> {
    const builtIn = builtIns(collection).get(id);
    return builtIn === undefined ? this.find(context, collection, nameOf(account, id)) : { record: builtIn as Records[C], revision: 0 };
  }

  /** Stored records of an account in byte order of their ids; built-in ones are not among them. */
  async listOwned<C extends OwnedCollection>(context: CallContext, collection: C, account: string, { after = '', limit }: PageQuery): Promise<readonly Records[C][]> {
    const start = nameOf(account, '');
    const found = await this.#metadata.documents.list(context, NAMESPACE, collection, { after: start + after, limit });
    return found.filter(({ id }) => id.startsWith(start)).map(({ value }) => value as Records[C]);
  }

  /** All of an account behind an id, a page at a time. */
  async *allOwned<C extends OwnedCollection>(context: CallContext, collection: C, account: string, behind = ''): AsyncGenerator<Records[C]> {
    for (let after = behind; ; ) {
      const page = await this.listOwned(context, collection, account, { after, limit: 1_000 });
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < 1_000) return;
      after = last.id;
    }
  }

  async list<C extends 'accounts' | 'keys'>(context: CallContext, collection: C, { after, limit }: PageQuery): Promise<readonly Records[C][]> {
    const found = await this.#metadata.documents.list(context, NAMESPACE, collection, { after, limit });
    return found.map(({ value }) => value as Records[C]);
  }

  /** Ids of a user's keys. */
  async keysOf(context: CallContext, account: string, user: string): Promise<readonly string[]> {
    const start = `${nameOf(account, user)}/`;
    const found = await this.#metadata.documents.list(context, NAMESPACE, KEYS_OF_USER, { after: start, limit: 1_000 });
    return found.filter(({ id }) => id.startsWith(start)).map(({ id }) => id.slice(start.length));
  }

  /** The revision of everything; 0 before the first change. */
  async generation(context: CallContext): Promise<number> {
    return (await this.#metadata.documents.find(context, NAMESPACE, GENERATION.collection, GENERATION.id))?.revision ?? 0;
  }

  /**
   * Writes all records in one commit, and a new generation. Throws `precondition-failed` when one is not as it was read.
   * @returns the new generation
   */
  async write(context: CallContext, writes: readonly RecordWrite[]): Promise<number> {
    const { revisions } = await this.#metadata.apply<'write-documents'>(context, {
      kind: 'write-documents',
      namespace: NAMESPACE,
      writes: [...writes, { ...GENERATION, value: true }],
    });
    return revisions.at(-1) as number;
  }
}

/** @param ifRevision 0: it must not be there yet; absent: whatever is there */
export function put<C extends Exclude<Collection, 'keys'>>(collection: C, id: string, value: Records[C], ifRevision?: number): RecordWrite {
  return { collection, id, value, ifRevision };
}

export function remove(collection: Exclude<Collection, 'keys'>, id: string): RecordWrite {
  return { collection, id };
}

export function putKey(key: Records['keys'], ifRevision?: number): readonly RecordWrite[] {
  return [
    { collection: 'keys', id: key.id, value: key, ifRevision },
    { collection: KEYS_OF_USER, id: placeOf(key), value: true },
  ];
}

export function removeKey(key: Records['keys']): readonly RecordWrite[] {
  return [
    { collection: 'keys', id: key.id },
    { collection: KEYS_OF_USER, id: placeOf(key) },
  ];
}

export function nameOf(account: string, id: string): string {
  return `${account}/${id}`;
}

function placeOf({ account, user, id }: Records['keys']): string {
  return `${nameOf(account, user)}/${id}`;
}

function builtIns(collection: OwnedCollection): ReadonlyMap<string, unknown> {
  if (collection === 'roles') return BUILT_IN_ROLES;
  return collection === 'policies' ? BUILT_IN_POLICIES : NONE;
}

const NONE: ReadonlyMap<string, unknown> = new Map();

/** Somebody else was faster. */
export function isOvertaken(error: unknown): boolean {
  return isStoreError(error) && error.code === 'precondition-failed';
}

export function absent(kind: string): StoreError {
  return new StoreError('not-found', `There is no such ${kind}`);
}
