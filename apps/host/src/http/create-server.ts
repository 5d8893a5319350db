import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { Limits } from '@zas/config';
import { EXPECTS_CONTINUE } from './exchanges.js';
import { inTurn } from './in-turn.js';

/** How many clients are connected. */
export class ConnectionCount {
  private readonly sockets = new Set<Socket>();

  get open(): number {
    return this.sockets.size;
  }

  watch(server: WebServer): void {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Also those that did not get as far as HTTP, which the server does not know. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** Over TLS where there are `tls` options, else plain. */
export type WebServer = http.Server | https.Server;

/** The HTTP server with its limits. `Expect: 100-continue` is left to the doors, which authenticate first. */
export function createServer(limits: Limits, listener: RequestListener, connections: ConnectionCount, tls?: TlsOptions): WebServer {
  const listen = inTurn(listener);
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerSeconds * 1000,
    // Bodies have their own limits: idle time on the socket, total time in Exchanges.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    connectionsCheckingInterval: Math.min(5000, (limits.headerSeconds * 1000) / 2),
    noDelay: true,
    requireHostHeader: false,
  };
  const server = tls ? https.createServer({ ...tls, ...options, handshakeTimeout: limits.headerSeconds * 1000 }, listen) : http.createServer(options, listen);
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
