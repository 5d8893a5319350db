import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext, Principal } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { bearerTokenOf } from './bearer-token.js';
import type { OidcIssuer, VerifiedToken } from './oidc-issuer.js';
import { TOKEN_BYTES, readToken } from './read-token.js';

/** Whom a token names, for whoever gives other credentials for it. */
export interface WebIdentity {
  readonly principal: Principal;
  /** URL of the issuer. */
  readonly issuer: string;
  /** Those of the token that the config takes. */
  readonly audience: readonly string[];
  readonly subject: string;
}

/** Bearer tokens of OpenID Connect issuers, each sent to the issuer that it names, to the letter. */
export class OidcAuthenticator implements Authenticator {
  readonly challenge = 'Bearer realm="zot-artifact-store"';
  readonly #byUrl: ReadonlyMap<string, OidcIssuer>;

  constructor(issuers: readonly OidcIssuer[]) {
    this.#byUrl = new Map(issuers.map((issuer) => [issuer.config.url, issuer]));
  }

  async authenticate(_context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const token = bearerTokenOf(request);
    if (token === undefined) return { outcome: 'not-mine' };
    // Nobody's tokens are that long.
    if (token.length > TOKEN_BYTES) return { outcome: 'rejected', reason: 'the token is too long' };
    const issuer = this.#issuerOf(token);
    if (!issuer) return { outcome: 'not-mine' };
    const verified = await issuer.verify(token);
    return typeof verified === 'string' ? { outcome: 'rejected', reason: verified } : { outcome: 'accepted', principal: verified.principal };
  }

  /** Throws `unauthenticated` for a token that does not hold, and for one of an issuer that is not known here. */
  async verifyWebIdentity(_context: CallContext, token: string): Promise<WebIdentity> {
    const issuer = this.#issuerOf(token);
    const verified: VerifiedToken | string = issuer ? await issuer.verify(token) : 'no token of an issuer that is known here';
    if (typeof verified === 'string') throw new StoreError('unauthenticated', verified);
    const { principal, claims } = verified;
    const { url, audiences, name } = issuer!.config;
    const audience = [claims['aud']].flat().filter((one): one is string => typeof one === 'string' && audiences.includes(one));
    return { principal, issuer: url, audience, subject: principal.id.slice(name.length + 1) };
  }

  #issuerOf(token: string): OidcIssuer | undefined {
    const iss = readToken(token)?.claims.get('iss');
    return typeof iss === 'string' ? this.#byUrl.get(iss) : undefined;
  }
}
