import type { CallContext } from '../context.js';
import { defineCapability, definePoint } from '../point.js';
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

/** Optional ability: to look again at a principal whom an authenticator accepted earlier, for tokens made of it. */
export interface CredentialRenewal {
  /**
   * The principal as it is now; `undefined` when its credential is gone, disabled, changed, expired or was
   * revoked since. What only the credential itself said (roles and groups of a token or a directory) stays as it was.
   * @param principal as an authenticator or {@link Credentials.find} answered it
   * @param since when that was, milliseconds since the epoch
   */
  renew(context: CallContext, principal: Principal, since: number): Promise<Principal | undefined>;
}

export const credentialRenewal = defineCapability<CredentialRenewal>('access.credentials.renewal/v1alpha');
