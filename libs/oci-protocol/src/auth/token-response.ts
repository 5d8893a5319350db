import type { ResourceScope } from './scope.js';
import { formatScopes } from './scope.js';

/** What the token endpoint gives. */
export interface TokenGrant {
  readonly token: string;
  /** Seconds; old clients expect 60 at least. */
  readonly expiresIn: number;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** What the token allows, which OAuth 2 clients are told. */
  readonly scopes?: readonly ResourceScope[];
  readonly refreshToken?: string;
}

/** The answer of the token endpoint. The token stands in it by both of its names, as clients look for either. */
export function renderTokenResponse(grant: TokenGrant): string {
  return JSON.stringify({
    token: grant.token,
    access_token: grant.token,
    token_type: 'Bearer',
    expires_in: grant.expiresIn,
    issued_at: new Date(grant.issuedAt).toISOString(),
    scope: grant.scopes === undefined ? undefined : formatScopes(grant.scopes),
    refresh_token: grant.refreshToken,
  });
}
