import type { ObjectVersion } from '@zas/plugin-api';
import { formatHttpDate, writeChecksumHeaders, writeContentHeaders, writeUserMetadata } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** Headers that describe a version in answers of GetObject and HeadObject. */
export function objectHeaders(call: S3Call, version: ObjectVersion): Record<string, string> {
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    etag: `"${version.etag}"`,
    'last-modified': formatHttpDate(version.modifiedAt),
  };
  writeContentHeaders(version.headers, headers);
  writeUserMetadata(version.userMetadata, headers);
  if (call.bucket.versioning !== 'off') headers['x-amz-version-id'] = version.versionId;
  // AWS does not name the default class.
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass;
  return headers;
}

/** The stored checksum, only when the client asked to see it and the whole object is answered. */
export function addChecksum(call: S3Call, version: ObjectVersion, headers: Record<string, string>): void {
  const asked = String(call.headers['x-amz-checksum-mode'] ?? '').toUpperCase() === 'ENABLED';
  if (asked && version.checksum) writeChecksumHeaders(version.checksum, headers);
}

/** Headers of a new version in answers of PutObject and CopyObject. */
export function versionHeaders(written: { readonly versionId?: string }): Record<string, string> {
  return written.versionId === undefined ? {} : { 'x-amz-version-id': written.versionId };
}
