import type { Checksum, ObjectVersion } from '@zas/plugin-api';
import { formatHttpDate, writeChecksumHeaders, writeContentHeaders, writeLockHeaders, writeUserMetadata } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** Headers that describe a version in answers of GetObject and HeadObject. */
export async function objectHeaders(call: S3Call, version: ObjectVersion): Promise<Record<string, string>> {
  const headers: Record<string, string> = {
    'last-modified': formatHttpDate(version.modifiedAt),
    etag: `"${version.etag}"`,
  };
  if (call.bucket.versioning !== 'off') headers['x-amz-version-id'] = version.versionId;
  // AWS does not name the default class.
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  writeUserMetadata(version.userMetadata, headers);
  headers['accept-ranges'] = 'bytes';
  writeContentHeaders(version.headers, headers);
  if (version.tags || version.retention || version.legalHold !== undefined) await addGuardedHeaders(call, version, headers);
  return headers;
}

/** What is shown only to who may ask for it directly. */
async function addGuardedHeaders(call: S3Call, version: ObjectVersion, headers: Record<string, string>): Promise<void> {
  const { tags, retention, legalHold } = version;
  if (tags && (await call.may('s3:GetObjectTagging'))) headers['x-amz-tagging-count'] = String(Object.keys(tags).length);
  if (retention && (await call.may('s3:GetObjectRetention'))) writeLockHeaders({ retention }, headers);
  if (legalHold !== undefined && (await call.may('s3:GetObjectLegalHold'))) writeLockHeaders({ legalHold }, headers);
}

/** The checksum of what is answered, when the client asks to see it. */
export function addChecksum(call: S3Call, checksum: Checksum | undefined, headers: Record<string, string>): void {
  const asked = String(call.headers['x-amz-checksum-mode'] ?? '').toUpperCase() === 'ENABLED';
  if (asked && checksum) writeChecksumHeaders(checksum, headers);
}

/** `x-amz-version-id` of a version that was made: AWS does not name the null version then. */
export function newVersionHeaders(written: { readonly versionId?: string }): Record<string, string> {
  return written.versionId === 'null' ? {} : versionHeaders(written);
}

/** `x-amz-version-id` of a version that was changed. */
export function versionHeaders(written: { readonly versionId?: string }): Record<string, string> {
  return written.versionId === undefined ? {} : { 'x-amz-version-id': written.versionId };
}

/** `x-amz-version-id` of a version that is shown: none on a bucket that never had versions. */
export function shownVersion(call: S3Call, version: ObjectVersion): Record<string, string> {
  return call.bucket.versioning === 'off' ? {} : { 'x-amz-version-id': version.versionId };
}
