import { StoreError, type LinkBlob, type Outcomes } from '@zas/plugin-api';
import { findBlobLink, insertBlobLink, isIntact, replaceBlobBody, touchBlobLink } from '../tables/blob-link-table.js';
import { deleteBlobUpload, findBlobUpload } from '../tables/blob-upload-table.js';
import { prepareBody } from '../tables/body-table.js';
import { findRepository } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function linkBlob(session: WriteSession, intent: LinkBlob): Outcomes['link-blob'] {
  const { repositoryId, digest, size, body, uploadId, at } = intent;
  const repository = findRepository(session, repositoryId);
  const locator = uploadId === undefined ? undefined : findBlobUpload(session, repositoryId, uploadId);
  if (body.kind === 'session' && body.content.locator !== locator) {
    throw new StoreError('invalid-argument', 'The bytes are not those of the upload');
  }
  const prepared = prepareBody(session, body, at);
  if (prepared.size !== size) throw new StoreError('invalid-argument', 'The body is not as long as the blob');

  if (uploadId !== undefined) deleteBlobUpload(session, uploadId);
  const linked = findBlobLink(session, repositoryId, digest);
  if (linked) touchBlobLink(session, repositoryId, digest, at);
  if (linked && isIntact(session, linked)) {
    prepared.condemn?.();
    return { linked: false };
  }
  if (linked) replaceBlobBody(session, repositoryId, digest, linked, prepared.record(), at);
  else insertBlobLink(session, repository, { digest, size, body: prepared.record(), at, cause: 'upload' });
  return { linked: true };
}
