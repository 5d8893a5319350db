import type { OciAnswer, OciClient } from './oci-client.js';

export const SERVICE = 'zot-artifact-store';

export interface TokenAnswer {
  readonly token: string;
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly issued_at: string;
  readonly scope: string;
  readonly refresh_token?: string;
}

export const askToken = (who: OciClient, scopes: readonly string[], more = ''): Promise<OciAnswer> =>
  who.get(`/token?service=${SERVICE}${scopes.map((scope) => `&scope=${encodeURIComponent(scope)}`).join('')}${more}`);

export const postToken = (who: OciClient, form: Record<string, string>): Promise<OciAnswer> =>
  who.send('POST', '/token', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: String(new URLSearchParams(form)) });

/** @throws when none is given */
export function tokenOf({ status, text }: OciAnswer): TokenAnswer {
  if (status !== 200) throw new Error(`The token was answered ${status}: ${text}`);
  return JSON.parse(text) as TokenAnswer;
}

/** A client with a token for these scopes, as registry clients get one. */
export async function withToken(who: OciClient, ...scopes: readonly string[]): Promise<OciClient> {
  return who.as(`Bearer ${tokenOf(await askToken(who, scopes)).token}`);
}

/** The challenge of a 401, taken apart. */
export function challengeOf({ headers }: OciAnswer): Record<string, string> {
  const text = String(headers['www-authenticate'] ?? '');
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
}
