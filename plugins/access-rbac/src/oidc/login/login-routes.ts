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
      queryInput: z.object({ returnTo: text.describe('Path of this server that the browser goes on to') }),
      operationId: 'beginLogin',
      status: 302,
      outputHeaders: { location: 'Where the issuer asks for the login' },
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
      queryInput: z.object({
        code: text.describe('What the issuer gives for the login'),
        state: text.describe('Of the login that was begun'),
        iss: text.describe('The issuer, if it says so'),
        error: text.describe('Why there was no login'),
      }),
      operationId: 'finishLogin',
      outputType: 'text/html',
      outputHeaders: { 'set-cookie': 'The session' },
      summary: 'Where an issuer sends the browser back to',
      handle: async (context, request) => {
        if (request.query['state'] === undefined) {
          const error = { code: 'invalid-argument', message: 'state is missing', requestId: context.requestId };
          return { status: 400, headers: { 'cache-control': 'no-store', 'x-request-id': context.requestId }, body: { error } };
        }
        return finish(context, request);
      },
    },
  ];
}
