import type { LockColumns } from '@zas/metadata-sql';
import { StoreError } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';
import { releaseBody, type BodyColumns } from './body-table.js';

export interface UploadRow {
  readonly bucket_id: number;
  readonly key: Buffer;
  readonly initiated_at: number;
  readonly upload_id: string;
  readonly owner: string;
  readonly storage_class: string;
  readonly rest: string | null;
  readonly retain_mode: LockColumns['retainMode'];
  readonly retain_until: number | null;
  readonly legal_hold: LockColumns['legalHold'];
}

export interface PartRow extends BodyColumns {
  readonly number: number;
  readonly seq: number;
  readonly size: number;
  readonly checksum: string | null;
}

const FIND_PARTS = `select number, seq, size, checksum, inline_id, content_id, content_offset, body_id
  from upload_part where upload_id = ? order by number`;
const FIND_PART = `select number, seq, size, checksum, inline_id, content_id, content_offset, body_id
  from upload_part where upload_id = ? and number = ?`;

/** @throws `not-found`, reason `upload`, also when it belongs to another key */
export function findUpload(session: WriteSession, named: { bucketId: number; key: string; uploadId: string }): UploadRow {
  const row = session
    .read('select * from upload where upload_id = ?')
    .get(named.uploadId) as UploadRow | undefined;
  if (!row || row.bucket_id !== named.bucketId || row.key.toString() !== named.key) {
    throw new StoreError('not-found', 'The upload does not exist', { details: { reason: 'upload' } });
  }
  return row;
}

export function findParts(session: WriteSession, uploadId: string): PartRow[] {
  return session.read(FIND_PARTS).all(uploadId) as PartRow[];
}

export function findPart(session: WriteSession, uploadId: string, number: number): PartRow | undefined {
  return session.read(FIND_PART).get(uploadId, number) as PartRow | undefined;
}

/** Removes an upload with its parts and their bytes. */
export function dropUpload(session: WriteSession, upload: UploadRow, at: number): void {
  for (const part of findParts(session, upload.upload_id)) releaseBody(session, part, at);
  deleteUploadRows(session, upload);
}

/** Removes the rows of an upload whose bytes went elsewhere. */
export function deleteUploadRows(session: WriteSession, { bucket_id, key, initiated_at, upload_id }: UploadRow): void {
  session.write('delete from upload_part where upload_id = ?').run(upload_id);
  session
    .write('delete from upload where bucket_id = ? and key = ? and initiated_at = ? and upload_id = ?')
    .run(bucket_id, key, initiated_at, upload_id);
}
