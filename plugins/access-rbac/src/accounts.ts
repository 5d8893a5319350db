import { ANONYMOUS_ACCOUNT_ID, type Account } from '@zas/plugin-api';
import { createHash } from 'node:crypto';

/** AWS's canonical id for whoever does not sign. */
export const ANONYMOUS_CANONICAL_ID = '65a011a29cdf8ec533ec3d1ccaae921c';

/** Owns what unsigned requests store where ACLs count. No principal belongs to it. */
export const ANONYMOUS_ACCOUNT: Account = { id: ANONYMOUS_ACCOUNT_ID, canonicalId: ANONYMOUS_CANONICAL_ID, displayName: 'anonymous' };

/** The canonical id of an account whose config names none: the same on every server. */
export function deriveCanonicalId(accountId: string): string {
  return createHash('sha256').update(`zas-account:${accountId}`, 'utf8').digest('hex');
}
