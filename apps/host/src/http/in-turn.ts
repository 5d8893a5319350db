import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that one connection may have waiting; no real client sends so many ahead. */
const MOST_WAITING = 100;

interface Line {
  last: ServerResponse;
  waiting: number;
}

/**
 * Requests of one connection, one after the other, however many of them the client
 * sends ahead: a write must have happened before what comes behind it begins (RFC
 * 9112, 9.3.2; Node orders the answers only). What comes behind an answer that ends
 * the connection never begins.
 */
export function inTurn(listener: RequestListener): RequestListener {
  const lines = new WeakMap<Socket, Line>();
  return (request, response) => {
    const { socket } = request;
    const line = lines.get(socket);
    if (!line) lines.set(socket, { last: response, waiting: 0 });
    else if (line.last.closed) line.last = response;
    else return wait(line, socket, request, response);
    listener(request, response);
  };

  function wait(line: Line, socket: Socket, request: IncomingMessage, response: ServerResponse): void {
    if (++line.waiting > MOST_WAITING) {
      socket.destroy();
      return;
    }
    line.last.once('close', () => {
      line.waiting--;
      if (socket.writable) listener(request, response);
    });
    line.last = response;
  }
}
