import type { IncomingMessage } from 'node:http';
import net from 'node:net';

/** Believes `X-Forwarded-For` only as far as trusted proxies wrote it. */
export class ClientAddresses {
  private readonly trusted = new net.BlockList();

  /** @param proxies addresses or CIDR networks */
  constructor(private readonly proxies: readonly string[]) {
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.trusted.addAddress(address, family);
      else this.trusted.addSubnet(address, Number(bits), family);
    }
  }

  of(request: IncomingMessage): string {
    let address = plain(request.socket.remoteAddress ?? '');
    if (this.proxies.length === 0) return address;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    // From the right: each hop was written by the proxy behind it.
    while (forwarded.length > 0 && this.isTrusted(address)) {
      const next = plain(forwarded.pop()!.trim());
      if (!net.isIP(next)) break;
      address = next;
    }
    return address;
  }

  /** True for TLS, also when a trusted proxy ended it and says so. */
  isSecure(request: IncomingMessage): boolean {
    if ('encrypted' in request.socket) return true;
    const forwarded = request.headers['x-forwarded-proto'];
    if (forwarded === undefined) return false;
    return this.isFromProxy(request) && String(forwarded).split(',').at(-1)!.trim().toLowerCase() === 'https';
  }

  /** True where a trusted proxy is at the other end of the connection, whatever the headers say. */
  isFromProxy(request: IncomingMessage): boolean {
    return this.proxies.length > 0 && this.isTrusted(plain(request.socket.remoteAddress ?? ''));
  }

  private isTrusted(address: string): boolean {
    return net.isIP(address) !== 0 && this.trusted.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}

/** IPv4 in the form of IPv6, as dual-stack sockets show it, is IPv4. */
function plain(address: string): string {
  const mapped = /^::ffff:(.*)$/i.exec(address)?.[1] ?? '';
  return net.isIPv4(mapped) ? mapped : address;
}
