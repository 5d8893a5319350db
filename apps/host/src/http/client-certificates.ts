import type { IncomingMessage } from 'node:http';
import type { ClientCertificate, Clock } from '@zas/plugin-api';
import type { ClientAddresses } from './client-address.js';
import { forwardedCertificate } from './forwarded-certificate.js';
import { PeerCertificates } from './peer-certificate.js';

/** Texts whose certificates are kept; each is the same text on every request of its client. */
const MOST_KEPT = 200;

/** Who a client is by TLS: to the server itself, or to a proxy that is believed. */
export class ClientCertificates {
  private readonly peers = new PeerCertificates();
  private readonly kept = new Map<string, ClientCertificate | undefined>();

  constructor(
    private readonly addresses: ClientAddresses,
    /** Lower-case name; absent: no header is believed. */
    private readonly header: string | undefined,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * Throws `invalid-argument` for a header of a trusted proxy that cannot be read. A
   * proxy that passes certificates on speaks for its clients, never for itself.
   */
  of(request: IncomingMessage): ClientCertificate | undefined {
    const { header } = this;
    if (header === undefined || !this.addresses.isFromProxy(request)) return this.peers.of(request);
    const text = request.headers[header];
    return text === undefined ? undefined : this.read(header, String(text));
  }

  private read(header: string, text: string): ClientCertificate | undefined {
    const known = this.kept.get(text);
    if (known && known.expiresAt > this.clock.now()) return known;
    const certificate = forwardedCertificate(header, text, this.clock);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(text, certificate);
    return certificate;
  }
}
