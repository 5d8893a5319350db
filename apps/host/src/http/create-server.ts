import http from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Limits } from '@zas/config';
import { EXPECTS_CONTINUE } from './exchanges.js';
import { inTurn } from './in-turn.js';

/** How many clients are connected. */
export class ConnectionCount {
  open = 0;

  watch(server: http.Server): void {
    server.on('connection', (socket) => {
      this.open++;
      socket.once('close', () => this.open--);
    });
  }
}

/** The HTTP server with its limits. `Expect: 100-continue` is left to the doors, which authenticate first. */
export function createServer(limits: Limits, listener: RequestListener, connections: ConnectionCount): http.Server {
  const listen = inTurn(listener);
  const server = http.createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerSeconds * 1000,
      // Bodies have their own limits: idle time on the socket, total time in Exchanges.
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAliveSeconds * 1000,
      connectionsCheckingInterval: Math.min(5000, (limits.headerSeconds * 1000) / 2),
      noDelay: true,
      requireHostHeader: false,
    },
    listen,
  );
  connections.watch(server);
  server.maxConnections = limits.connections;
  server.timeout = limits.idleSeconds * 1000;
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    (request as { [EXPECTS_CONTINUE]?: boolean })[EXPECTS_CONTINUE] = true;
    listen(request, response);
  });
  // Other expectations may be ignored (RFC 9110, 10.1.1); Node would answer 417 to clients that send nonsense.
  server.on('checkExpectation', listen);
  return server;
}
