import type { Generation } from './generation.js';
import { show } from './mismatch.js';
import { createBucket, deleteBucket, headBucket, listBuckets } from './operations/bucket-operations.js';
import { burst, race } from './operations/bursts.js';
import { copyObject } from './operations/copy-operations.js';
import { deleteObject, deleteObjects } from './operations/delete-operations.js';
import type { Family } from './operations/family.js';
import { audit, restart } from './operations/interruptions.js';
import { intrude } from './operations/intrusions.js';
import { listObjects } from './operations/list-operations.js';
import { getObject, headObject } from './operations/read-operations.js';
import { listParts, listUploads } from './operations/upload-listings.js';
import { abortUpload, beginUpload, completeUpload, copyPart, putPart } from './operations/upload-operations.js';
import { putObject } from './operations/write-operations.js';
import type { Session } from './session.js';

const FAMILIES = [
  createBucket, deleteBucket, headBucket, listBuckets,
  putObject, getObject, headObject, deleteObject, deleteObjects, copyObject, listObjects,
  beginUpload, putPart, copyPart, completeUpload, abortUpload, listUploads, listParts,
  intrude, burst, race, restart, audit,
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
export function runOperation(session: Session, operation: Operation): Promise<void> {
  return BY_KIND.get(operation.kind)!.run(session, operation);
}

/** An operation on one line, long names shortened. */
export function describeOperation({ kind, ...rest }: Operation): string {
  return `${kind} ${show(rest)}`;
}
