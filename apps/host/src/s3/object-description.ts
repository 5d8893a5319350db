import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectDescription } from '@zas/object-store';
import { ownerOfNew } from '@zas/object-store';
import type { Retention, Tags } from '@zas/plugin-api';
import {
  checkRetainUntil,
  checkUnsupportedHeaders,
  parseTaggingHeader,
  readContentHeaders,
  readLockHeaders,
  readStorageClass,
  readUserMetadata,
} from '@zas/s3-protocol';
import { readNewObjectAcl } from './acl.js';
import type { AccessTarget, S3Call } from './s3-call.js';

/** Where the description of an object to be comes from, when that is not the request's own headers: a form. */
export interface DescribedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly target?: AccessTarget;
  /** Instead of `x-amz-tagging`. */
  readonly tags?: Tags;
}

/**
 * What a request says about the object to be, once the caller may say it: ACL, tags
 * and locks each need a permission of their own. Throws S3Error for headers that
 * cannot be honoured.
 */
export async function describeObject(call: S3Call, request: DescribedRequest = { headers: call.headers }): Promise<ObjectDescription> {
  const { headers } = request;
  checkUnsupportedHeaders(headers);
  const { handedOver, acl } = await readNewObjectAcl(call, request);
  const owner = ownerOfNew(call.bucket, call.caller, handedOver);
  return {
    headers: readContentHeaders(headers),
    userMetadata: readUserMetadata(headers),
    storageClass: readStorageClass(headers),
    owner,
    acl: await acl?.(owner),
    tags: await readTags(call, request),
    ...(await readLock(call, request)),
  };
}

/** Throws `AccessDenied` for who may not tag. */
async function readTags(call: S3Call, { headers, target, tags }: DescribedRequest): Promise<Tags | undefined> {
  const text = headers['x-amz-tagging'];
  const asked = tags ?? (text === undefined ? undefined : parseTaggingHeader(String(text)));
  if (!asked) return undefined;
  await call.authorize('s3:PutObjectTagging', target, { tags: asked });
  return Object.keys(asked).length > 0 ? asked : undefined;
}

/** `x-amz-object-lock-*`. Throws `AccessDenied` for who may not lock. */
async function readLock(call: S3Call, { headers, target }: DescribedRequest): Promise<{ retention?: Retention; legalHold?: boolean }> {
  const { retention, legalHold } = readLockHeaders(headers);
  if (retention) {
    checkRetainUntil(retention, call.store.clock.now());
    await call.authorize('s3:PutObjectRetention', target, { retention });
  }
  if (legalHold !== undefined) await call.authorize('s3:PutObjectLegalHold', target, { legalHold });
  return { retention, legalHold };
}
