import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlobStore, BlobUpload, CallContext, Intent, IntentKind, MetadataStore, Outcomes } from '@zas/plugin-api';
import type { Random } from '../property/random.js';

/** An intent that was applied, or refused. */
export interface Applied {
  readonly who: string;
  readonly intent: Intent;
  readonly outcome?: unknown;
  readonly error?: unknown;
}

interface Waiting {
  readonly writes: boolean;
  /** Never rejects. */
  go(): Promise<void>;
  deliver(): void;
}

const MOST_AT_ONCE = 5;

/**
 * Holds every call of a store until it is its turn, so that one seed makes one order.
 * Calls that pass together are of one sort; writes among them are applied in their order.
 */
export class Turnstile {
  private waiting: Waiting[] = [];

  /** @param observe told of each intent, in the order of the commits, before its caller is */
  constructor(
    private readonly random: Random,
    private readonly observe: (applied: Applied) => void,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  pass<T>(call: () => Promise<T>, write?: Pick<Applied, 'who' | 'intent'>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let deliver = (): void => undefined;
      const go = () =>
        call().then(
          (outcome) => {
            deliver = () => {
              if (write) this.observe({ ...write, outcome });
              resolve(outcome);
            };
          },
          (error: unknown) => {
            deliver = () => {
              if (write) this.observe({ ...write, error });
              reject(error as Error);
            };
          },
        );
      this.waiting.push({ writes: write !== undefined, go, deliver: () => deliver() });
    });
  }

  /** Lets some calls pass, then their callers run as far as they get. */
  async letSomePass(): Promise<void> {
    const { random } = this;
    const { writes } = random.pick(this.waiting);
    const chosen: Waiting[] = [];
    for (let left = random.integer(1, MOST_AT_ONCE); left > 0; left--) {
      const fitting = this.waiting.filter((one) => one.writes === writes);
      if (fitting.length === 0) break;
      const next = random.pick(fitting);
      this.waiting.splice(this.waiting.indexOf(next), 1);
      chosen.push(next);
    }
    await Promise.all(chosen.map((one) => one.go()));
    for (const one of chosen) one.deliver();
    await nextTurn();
  }
}

/** @param change may alter an intent on its way, as a broken server would */
export function turnstiledMetadata(store: MetadataStore, turnstile: Turnstile, change: (who: string, intent: Intent) => Intent): MetadataStore {
  const apply = <K extends IntentKind>(context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]> => {
    const changed = change(context.requestId, intent) as typeof intent;
    return turnstile.pass(() => store.apply<K>(context, changed), { who: context.requestId, intent });
  };
  const { intents, buckets, objects, uploads, blobs, feed, leases, documents, repositories, artifacts, blobUploads, unused } = store;
  const roles = { buckets, objects, uploads, blobs, feed, leases, documents, repositories, artifacts, blobUploads, unused };
  const held = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, turnstiledRole(role, turnstile)])) as unknown as typeof roles;
  return { intents, apply, ...held };
}

function turnstiledRole(role: object, turnstile: Turnstile): object {
  return new Proxy(role, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => turnstile.pass(() => method.apply(target, args) as Promise<unknown>);
    },
  });
}

export function turnstiledBlobs(store: BlobStore, turnstile: Turnstile): BlobStore {
  const upload = (inner: BlobUpload): BlobUpload => ({
    append: (offset, chunk) => turnstile.pass(() => inner.append(offset, chunk)),
    commit: () => turnstile.pass(() => inner.commit()),
    suspend: () => turnstile.pass(() => inner.suspend()),
    abort: () => turnstile.pass(() => inner.abort()),
  });
  return {
    begin: (context, locator) => turnstile.pass(async () => upload(await store.begin(context, locator))),
    resume: (context, locator) =>
      turnstile.pass(async () => {
        const found = await store.resume(context, locator);
        return { ...found, upload: upload(found.upload) };
      }),
    open: (context, locator, range) => turnstile.pass(() => store.open(context, locator, range)),
    stat: (context, locator) => turnstile.pass(() => store.stat(context, locator)),
    list: (context, query) => turnstile.pass(() => store.list(context, query)),
    delete: (context, locator) => turnstile.pass(() => store.delete(context, locator)),
  };
}
