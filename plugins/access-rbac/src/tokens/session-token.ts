import { StoreError } from '@zas/plugin-api';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { KeyRing } from '../secrets/key-ring.js';

const PURPOSE = 'session-tokens';
/** AWS's SDKs and proxies take longer ones; headers of presigned URLs do not. */
const MOST_CHARACTERS = 2_048;
const MOST_BYTES = 16_384;

/** What a session token holds. Short names: every byte travels with each request. */
export interface SessionClaims {
  /** Access key id and secret. */
  readonly k: string;
  readonly x: string;
  /** Principal and its account. */
  readonly p: string;
  readonly a: string;
  /** Role that it took on; absent: what it was made from. */
  readonly r?: string;
  /** What must still be there: `key:ID@TIME` (`key:ID#MARK@TIME` of the config's, see `SessionRoots`), `issuer:NAME`, `user:ACCOUNT/ID@TIME`, `role:ACCOUNT/NAME@TIME`, each used or taken on then. */
  readonly n: readonly string[];
  /** Policy documents that cap it, and names of such policies. */
  readonly d?: readonly string[];
  readonly m?: readonly string[];
  /** What the token said from which it was made. */
  readonly c?: Readonly<Record<string, string | readonly string[]>>;
  /** Made from the root of its account. */
  readonly o?: 1;
  /** Made, milliseconds since the epoch, as revoking counts them; and ends, in seconds. */
  readonly i: number;
  readonly e: number;
}

/** Throws `invalid-argument` when the policies do not fit. */
export function sealSession(ring: KeyRing, claims: SessionClaims): string {
  const bytes = Buffer.from(JSON.stringify(claims), 'utf8');
  const token = ring.seal(PURPOSE, deflateRawSync(bytes, { level: 9 }), '');
  if (bytes.length > MOST_BYTES || token.length > MOST_CHARACTERS) throw new StoreError('invalid-argument', 'The session policies are too large for a token', { details: { reason: 'packed-policy' } });
  return token;
}

/** `undefined` for what is not sealed by us. */
export function openSession(ring: KeyRing, token: string): SessionClaims | undefined {
  if (token.length > MOST_CHARACTERS) return undefined;
  try {
    return JSON.parse(inflateRawSync(ring.open(PURPOSE, token, ''), { maxOutputLength: MOST_BYTES }).toString('utf8')) as SessionClaims;
  } catch {
    return undefined;
  }
}
