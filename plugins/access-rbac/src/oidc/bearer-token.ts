import type { AuthenticationRequest } from '@zas/plugin-api';

/** The text of a bearer token; `undefined` when something else was sent, or nothing. */
export function bearerTokenOf({ headers }: AuthenticationRequest): string | undefined {
  const { authorization } = headers;
  if (typeof authorization !== 'string' || !/^bearer(\s|$)/i.test(authorization)) return undefined;
  return authorization.slice('bearer'.length).trim();
}
