import { decodeVersionId } from '@zas/plugin-api';
import { invalidArgument } from '@zas/s3-protocol';

/** Throws `InvalidArgument`, in AWS's words, for what can be no version's id. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId === undefined || versionId === 'null' || decodeVersionId(versionId)) return;
  const message = versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified';
  throw invalidArgument(message, 'versionId', versionId);
}
