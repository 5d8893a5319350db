import type { Intent, IntentKind, Outcomes } from '@zas/plugin-api';
import { claimContents, forgetContent, reportCorrupt } from '../tables/content-table.js';
import type { WriteSession } from '../writer/write-session.js';
import { abortUpload } from './abort-upload.js';
import { appendObject } from './append-object.js';
import { cancelBlobUpload, startBlobUpload, touchBlobUpload } from './blob-uploads.js';
import { completeUpload } from './complete-upload.js';
import { configureBucket } from './configure-bucket.js';
import { createBucket } from './create-bucket.js';
import { createRepository } from './create-repository.js';
import { createUpload } from './create-upload.js';
import { deleteBucket } from './delete-bucket.js';
import { deleteManifest } from './delete-manifest.js';
import { deleteObject } from './delete-object.js';
import { deleteRepository } from './delete-repository.js';
import { deleteTag } from './delete-tag.js';
import { deleteDocument, putDocument, writeDocuments } from './documents.js';
import { advanceFeedReader, registerFeedReader, removeFeedReader, trimFeed } from './feed.js';
import { forgetClientTokens } from './forget-client-tokens.js';
import { forgetCompletedUploads } from './forget-completed-uploads.js';
import { acquireLease, releaseLease, renewLease } from './leases.js';
import { linkBlob } from './link-blob.js';
import { mountBlob } from './mount-blob.js';
import { putManifest } from './put-manifest.js';
import { putObject } from './put-object.js';
import { putPart } from './put-part.js';
import { recordPulls } from './record-pulls.js';
import { renameObject } from './rename-object.js';
import { touchBlob } from './touch-blob.js';
import { touchManifest } from './touch-manifest.js';
import { unlinkBlob } from './unlink-blob.js';
import { updateObject } from './update-object.js';

/** Does one intent inside the open commit. Handlers check everything before their first write. */
export function applyIntent(session: WriteSession, intent: Intent): Outcomes[IntentKind] {
  switch (intent.kind) {
    case 'put-object':
      return putObject(session, intent);
    case 'append-object':
      return appendObject(session, intent);
    case 'rename-object':
      return renameObject(session, intent);
    case 'update-object':
      return updateObject(session, intent);
    case 'delete-object':
      return deleteObject(session, intent);
    case 'create-bucket':
      return createBucket(session, intent);
    case 'delete-bucket':
      return deleteBucket(session, intent);
    case 'configure-bucket':
      return configureBucket(session, intent);
    case 'create-upload':
      return createUpload(session, intent);
    case 'put-part':
      return putPart(session, intent);
    case 'complete-upload':
      return completeUpload(session, intent);
    case 'abort-upload':
      return abortUpload(session, intent);
    case 'forget-completed-uploads':
      return forgetCompletedUploads(session, intent);
    case 'forget-client-tokens':
      return forgetClientTokens(session, intent);
    case 'create-repository':
      return createRepository(session, intent);
    case 'delete-repository':
      return deleteRepository(session, intent);
    case 'start-blob-upload':
      return startBlobUpload(session, intent);
    case 'touch-blob-upload':
      return touchBlobUpload(session, intent);
    case 'cancel-blob-upload':
      return cancelBlobUpload(session, intent);
    case 'link-blob':
      return linkBlob(session, intent);
    case 'mount-blob':
      return mountBlob(session, intent);
    case 'touch-blob':
      return touchBlob(session, intent);
    case 'touch-manifest':
      return touchManifest(session, intent);
    case 'unlink-blob':
      return unlinkBlob(session, intent);
    case 'put-manifest':
      return putManifest(session, intent);
    case 'delete-tag':
      return deleteTag(session, intent);
    case 'delete-manifest':
      return deleteManifest(session, intent);
    case 'record-pulls':
      return recordPulls(session, intent);
    case 'acquire-lease':
      return acquireLease(session, intent);
    case 'renew-lease':
      return renewLease(session, intent);
    case 'release-lease':
      return releaseLease(session, intent);
    case 'put-document':
      return putDocument(session, intent);
    case 'delete-document':
      return deleteDocument(session, intent);
    case 'write-documents':
      return writeDocuments(session, intent);
    case 'register-feed-reader':
      return registerFeedReader(session, intent);
    case 'advance-feed-reader':
      return advanceFeedReader(session, intent);
    case 'remove-feed-reader':
      return removeFeedReader(session, intent);
    case 'trim-feed':
      return trimFeed(session, intent);
    case 'report-corrupt':
      reportCorrupt(session, intent.contentId);
      return {};
    case 'claim-contents':
      return { contents: claimContents(session, intent.condemnedBefore, intent.limit) };
    case 'forget-contents':
      for (const contentId of intent.contentIds) forgetContent(session, contentId);
      return {};
  }
}
