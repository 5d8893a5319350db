import { checkPrecondition, packAttributes, unpackAttributes } from '@zas/metadata-sql';
import { StoreError, type CompleteUpload, type WrittenVersion } from '@zas/plugin-api';
import { EMPTY_BODY, dropExtents, piecesOf, recordExtents, releaseBody } from '../tables/body-table.js';
import { findBucket } from '../tables/bucket-table.js';
import { findCurrent } from '../tables/object-table.js';
import { deleteUploadRows, findParts, findUpload, type PartRow, type UploadRow } from '../tables/upload-table.js';
import type { WriteSession } from '../writer/write-session.js';
import { addVersion } from './add-version.js';

export function completeUpload(session: WriteSession, intent: CompleteUpload): WrittenVersion {
  const { uploadId, etag, checksum, at, nonce } = intent;
  const bucket = findBucket(session, intent.bucketId);
  const upload = findUpload(session, intent);
  const current = findCurrent(session, bucket.id, upload.key);
  checkPrecondition(current?.etag, intent.precondition);
  const parts = findParts(session, uploadId);
  const chosen = chooseParts(parts, intent.parts);

  const bodyId = joinParts(session, chosen, at);
  const kept = new Set(chosen);
  for (const part of parts) if (!kept.has(part)) releaseBody(session, part, at);
  deleteUploadRows(session, upload);
  const written = addVersion(
    session,
    {
      bucket,
      key: upload.key,
      size: chosen.reduce((sum, part) => sum + part.size, 0),
      at,
      nonce,
      attributes: packAttributes({ ...attributesOf(upload), etag, checksum }),
      body: { ...EMPTY_BODY, body_id: bodyId },
      partCount: chosen.length,
      cause: 'complete',
    },
    current,
  );
  session
    .write('insert or replace into completed_upload values (?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      uploadId,
      bucket.id,
      upload.key,
      at,
      etag,
      written.versionId ?? 'null',
      checksum ? JSON.stringify(checksum) : null,
      intent.partsDigest,
    );
  return written;
}

function chooseParts(parts: readonly PartRow[], wanted: CompleteUpload['parts']): PartRow[] {
  const byNumber = new Map(parts.map((part) => [part.number, part]));
  let last = 0;
  if (wanted.length === 0) throw new StoreError('invalid-argument', 'No part is named', { details: { reason: 'part-order' } });
  return wanted.map(({ number, seq }) => {
    if (number <= last) throw new StoreError('invalid-argument', 'The parts are not in order', { details: { reason: 'part-order' } });
    last = number;
    const part = byNumber.get(number);
    if (part?.seq !== seq) throw new StoreError('conflict', 'A part was replaced', { details: { reason: 'part', retriable: true } });
    return part;
  });
}

/**
 * Moves the parts' pieces into one body. It has extents even when one piece is
 * left, because parts are found under a body's id.
 */
function joinParts(session: WriteSession, parts: readonly PartRow[], at: number): number {
  const bodyId = recordExtents(
    session,
    parts.flatMap((part) => piecesOf(session, part, part.size)),
  );
  const insert = session.write('insert into body_part values (?, ?, ?, ?, ?)');
  let start = 0;
  for (const part of parts) {
    insert.run(bodyId, part.number, start, part.size, part.checksum);
    start += part.size;
    if (part.body_id !== null) dropExtents(session, part.body_id);
    // A part without bytes leaves no extent that could hold its reference.
    if (part.size === 0) releaseBody(session, part, at);
  }
  return bodyId;
}

function attributesOf(upload: UploadRow) {
  const { owner, storage_class: storageClass, rest } = upload;
  const lock = { retainMode: upload.retain_mode, retainUntil: upload.retain_until, legalHold: upload.legal_hold };
  return unpackAttributes({ etag: '', owner, storageClass, checksumAlgorithm: null, checksumType: null, lock, rest });
}
