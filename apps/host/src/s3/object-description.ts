import type { ObjectDescription } from '@zas/object-store';
import { checkUnsupportedHeaders, readContentHeaders, readStorageClass, readUserMetadata } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** What the request's headers say about the object to be. Throws S3Error for headers that cannot be honoured. */
export function describeObject(call: S3Call): ObjectDescription {
  checkUnsupportedHeaders(call.headers, 'object');
  return {
    headers: readContentHeaders(call.headers),
    userMetadata: readUserMetadata(call.headers),
    storageClass: readStorageClass(call.headers),
    owner: call.principal.account.id,
  };
}
