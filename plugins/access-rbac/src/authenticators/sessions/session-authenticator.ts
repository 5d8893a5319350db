import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext } from '@zas/plugin-api';
import { bearerTokenOf } from '../../oidc/bearer-token.js';
import { SESSION_COOKIE, readCookie } from './cookies.js';
import { SessionTokens } from './session-tokens.js';
import type { Sessions } from './sessions.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sessions, by cookie or as a bearer token. Browsers send the cookie unasked: with it
 * a change needs the token in `x-csrf-token` that only pages of ours can read.
 */
export class SessionAuthenticator implements Authenticator {
  readonly challenge = 'Bearer realm="zot-artifact-store"';

  constructor(
    private readonly sessions: Pick<Sessions, 'find'>,
    private readonly tokens: SessionTokens,
  ) {}

  async authenticate(context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const bearer = bearerTokenOf(request);
    if (bearer !== undefined) return SessionTokens.isOne(bearer) ? this.#find(context, bearer) : { outcome: 'not-mine' };
    // Another credential stands there that somebody else has to judge.
    if (request.headers.authorization !== undefined) return { outcome: 'not-mine' };
    const cookie = readCookie(SESSION_COOKIE, request.headers, request.secure === true);
    if (cookie === undefined) return { outcome: 'not-mine' };
    return this.#find(context, cookie, request);
  }

  async #find(context: CallContext, text: string, request?: AuthenticationRequest): Promise<AuthenticationResult> {
    const token = this.tokens.read(text);
    if (token && request && !SAFE.has(request.method)) {
      const sent = request.headers['x-csrf-token'];
      if (typeof sent !== 'string' || !this.tokens.isCsrfToken(token.id, sent)) return { outcome: 'rejected', reason: 'a change by cookie needs x-csrf-token' };
    }
    const principal = token && (await this.sessions.find(context, token));
    return principal ? { outcome: 'accepted', principal } : { outcome: 'rejected', reason: 'the session has ended' };
  }
}
