import type { CancelBlobUpload, Outcomes, StartBlobUpload, TouchBlobUpload } from '@zas/plugin-api';
import { deleteBlobUpload, findBlobUpload } from '../tables/blob-upload-table.js';
import { checkEpoch } from '../tables/content-table.js';
import { findRepository } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function startBlobUpload(session: WriteSession, intent: StartBlobUpload): Outcomes['start-blob-upload'] {
  const { repositoryId, uploadId, principal, algorithm, locator, epoch, at } = intent;
  findRepository(session, repositoryId);
  checkEpoch(session, epoch);
  session.write('insert into blob_upload values (?, ?, ?, ?, ?, ?, ?)').run(uploadId, repositoryId, principal, algorithm, locator, at, at);
  return {};
}

export function touchBlobUpload(session: WriteSession, { repositoryId, uploadId, at }: TouchBlobUpload): Outcomes['touch-blob-upload'] {
  findRepository(session, repositoryId);
  findBlobUpload(session, repositoryId, uploadId);
  session.write('update blob_upload set touched_at = max(touched_at, ?) where upload_id = ?').run(at, uploadId);
  return {};
}

export function cancelBlobUpload(session: WriteSession, { repositoryId, uploadId }: CancelBlobUpload): Outcomes['cancel-blob-upload'] {
  findRepository(session, repositoryId);
  const locator = findBlobUpload(session, repositoryId, uploadId);
  deleteBlobUpload(session, uploadId);
  return { locator };
}
