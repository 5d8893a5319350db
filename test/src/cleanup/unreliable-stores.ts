import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobStore, BlobUpload, CallContext, Intent, IntentKind, MetadataStore, Outcomes } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { Random } from '../property/random.js';

/** Intents whose answer may get lost; those of leases are the driver's own. */
const UNCLEAR: ReadonlySet<IntentKind> = new Set(['put-object', 'put-part', 'complete-upload', 'delete-object', 'claim-contents', 'forget-contents', 'put-document']);
const UNCLEAR_CHANCE = 0.01;
const DELETE_FAILS_CHANCE = 0.03;

/** The fate of one process: what its calls of the stores meet. */
export class Fate {
  private dead = false;

  /** @param random decides where others get a turn and which calls fail */
  constructor(readonly random: Random) {}

  /** From here on no call reaches a store any more, and no answer comes back. */
  crash(): void {
    this.dead = true;
  }

  get crashed(): boolean {
    return this.dead;
  }

  /** Lets others run, here or in a later turn. @throws StoreError once the process is dead */
  async pause(): Promise<void> {
    for (let turns = this.random.integer(0, 3); turns > 0; turns--) await (this.random.chance(0.1) ? nextTurn() : undefined);
    if (this.dead) throw new StoreError('unavailable', 'The process is dead');
  }

  /** Does a call of a store with pauses around it. */
  async around<T>(call: () => Promise<T>): Promise<T> {
    await this.pause();
    const answer = await call();
    await this.pause();
    return answer;
  }
}

export function unreliableBlobs(store: BlobStore, fate: Fate): BlobStore {
  const upload = (inner: BlobUpload): BlobUpload => ({
    append: (offset, chunk) => fate.around(() => inner.append(offset, chunk)),
    commit: () => fate.around(() => inner.commit()),
    suspend: () => fate.around(() => inner.suspend()),
    abort: () => fate.around(() => inner.abort()),
  });
  return {
    begin: (context, locator) => fate.around(async () => upload(await store.begin(context, locator))),
    resume: (context, locator) => fate.around(() => store.resume(context, locator)),
    open: (context, locator, range) => fate.around(() => store.open(context, locator, range)),
    stat: (context, locator) => fate.around(() => store.stat(context, locator)),
    list: (context, query) => fate.around(() => store.list(context, query)),
    delete: (context, locator) =>
      fate.around(async () => {
        if (fate.random.chance(DELETE_FAILS_CHANCE)) throw new StoreError('unavailable', 'The disk sleeps');
        await store.delete(context, locator);
      }),
  };
}

export function unreliableMetadata(store: MetadataStore, fate: Fate): MetadataStore {
  const apply = async <K extends IntentKind>(context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]> => {
    await fate.pause();
    const unclear = UNCLEAR.has(intent.kind) && fate.random.chance(UNCLEAR_CHANCE);
    if (unclear && fate.random.chance(0.5)) throw new StoreError('unavailable', 'Not committed');
    const outcome = await store.apply(context, intent);
    await fate.pause();
    if (unclear) throw new StoreError('unavailable', 'Committed, but nobody knows');
    return outcome;
  };
  const { intents, buckets, objects, uploads, blobs, feed, leases, documents, repositories, artifacts, blobUploads, unused } = store;
  const roles = { buckets, objects, uploads, blobs, feed, leases, documents, repositories, artifacts, blobUploads, unused };
  const slowed = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, slowedRole(role, fate)])) as unknown as typeof roles;
  return { intents, apply, ...slowed };
}

/** Every reading method with pauses around it. */
function slowedRole(role: object, fate: Fate): object {
  return new Proxy(role, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => fate.around(() => method.apply(target, args) as Promise<unknown>);
    },
  });
}
