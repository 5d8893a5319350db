import {
  StoreError,
  type AbortUpload,
  type BodyPart,
  type CallContext,
  type CompleteUpload,
  type CreateUpload,
  type ForgetCompletedUploads,
  type Outcomes,
  type PutPart,
  type WrittenVersion,
} from '@zas/plugin-api';
import { prepareBody, recordBody, releaseBody } from './memory-metadata-bodies.js';
import { checkLockable } from './memory-metadata-locks.js';
import { addVersion, checkPrecondition } from './memory-metadata-objects.js';
import type { MemoryMetadataState, StoredUpload } from './memory-metadata-state.js';

export function createUpload(state: MemoryMetadataState, context: CallContext, intent: CreateUpload): Outcomes['create-upload'] {
  const bucket = state.bucket(intent.bucketId);
  checkLockable(bucket, intent.attributes);
  const { record } = bucket;
  if (state.uploads.has(intent.uploadId)) throw new StoreError('already-exists', 'The upload id is taken', { details: { reason: 'upload' } });
  const { uploadId, bucketId, key, attributes, checksum, initiator, initiatorAccount, at } = intent;
  state.uploads.set(uploadId, {
    record: { uploadId, bucketId, key, initiatedAt: at, attributes: { ...attributes, etag: '' }, checksum, initiator, initiatorAccount },
    parts: new Map(),
  });
  state.appendFeed(context, { kind: 'upload-created', at, bucketId, bucket: record.name, key });
  return {};
}

export function putPart(state: MemoryMetadataState, intent: PutPart): Outcomes['put-part'] {
  const upload = openUpload(state, intent);
  const body = prepareBody(state, intent.body, intent.at);
  if (body.size !== intent.size) throw new StoreError('invalid-argument', 'The body is not as long as the part');
  const recorded = body.record();
  const before = upload.parts.get(intent.number);
  if (before) releaseBody(state, before.body, intent.at);
  const seq = state.next();
  const { number, size, etag, checksum, at } = intent;
  upload.parts.set(number, { record: { number, seq, size, etag, modifiedAt: at, checksum }, body: recorded });
  return { seq };
}

export function completeUpload(state: MemoryMetadataState, context: CallContext, intent: CompleteUpload): WrittenVersion {
  const upload = openUpload(state, intent);
  const bucket = state.bucket(intent.bucketId);
  checkPrecondition(bucket, intent.key, intent.precondition);
  const chosen = chooseParts(upload, intent.parts);

  let size = 0;
  const parts: BodyPart[] = chosen.map(({ record }) => {
    const part = { number: record.number, start: size, size: record.size, checksum: record.checksum?.value };
    size += record.size;
    return part;
  });
  const body = recordBody(
    state,
    chosen.flatMap((part) => part.body.pieces),
    parts,
  );
  for (const part of upload.parts.values()) {
    if (chosen.includes(part)) state.bodies.delete(part.body.id);
    else releaseBody(state, part.body, intent.at);
  }
  state.uploads.delete(intent.uploadId);
  const attributes = { ...upload.record.attributes, etag: intent.etag, checksum: intent.checksum };
  const { key, at, nonce, etag, checksum, partsDigest, uploadId, bucketId } = intent;
  const written = addVersion(state, context, bucket, { key, size, body, attributes, at, nonce, cause: 'complete' });
  const versionId = written.versionId ?? 'null';
  state.completed.set(uploadId, { uploadId, bucketId, key, completedAt: at, etag, versionId, checksum, partsDigest });
  return written;
}

function chooseParts(upload: StoredUpload, wanted: CompleteUpload['parts']) {
  if (wanted.length === 0 || wanted.some(({ number }, i) => i > 0 && number <= wanted[i - 1]!.number)) {
    throw new StoreError('invalid-argument', 'The parts are not in order', { details: { reason: 'part-order' } });
  }
  return wanted.map(({ number, seq }) => {
    const part = upload.parts.get(number);
    if (part?.record.seq !== seq) {
      throw new StoreError('conflict', 'A part was replaced', { details: { reason: 'part', retriable: true } });
    }
    return part;
  });
}

export function abortUpload(state: MemoryMetadataState, context: CallContext, intent: AbortUpload): Outcomes['abort-upload'] {
  const upload = openUpload(state, intent);
  dropUpload(state, upload, intent.at);
  const { bucketId, key, at } = intent;
  state.appendFeed(context, { kind: 'upload-aborted', at, bucketId, bucket: state.bucket(bucketId).record.name, key });
  return {};
}

export function dropUpload(state: MemoryMetadataState, upload: StoredUpload, at: number): void {
  for (const part of upload.parts.values()) releaseBody(state, part.body, at);
  state.uploads.delete(upload.record.uploadId);
}

export function forgetCompletedUploads(
  state: MemoryMetadataState,
  intent: ForgetCompletedUploads,
): Outcomes['forget-completed-uploads'] {
  const old = [...state.completed.values()].filter((upload) => upload.completedAt < intent.before).slice(0, intent.limit);
  for (const { uploadId } of old) state.completed.delete(uploadId);
  return { forgotten: old.length };
}

function openUpload(state: MemoryMetadataState, named: { bucketId: number; key: string; uploadId: string }): StoredUpload {
  state.bucket(named.bucketId);
  const upload = state.uploads.get(named.uploadId);
  if (!upload || upload.record.bucketId !== named.bucketId || upload.record.key !== named.key) {
    throw new StoreError('not-found', 'The upload does not exist', { details: { reason: 'upload' } });
  }
  return upload;
}
