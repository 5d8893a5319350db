import { StoreError, type Outcomes, type PutPart } from '@zas/plugin-api';
import { prepareBody, releaseBody } from '../tables/body-table.js';
import { findBucket } from '../tables/bucket-table.js';
import { findPart, findUpload } from '../tables/upload-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function putPart(session: WriteSession, intent: PutPart): Outcomes['put-part'] {
  const { uploadId, number, size, etag, checksum, at } = intent;
  findBucket(session, intent.bucketId);
  findUpload(session, intent);
  const prepared = prepareBody(session, intent.body, at);
  if (prepared.size !== size) throw new StoreError('invalid-argument', 'The body is not as long as the part');

  const replaced = findPart(session, uploadId, number);
  const body = prepared.record();
  if (replaced) releaseBody(session, replaced, at);
  const seq = session.next();
  session
    .write('insert or replace into upload_part values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      uploadId,
      number,
      seq,
      size,
      etag,
      at,
      checksum?.algorithm,
      checksum?.value,
      body.inline_id,
      body.content_id,
      body.content_offset,
      body.body_id,
    );
  return { seq };
}
