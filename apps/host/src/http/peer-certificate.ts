import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '@zas/plugin-api';
import { certificateFacts } from '../tls/certificate-facts.js';

/**
 * Certificates that clients proved to have on their connections. One that does not
 * verify against the server's client CAs is none. Each connection is looked at once.
 */
export class PeerCertificates {
  private readonly known = new WeakMap<object, { readonly certificate: ClientCertificate | undefined }>();

  of({ socket }: IncomingMessage): ClientCertificate | undefined {
    if ((socket as Partial<TLSSocket>).authorized !== true) return undefined;
    let seen = this.known.get(socket);
    if (!seen) this.known.set(socket, (seen = { certificate: readPeer(socket as TLSSocket) }));
    return seen.certificate;
  }
}

/** A good certificate whose names cannot be read names nobody. */
function readPeer(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  try {
    return certificate && certificateFacts(certificate);
  } catch {
    return undefined;
  }
}
