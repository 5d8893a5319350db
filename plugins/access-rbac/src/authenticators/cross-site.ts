import type { AuthenticationRequest } from '@zas/plugin-api';

/** A page of another site made a browser send it, with whatever the browser sends unasked. Programs say nothing of it. */
export function isFromAnotherSite({ headers }: Pick<AuthenticationRequest, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
