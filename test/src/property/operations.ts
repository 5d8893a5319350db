import type { Generation } from './generation.js';
import { show } from './mismatch.js';
import { createBucket, deleteBucket, headBucket, listBuckets } from './operations/bucket-operations.js';
import { burst, race } from './operations/bursts.js';
import { changeObject, inspectObject } from './operations/change-operations.js';
import { turnClock } from './operations/clock-operations.js';
import { copyObject } from './operations/copy-operations.js';
import { deleteObject, deleteObjects } from './operations/delete-operations.js';
import type { Family } from './operations/family.js';
import { audit, restart } from './operations/interruptions.js';
import { forge } from './operations/forgeries.js';
import { pile } from './operations/piles.js';
import { listObjects, listVersions } from './operations/list-operations.js';
import { getObject, headObject } from './operations/read-operations.js';
import { configure, inspectBucket } from './operations/setting-operations.js';
import { appendObject, renameObject } from './operations/unversioned-operations.js';
import { listParts, listUploads } from './operations/upload-listings.js';
import { abortUpload, beginUpload, completeUpload, copyPart, putPart } from './operations/upload-operations.js';
import { putObject } from './operations/write-operations.js';
import type { Session } from './session.js';

const FAMILIES = [
  createBucket, deleteBucket, headBucket, listBuckets, configure, inspectBucket,
  putObject, getObject, headObject, deleteObject, deleteObjects, copyObject, listObjects, listVersions,
  changeObject, inspectObject, appendObject, renameObject,
  beginUpload, putPart, copyPart, completeUpload, abortUpload, listUploads, listParts,
  turnClock, forge, burst, race, pile, restart, audit,
] as const;

type OperationOf<F> = F extends Family<infer Op> ? Op : never;

/** One step of a run, as plain data. */
export type Operation = OperationOf<(typeof FAMILIES)[number]>;

const BY_KIND = new Map<string, Family<Operation>>(FAMILIES.map((family) => [family.kind, family as unknown as Family<Operation>]));
const CHOICES = [...BY_KIND.values()].map((family) => ({ weight: family.weight, value: family }));

/** The next operation. While there is no bucket, one is made. */
export function generateOperation(generation: Generation): Operation {
  if (generation.model.buckets.size === 0) return createBucket.generate(generation)!;
  for (;;) {
    const operation = generation.random.weighted(CHOICES).generate(generation);
    if (operation) return operation;
  }
}

/** Throws `Mismatch` where server and model differ. */
export async function runOperation(session: Session, operation: Operation): Promise<void> {
  await session.tick();
  await BY_KIND.get(operation.kind)!.run(session, operation);
}

/** An operation on one line, long names shortened. */
export function describeOperation({ kind, ...rest }: Operation): string {
  return `${kind} ${show(rest)}`;
}
