import type { HttpRouteResponse } from '@zas/plugin-api';

/**
 * Goes on to the target from a page of ours. A redirect would still count as coming
 * from the issuer's site, and the session's cookie would not be sent with it.
 */
export function pageThatGoesOn(target: string, cookies: readonly string[]): HttpRouteResponse {
  const text = target.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'set-cookie': [...cookies],
    },
    body: `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${text}"><title>Signed in</title><a href="${text}">Go on</a>\n`,
  };
}
