import type { Exchange } from './exchange.js';

/** URL as which the client addressed the server, without a path. */
export function requestOrigin({ request, secure }: Exchange): string {
  const host = request.headers.host ?? '';
  // Anything else could not be the host of a URL.
  const named = /^[A-Za-z0-9.:[\]_-]{1,255}$/.test(host) ? host : 'localhost';
  return `http${secure ? 's' : ''}://${named}`;
}
