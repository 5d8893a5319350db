import type { CallContext, HttpRoute, HttpRouteRequest } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { z } from 'zod';
import { SESSION_COOKIE, clearCookie, readCookie } from './cookies.js';
import type { ReadSessionToken, SessionTokens } from './session-tokens.js';
import type { Sessions } from './sessions.js';

export interface SessionRoutesParts {
  readonly sessions: Pick<Sessions, 'end'>;
  readonly tokens: SessionTokens;
}

const whoSchema = z.strictObject({
  principal: z.string(),
  account: z.strictObject({ id: z.string(), displayName: z.string() }),
  roles: z.array(z.string()),
  groups: z.array(z.string()),
  assumedRole: z.string().optional(),
  /** ISO 8601; absent: not known, or never. */
  expiresAt: z.string().optional(),
  /** To be sent as `x-csrf-token` with every change; only where a cookie is the credential. */
  csrfToken: z.string().optional(),
});

/** Who one is, and the end of it. */
export function sessionRoutes({ sessions, tokens }: SessionRoutesParts): readonly HttpRoute[] {
  return [
    {
      method: 'GET',
      path: '/session',
      permission: 'signed-in',
      body: 'none',
      output: whoSchema,
      operationId: 'whoAmI',
      summary: 'Who the caller is',
      handle: async (context, request) => ({ status: 200, headers: { 'cache-control': 'no-store' }, body: whoIs(context, byCookie(tokens, request), tokens) }),
    },
    {
      method: 'DELETE',
      path: '/session',
      permission: 'signed-in',
      body: 'none',
      operationId: 'endSession',
      status: 204,
      summary: 'Ends the session',
      handle: async (context, request) => {
        const session = byBearer(tokens, request) ?? byCookie(tokens, request);
        if (session) await sessions.end(context, session);
        return { status: 204, headers: { 'set-cookie': clearCookie(SESSION_COOKIE, request.secure === true) } };
      },
    },
  ];
}

function whoIs({ principal }: CallContext, session: ReadSessionToken | undefined, tokens: SessionTokens): z.output<typeof whoSchema> {
  if (!principal) throw new StoreError('unauthenticated', 'A credential is needed');
  const { id, account, roles, groups, assumedRole, expiresAt } = principal;
  return {
    principal: id,
    account: { id: account.id, displayName: account.displayName },
    roles: [...roles],
    groups: [...groups],
    assumedRole,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
    csrfToken: session && tokens.csrfToken(session.id),
  };
}

function byBearer(tokens: SessionTokens, { headers }: HttpRouteRequest): ReadSessionToken | undefined {
  const text = /^bearer +(.*)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  return text === undefined ? undefined : tokens.read(text.trim());
}

/** The cookie counts only where no other credential was sent. */
function byCookie(tokens: SessionTokens, { headers, secure }: HttpRouteRequest): ReadSessionToken | undefined {
  const text = headers['authorization'] === undefined ? readCookie(SESSION_COOKIE, headers, secure === true) : undefined;
  return text === undefined ? undefined : tokens.read(text);
}
