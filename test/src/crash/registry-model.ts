import { digestOf } from '../harness/oci-artifacts.js';
import { History } from './history.js';
import { RepositoryState } from './repository-state.js';
import { makeBytes } from './stored-value.js';

/** A change that was sent; its answer may never come. */
export interface Change {
  readonly what: string;
  readonly at: number;
  apply(state: RepositoryState, at: number): void;
}

/** A repository of one client, whose next one takes it over. */
export interface OwnRepository {
  readonly name: string;
  state: RepositoryState;
  pending: Change | undefined;
}

export const SHARED = 'crash/shared';
export const SHARED_TAGS = ['v1', 'v2', 'latest'];

/** What clients know about a registry: what they sent, and what was acknowledged. */
export class RegistryModel {
  readonly repositories = new Map<string, OwnRepository>();
  /** Digests that the tags may name in the repository of all. */
  readonly sharedTags = new Map(SHARED_TAGS.map((tag) => [tag, new History<string>(undefined)]));
  acknowledged = 0;
  private readonly made = new Map<string, { readonly name: string; readonly size: number } | string>();

  constructor(readonly delayMs: number) {}

  /** @param slot of the clients that follow one another there */
  own(slot: number): OwnRepository {
    const name = `crash/own-${slot}`;
    let repository = this.repositories.get(name);
    if (!repository) this.repositories.set(name, (repository = { name, state: new RepositoryState(this.delayMs), pending: undefined }));
    return repository;
  }

  /** Bytes that are made anew whenever they are needed. */
  makeBlob(name: string, size: number): { digest: string; bytes: Buffer } {
    const bytes = makeBytes(name, size);
    const digest = digestOf(bytes);
    this.made.set(digest, { name, size });
    return { digest, bytes };
  }

  makeManifest(text: string): string {
    const digest = digestOf(text);
    this.made.set(digest, text);
    return digest;
  }

  /** Absent: nobody made such bytes. */
  bytesOf(digest: string): Buffer | undefined {
    const made = this.made.get(digest);
    return typeof made === 'object' ? makeBytes(made.name, made.size) : made === undefined ? undefined : Buffer.from(made);
  }
}
