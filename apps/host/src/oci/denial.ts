import type { Principal } from '@zas/plugin-api';
import type { ChallengeError, ResourceScope } from '@zas/oci-protocol';
import { OciError, ociError } from '@zas/oci-protocol';
import type { OciCredential } from './authenticate-oci.js';
import { couldGrow } from './granted-scope.js';

/** A refusal after which the client should come again with a token; the door adds the challenge. */
export class TokenNeeded extends OciError {
  constructor(
    readonly scopes: readonly ResourceScope[],
    readonly challengeError?: ChallengeError,
  ) {
    super('UNAUTHORIZED');
  }
}

/**
 * What to answer to who may not: 401 while another token could help, for who has
 * none, or one that was not asked for this; else 403.
 */
export function denied(credential: OciCredential, principal: Principal | undefined, wanted: readonly ResourceScope[]): OciError {
  if (credential.kind === 'none') return new TokenNeeded(wanted);
  if (credential.kind === 'token' && (!principal || couldGrow(credential.scopes ?? [], wanted))) return new TokenNeeded(wanted, 'insufficient_scope');
  return ociError('DENIED');
}
