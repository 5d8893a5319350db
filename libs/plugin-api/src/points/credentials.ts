import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';
import type { Account, Principal } from '../principal.js';

/** Access-key id → secret and principal. The S3 door does Signature V4 with it. */
export interface Credentials {
  /**
   * @param accessKeyId as the client sent it; untrusted text
   * @param sessionToken `X-Amz-Security-Token`, when the client sent one
   * @returns `undefined` when the key is unknown or the token does not belong to it
   */
  find(context: CallContext, accessKeyId: string, sessionToken?: string): Promise<Credential | undefined>;

  /** The account of that 12-digit id, for showing owners; `undefined` when it is not known here. */
  account(context: CallContext, accountId: string): Promise<Account | undefined>;

  /** The account with that canonical id, for grants and policies that name it so; `undefined` when it is not known here. */
  accountByCanonicalId(context: CallContext, canonicalId: string): Promise<Account | undefined>;
}

export interface Credential {
  readonly principal: Principal;
  /** The secret access key. Never logged, never cached beyond `expiresAt`. */
  readonly secret: string;
  /** Milliseconds since the epoch; absent: does not expire. */
  readonly expiresAt?: number;
}

export const credentials = definePoint<Credentials>('access.credentials/v1alpha', 'one');
