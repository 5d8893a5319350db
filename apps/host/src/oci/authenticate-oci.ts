import type { Authenticator } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ChallengeError } from '@zas/oci-protocol';
import { isEmptyBasic, parseAuthorization } from '@zas/oci-protocol';
import { authenticateRequest } from '../http/authenticate-request.js';
import type { Exchange } from '../http/exchange.js';
import type { GrantedScope } from './granted-scope.js';
import type { TokenService } from './token/token-service.js';

/** What came with a request. */
export interface OciCredential {
  readonly kind: 'none' | 'token' | 'other';
  /** Of a token: the most that it can be used for. */
  readonly scopes?: readonly GrantedScope[];
}

/** A credential was sent and is not good; another one may be. */
export class BadCredential extends Error {
  constructor(readonly challengeError?: ChallengeError) {
    super('The credential is not accepted');
  }
}

/**
 * Finds out who asks and puts the principal into the context: bearer tokens of our
 * own, and whatever the access plugins know (Basic with an access key and its secret,
 * among others). Basic with neither name nor password is nobody. Throws `BadCredential`.
 */
export async function authenticateOci(
  tokens: TokenService,
  authenticators: readonly Authenticator[],
  context: RequestContext,
  { request, url, transport }: Exchange,
): Promise<OciCredential> {
  const authorization = parseAuthorization(request.headers.authorization);
  if (isEmptyBasic(authorization)) return { kind: 'none' };
  if (authorization.kind === 'bearer') {
    const identity = await tokens.read(context, 'access', authorization.token);
    if (identity) {
      context.principal = identity.principal;
      return { kind: 'token', scopes: identity.scopes };
    }
  }
  try {
    await authenticateRequest(authenticators, context, request, url, transport);
  } catch (error) {
    if (!isStoreError(error) || error.code !== 'unauthenticated') throw error;
    throw new BadCredential(authorization.kind === 'bearer' ? 'invalid_token' : undefined);
  }
  return { kind: context.principal ? 'other' : 'none' };
}
