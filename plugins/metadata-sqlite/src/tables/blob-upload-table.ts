import type { WriteSession } from '../writer/write-session.js';
import { notFound } from './repository-table.js';

/** @returns its locator. @throws `not-found`, reason `upload`, also when it belongs to another repository */
export function findBlobUpload(session: WriteSession, repositoryId: number, uploadId: string): string {
  const row = session.read('select repository_id, locator from blob_upload where upload_id = ?').get(uploadId) as
    | { repository_id: number; locator: string }
    | undefined;
  if (row?.repository_id !== repositoryId) throw notFound({ reason: 'upload' });
  return row.locator;
}

export function deleteBlobUpload(session: WriteSession, uploadId: string): void {
  session.write('delete from blob_upload where upload_id = ?').run(uploadId);
}
