import type { Principal } from '@zas/plugin-api';
import type { ChallengeError, OciTarget, ResourceScope } from '@zas/oci-protocol';
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

/** What a token must be for to show names that it does not say. */
export const CATALOG_SCOPE: ResourceScope = { type: 'registry', name: 'catalog', actions: ['*'] };

/** What a credential is wanted with, whatever may be done without: a token of nobody will do. */
const WANTED_WITH: Partial<Record<OciTarget['kind'], readonly ResourceScope[]>> = {
  // Clients ask here how to log in.
  base: [],
  // Clients that have a credential send it only when they are asked, and would be shown what everybody may see.
  catalog: [CATALOG_SCOPE],
};

/** Throws `TokenNeeded` for who comes without a credential where one is always wanted. */
export function checkKnown(kind: OciTarget['kind'], credential: OciCredential): void {
  const wanted = WANTED_WITH[kind];
  if (wanted && credential.kind === 'none') throw new TokenNeeded(wanted);
}
