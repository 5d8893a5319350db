import type { BlobUploadRecord } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { requireUpload } from '@zas/artifact-registry';
import { OCI_HEADERS, blobLocation, formatUploadRange, ociError, uploadLocation } from '@zas/oci-protocol';
import type { Answer } from '../http/answer.js';
import type { OciCall } from './oci-call.js';

/** The open upload of the target. Throws `BLOB_UPLOAD_UNKNOWN`. */
export function targetUpload(call: OciCall): Promise<BlobUploadRecord> {
  if (call.target.kind !== 'upload') throw new Error('This route has no upload');
  return requireUpload(call.registry, call.context, call.repository, call.target.uploadId);
}

/** Where an upload is. */
export function uploadHeaders(call: OciCall, uploadId: string, length: number): Answer['headers'] {
  return {
    location: uploadLocation(call.repository.name, uploadId),
    range: formatUploadRange(length),
    [OCI_HEADERS.uploadId]: uploadId,
  };
}

/** A blob that is there now. */
export function blobCreated(call: OciCall, digest: string): Answer {
  const location = blobLocation(call.repository.name, digest as Parameters<typeof blobLocation>[1]);
  return { status: 201, headers: { location, [OCI_HEADERS.contentDigest]: digest } };
}

/** Bytes at another place than the upload's end are 416, which tells the end. */
export async function inPlace<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isStoreError(error) || error.details.reason !== 'upload-range') throw error;
    const received = Number(error.details['length']);
    throw ociError('RANGE_INVALID', { detail: { received }, headers: { range: formatUploadRange(received) }, cause: error });
  }
}
