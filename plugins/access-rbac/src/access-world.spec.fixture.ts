import { StoreError, type AuditTrail, type CallContext, type DocumentCollections, type HttpRouteRequest, type Principal } from '@zas/plugin-api';
import { MemoryMetadataStore, silentLogger, testContext } from '@zas/plugin-testkit';
import { buildAccess, type Access } from './build-access.js';
import { configSchema } from './config.js';
import { MasterKeyRing, type KeyRing } from './secrets/key-ring.js';
import type { VerifiedWebIdentity } from './tokens/sts-service.js';

export const START = 1_800_000_000_000;
export const HOME = '111111111111';
export const MASTER_KEY = Buffer.alloc(32, 1);

/** A store that fails, or keeps its readers waiting, when told to. */
export class SwitchedStore extends MemoryMetadataStore {
  failing = false;
  writes = 0;
  /** Waited for before and after each look and each write. */
  pace: () => Promise<void> = async () => undefined;
  readonly #held = new Map<string, Promise<void>>();

  constructor() {
    super();
    const { find, list } = this.documents;
    const documents: DocumentCollections = {
      find: async (context, namespace, collection, id) => this.#answer(context, collection, () => find(context, namespace, collection, id)),
      list: async (context, namespace, collection, page) => this.#answer(context, collection, () => list(context, namespace, collection, page)),
    };
    Object.assign(this, { documents });
  }

  /** Answers of that collection, as they are when they are asked for, come when it is let go. */
  hold(collection: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(collection, promise);
    return () => {
      this.#held.delete(collection);
      resolve();
    };
  }

  override async apply(...[context, intent]: Parameters<MemoryMetadataStore['apply']>): Promise<never> {
    this.#fail();
    this.writes++;
    await this.pace();
    const done = await super.apply(context, intent as never);
    await this.pace();
    return done as never;
  }

  async #answer<T>({ signal }: CallContext, collection: string, look: () => Promise<T>): Promise<T> {
    this.#fail();
    await this.pace();
    const found = await look();
    await this.pace();
    await this.#held.get(collection);
    if (signal.aborted) throw new StoreError('aborted', 'Nobody waits for the answer');
    return found;
  }

  #fail(): void {
    if (this.failing) throw new StoreError('unavailable', 'The store is gone');
  }
}

/** One store, the servers over it, and a clock that stands still. */
export class AccessWorld {
  now = START;
  readonly store = new SwitchedStore();
  readonly context = testContext({ principal: undefined });
  readonly clock = { now: () => this.now, monotonic: () => this.now - START };
  /** What verified tokens of issuers say, by the token. */
  readonly webIdentities = new Map<string, VerifiedWebIdentity>();

  /** A server. */
  replica({ config = {}, ring = new MasterKeyRing(MASTER_KEY), audit }: { config?: object; ring?: KeyRing; audit?: AuditTrail } = {}): Access {
    const verifyWebIdentity = async (_context: CallContext, token: string): Promise<VerifiedWebIdentity> => {
      const found = this.webIdentities.get(token);
      if (found === undefined) throw new StoreError('unauthenticated', 'The token is not good');
      return found;
    };
    return buildAccess({ config: configSchema.parse(config), metadata: this.store, ring, clock: this.clock, logger: silentLogger, audit, verifyWebIdentity });
  }

  /** A server that has the account {@link HOME}. */
  async home(more: Parameters<AccessWorld['replica']>[0] = {}): Promise<Access> {
    const access = this.replica(more);
    if (!(await access.accounts.find(this.context, HOME))) await access.accounts.create(this.context, HOME, 'Home');
    return access;
  }

  as(principal: Principal | undefined): CallContext {
    return { ...this.context, principal };
  }
}

export const allow = (action: string | readonly string[], resource: string | readonly string[] = '*', condition?: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: resource, ...(condition && { Condition: condition }) } });
export const deny = (action: string, resource = '*') => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: action, Resource: resource } });
export const trusting = (principal: unknown, more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:*', ...more } });

export const user = (name: string, account = HOME): Principal => ({
  id: name.includes(':') ? name : `local:${name}`,
  account: { id: account, canonicalId: `c${account}`, displayName: account },
  accountRoot: false,
  serverRoot: false,
  credentialId: '',
  roles: [],
  groups: [],
});

/** Asks for an object of {@link HOME}. */
export const object = (key = 'k') => ({ type: 'object', bucket: 'box', key, ownerAccount: HOME, object: null }) as const;

/** Whether a server lets a principal read, or do something else with, an object there. */
export async function may({ authorizer }: Access, context: CallContext, principal: Principal, action = 's3:GetObject'): Promise<boolean> {
  return (await authorizer.decide(context, { principal, action, resource: object() })).allow;
}

/** The code, and the reason if it says one, with which it fails. */
export const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: StoreError) => [error.code, error.details?.['reason']].filter(Boolean).join(' '),
  );

export const request = (more: Partial<HttpRouteRequest> = {}): HttpRouteRequest => ({ params: {}, query: {}, headers: {}, body: undefined, ...more });
