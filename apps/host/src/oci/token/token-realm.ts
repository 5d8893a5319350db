import type { Exchange } from '../../http/exchange.js';

export const TOKEN_PATH = '/token';

/** Where clients get tokens: under the public URL, or else as they addressed us. */
export function tokenRealm(publicUrl: string | undefined, exchange: Exchange): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '') + TOKEN_PATH;
  const host = exchange.request.headers.host ?? '';
  // Anything else could not be the host of a URL.
  const named = /^[A-Za-z0-9.:[\]_-]{1,255}$/.test(host) ? host : 'localhost';
  return `http${exchange.secure ? 's' : ''}://${named}${TOKEN_PATH}`;
}
