import { createHash } from 'node:crypto';

/**
 * The account of an identity whose config names none: the same 12 decimal digits
 * for the same identity on every server and in every access plugin, so that
 * changing the plugin changes no owner.
 * @param identityId the identity's `id` in the config; `root` for the root of the server
 */
export function deriveAccountId(identityId: string): string {
  const head = createHash('sha256').update(identityId, 'utf8').digest().readBigUInt64BE(0);
  return (head % 1_000_000_000_000n).toString().padStart(12, '0');
}
