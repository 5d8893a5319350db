import type { Exchange } from '../../http/exchange.js';
import { requestOrigin } from '../../http/request-origin.js';

export const TOKEN_PATH = '/token';

/** Where clients get tokens: under the public URL, or else as they addressed us. */
export function tokenRealm(publicUrl: string | undefined, exchange: Exchange): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '') + TOKEN_PATH;
  return requestOrigin(exchange) + TOKEN_PATH;
}
