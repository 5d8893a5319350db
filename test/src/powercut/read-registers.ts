import { ByteBudget, ContentStore, CorruptionLog, HashPool, WriterEpoch, readBody } from '@zas/content-store';
import { openObject, type ObjectStore } from '@zas/object-store';
import { isStoreError, systemClock } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import type { OpenStores } from '../crash/open-stores.js';
import { BUCKET_REGISTER, textOf } from './registers.js';
import { BUCKET, INLINE_BYTES, LEAST_PART } from './workload.js';

const MIB = 2 ** 20;
const context = testContext();

/** Reads registers through the use cases, without a door. */
export class RegisterReader {
  private readonly budget = new ByteBudget(8 * MIB, 10_000);
  private readonly hashes = new HashPool(this.budget.memory, 1);

  /**
   * @returns their values; `undefined`: absent; for bytes that cannot be read what is wrong with them
   */
  async read(stores: OpenStores, registers: Iterable<string>): Promise<Map<string, string | undefined>> {
    const store = this.objectStore(stores);
    const bucket = await stores.metadata.buckets.find(context, BUCKET);
    const values = new Map<string, string | undefined>();
    for (const register of registers) {
      const [kind, key, uploadId, number] = register.split(' ');
      if (register === BUCKET_REGISTER) values.set(register, bucket && 'there');
      else if (!bucket) values.set(register, undefined);
      else if (kind === 'object') values.set(register, await readObject(store, bucket, key!));
      else values.set(register, await readPart(stores, uploadId!, Number(number)));
    }
    return values;
  }

  stop(): Promise<void> {
    return this.hashes.stop();
  }

  private objectStore({ metadata, blobs }: OpenStores): ObjectStore {
    // Never started: nothing is written.
    const epoch = new WriterEpoch(context, { metadata, clock: systemClock, holder: 'reader', ttlMs: 1 });
    const corruption = new CorruptionLog(metadata, systemClock);
    const shared = { budget: this.budget, hashes: this.hashes, inlineBytes: INLINE_BYTES, flushMs: 50 };
    const content = new ContentStore({ blobs, ledger: metadata.blobs, corruption, epoch, ...shared });
    const limits = { putBytes: MIB, objectBytes: MIB, minPartBytes: LEAST_PART, partCount: 100 };
    return { metadata, content, admissions: [], clock: systemClock, random: () => '', limits };
  }
}

type Bucket = Parameters<typeof openObject>[2]['bucket'];

async function readObject(store: ObjectStore, bucket: Bucket, key: string): Promise<string | undefined> {
  try {
    const { version, body } = await openObject(store, context, { bucket, key }, ({ size }) => ({ offset: 0, length: size }));
    const pieces: Buffer[] = [];
    await readBody(store.content, context, body, async (piece) => void pieces.push(Buffer.from(piece)));
    return textOf({ bytes: Buffer.concat(pieces), etag: version.etag, tag: version.userMetadata['tag'] ?? '' });
  } catch (error) {
    if (isStoreError(error) && error.code === 'not-found' && error.details.reason === 'object') return undefined;
    return `unreadable: ${(error as Error).message}`;
  }
}

async function readPart({ metadata }: OpenStores, uploadId: string, number: number): Promise<string | undefined> {
  const [part] = await metadata.uploads.parts(context, uploadId, { after: number - 1, limit: 1 });
  return part?.number === number ? part.etag : undefined;
}
