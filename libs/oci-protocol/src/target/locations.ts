import type { Digest } from '../names/digest.js';

/** Paths for `Location`. Names, tags, digests and ids that passed their checks need no escaping. */
export function blobLocation(name: string, digest: Digest): string {
  return `/v2/${name}/blobs/${digest}`;
}

/** @param reference a digest or a tag */
export function manifestLocation(name: string, reference: string): string {
  return `/v2/${name}/manifests/${reference}`;
}

export function uploadLocation(name: string, uploadId: string): string {
  return `/v2/${name}/blobs/uploads/${uploadId}`;
}
