import type { ResourceScope } from './scope.js';
import { formatScopes } from './scope.js';

/** Why a token that was sent does not do (RFC 6750, 3.1). */
export type ChallengeError = 'invalid_request' | 'invalid_token' | 'insufficient_scope';

export interface BearerChallenge {
  /** URL of the token endpoint. */
  readonly realm: string;
  readonly service: string;
  /** What a token must hold; empty for `/v2/`. */
  readonly scopes?: readonly ResourceScope[];
  readonly error?: ChallengeError;
}

/**
 * Value of `WWW-Authenticate`. Several scopes stand in one parameter, and no space
 * follows a comma: old clients look for exactly that.
 * @throws RangeError for what no header can carry
 */
export function formatBearerChallenge(challenge: BearerChallenge): string {
  const { realm, service, scopes = [], error } = challenge;
  let value = `Bearer realm=${quoted(realm)},service=${quoted(service)}`;
  if (scopes.length > 0) value += `,scope=${quoted(formatScopes(scopes))}`;
  return error === undefined ? value : `${value},error=${quoted(error)}`;
}

/**
 * Value of `WWW-Authenticate` for Basic (RFC 7617).
 * @throws RangeError for what no header can carry
 */
export function formatBasicChallenge(realm: string): string {
  return `Basic realm=${quoted(realm)},charset="UTF-8"`;
}

/** A quoted string (RFC 9110, 5.6.4). */
function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new RangeError('visible ASCII wanted');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
