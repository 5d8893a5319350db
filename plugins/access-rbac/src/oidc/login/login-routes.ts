import type { HttpRoute, HttpRouteRequest } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { z } from 'zod';
import { LOGIN_COOKIE, SESSION_COOKIE, clearCookie, readCookie, setCookie } from '../../authenticators/sessions/cookies.js';
import type { SessionTokens } from '../../authenticators/sessions/session-tokens.js';
import { keptPrincipal, type Sessions } from '../../authenticators/sessions/sessions.js';
import type { BrowserLogin } from './browser-login.js';
import { pageThatGoesOn } from './login-page.js';
import { LOGIN_SECONDS } from './login-state.js';
import { returnTarget } from './return-target.js';

export interface LoginRoutesParts {
  readonly login: BrowserLogin;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly tokens: SessionTokens;
  readonly now: () => number;
}

const CALLBACK = '/login/callback';
const text = z.string().max(8_192).optional();

/** Logins in a browser. */
export function browserLoginRoutes({ login, sessions, tokens, now }: LoginRoutesParts): readonly HttpRoute[] {
  const finish = async (context: Parameters<HttpRoute['handle']>[0], request: HttpRouteRequest) => {
    const secure = request.secure === true;
    const { principal, target } = await login.finish(context, request.query, readCookie(LOGIN_COOKIE, request.headers, secure));
    const session = await sessions.begin(context, keptPrincipal(principal));
    const seconds = Math.max(0, Math.floor((session.expiresAt - now()) / 1000));
    return pageThatGoesOn(target, [setCookie(SESSION_COOKIE, tokens.sign(session), seconds, secure), clearCookie(LOGIN_COOKIE, secure)]);
  };
  return [
    {
      method: 'GET',
      path: '/login/:issuer',
      permission: 'public',
      body: 'none',
      queryInput: z.object({ returnTo: text }),
      operationId: 'beginLogin',
      status: 302,
      summary: 'Sends the browser to an issuer to log in',
      handle: async (context, { params, query, origin = '', secure = false }) => {
        const target = returnTarget(query['returnTo'] as string | undefined);
        if (target === undefined) throw new StoreError('invalid-argument', 'A login returns to a path of this server only');
        const { location, sealed } = await login.begin(context, params['issuer']!, target, `${origin}/rbac${CALLBACK}`);
        return { status: 302, headers: { location, 'cache-control': 'no-store', 'set-cookie': setCookie(LOGIN_COOKIE, sealed, LOGIN_SECONDS, secure) } };
      },
    },
    {
      method: 'GET',
      path: CALLBACK,
      permission: 'public',
      body: 'none',
      queryInput: z.object({ code: text, state: text, iss: text, error: text }),
      operationId: 'finishLogin',
      summary: 'Where an issuer sends the browser back to',
      handle: async (context, request) => {
        if (request.query['state'] === undefined) return { status: 400, headers: { 'cache-control': 'no-store' }, body: { error: 'state is missing' } };
        return finish(context, request);
      },
    },
  ];
}
