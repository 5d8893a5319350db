import type { AbortUpload, Outcomes } from '@zas/plugin-api';
import { findBucket } from '../tables/bucket-table.js';
import { dropUpload, findUpload } from '../tables/upload-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function abortUpload(session: WriteSession, intent: AbortUpload): Outcomes['abort-upload'] {
  const bucket = findBucket(session, intent.bucketId);
  const upload = findUpload(session, intent);
  dropUpload(session, upload, intent.at);
  session.appendFeed({ kind: 'upload-aborted', at: intent.at, bucketId: bucket.id, bucket: bucket.name, key: upload.key });
  return {};
}
