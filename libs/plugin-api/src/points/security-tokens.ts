import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';
import type { Principal } from '../principal.js';
import type { AttributeSource } from './authorizer.js';

/** Credentials for a while, as AWS's Security Token Service gives them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** At most 2 KiB, opaque. */
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Whom they speak for. */
  readonly principal: Principal;
  /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; of a session without a role the user's. */
  readonly arn: string;
  /** `AROA…:SESSION`, or the user's id. */
  readonly userId: string;
}

export interface SessionRequest {
  /** Seconds; absent: an hour where a role is taken on, else what AWS gives. */
  readonly durationSeconds?: number;
  /** Caps the session besides what it is made from. */
  readonly policy?: string;
  /** Names of further policies of the account that cap it. */
  readonly policyNames?: readonly string[];
}

export interface RoleRequest extends SessionRequest {
  /** `arn:aws:iam::ACCOUNT:role/NAME`. */
  readonly roleArn: string;
  /** 2 to 64 of AWS's characters; shown in ARN and audit. */
  readonly sessionName: string;
  /** What the role's owner gave to who is to take it on, for the condition `sts:ExternalId`. */
  readonly externalId?: string;
  /** What conditions may ask about the request that carries this one. */
  readonly attributes?: AttributeSource;
}

/** Who the subject of a foreign token is, beside the credentials made of it. */
export interface WebIdentity {
  readonly subject: string;
  readonly audience: string;
  /** The issuer's URL. */
  readonly provider: string;
}

/**
 * Makes temporary credentials; the host's STS door speaks the protocol. A session is never more than what it is
 * made from, and ends with it. All throw `invalid-argument` for what is malformed, `access-denied` for who may not.
 */
export interface SecurityTokens {
  /** The context's principal takes on a role whose trust policy lets it. */
  assumeRole(context: CallContext, request: RoleRequest): Promise<TemporaryCredentials>;
  /** Who the token of a known OIDC issuer speaks for takes on a role. Throws `unauthenticated` for a token that is not good. */
  assumeRoleWithWebIdentity(context: CallContext, token: string, request: RoleRequest): Promise<TemporaryCredentials & { readonly identity: WebIdentity }>;
  /** The same permissions for a while, for the context's principal. */
  getSessionToken(context: CallContext, request: SessionRequest): Promise<TemporaryCredentials>;
  /** Names of the context's principal in AWS's form. */
  describe(context: CallContext): Promise<{ readonly arn: string; readonly userId: string; readonly account: string }>;
}

export const securityTokens = definePoint<SecurityTokens>('access.security-tokens/v1alpha', 'one');
