import crypto from 'node:crypto';
import { checksumOf, readBody } from '@zas/content-store';
import { abortUpload, deleteObject, openObject, type ObjectStore } from '@zas/object-store';
import type { BucketRecord } from '@zas/plugin-api';
import { testContext, type MemoryBlobStore } from '@zas/plugin-testkit';

const context = testContext();
const PAGE = 1000;

/** Reads every object whole and compares it with its etag and checksum. @returns what is wrong */
export async function readEverything(store: ObjectStore, bucket: BucketRecord): Promise<string[]> {
  const problems: string[] = [];
  for (const key of await keysOf(store, bucket)) {
    try {
      const { version, body } = await openObject(store, context, { bucket, key }, ({ size }) => ({ offset: 0, length: size }));
      const pieces: Buffer[] = [];
      await readBody(store.content, context, body, async (piece) => void pieces.push(Buffer.from(piece)));
      const bytes = Buffer.concat(pieces);
      const { etag, checksum } = version;
      if (!etag.includes('-') && etag !== crypto.hash('md5', bytes, 'hex')) problems.push(`${key}: other bytes than its etag says`);
      if (checksum && checksum.value !== checksumOf(checksum.algorithm, bytes)) problems.push(`${key}: other bytes than its checksum says`);
    } catch (error) {
      problems.push(`${key}: ${String(error)}`);
    }
  }
  return problems;
}

/** After the clean-up has run to its end: what is stored is what is referenced. @returns what is wrong */
export async function compareLedger(store: ObjectStore, blobs: MemoryBlobStore): Promise<string[]> {
  const rows = await store.metadata.blobs.list(context, { after: 0, limit: 10_000 });
  const stored = new Map([...blobs.blobs].map(([locator, bytes]) => [locator, bytes.length]));
  const problems = rows.flatMap(({ locator, size, state, references }) => {
    const found = stored.get(locator);
    stored.delete(locator);
    if (state !== 'live' || references < 1) return [`${locator}: ${state} with ${references} references is still recorded`];
    return found === size ? [] : [`${locator}: ${size} bytes recorded, ${found ?? 'none'} stored`];
  });
  return [...problems, ...[...stored.keys()].map((locator) => `${locator}: stored, but nothing refers to it`)];
}

/** Deletes all objects and aborts all uploads. */
export async function deleteEverything(store: ObjectStore, bucket: BucketRecord): Promise<void> {
  for (const key of await keysOf(store, bucket)) await deleteObject(store, context, { bucket, key });
  const { entries } = await store.metadata.uploads.list(context, { bucketId: bucket.id, prefix: '', limit: PAGE });
  for (const entry of entries) {
    if (entry.kind === 'upload') await abortUpload(store, context, { bucket, key: entry.upload.key, uploadId: entry.upload.uploadId });
  }
}

async function keysOf(store: ObjectStore, bucket: BucketRecord): Promise<string[]> {
  const { entries } = await store.metadata.objects.list(context, { bucketId: bucket.id, prefix: '', limit: PAGE });
  return entries.flatMap((entry) => (entry.kind === 'object' ? [entry.object.key] : []));
}
