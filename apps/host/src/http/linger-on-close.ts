import type { Socket } from 'node:net';

const LINGER_MS = 1_000;

/**
 * Lets a client read its answer before the connection goes (RFC 9112, 9.6): closing with bytes unread
 * resets it, and what the client has not read yet is lost. Node closes by `destroySoon`.
 */
export function lingerOnClose(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
