import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ClientAddresses } from './client-address.js';

const request = (peer: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress: peer }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

/** Address as seen, with these proxies trusted, from this peer, with this X-Forwarded-For. */
const seen = (proxies: readonly string[], peer: string | undefined, forwarded?: string) => new ClientAddresses(proxies).of(request(peer, forwarded));

describe('ClientAddresses', () => {
  it('believes nobody when no proxy is trusted', () => {
    expect(seen([], '203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(seen([], undefined)).toBe('');
  });

  it('believes only what a trusted proxy sends', () => {
    expect(seen(['10.0.0.1'], '203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(seen(['10.0.0.1'], '10.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(seen(['10.0.0.1'], '10.0.0.1')).toBe('10.0.0.1');
  });

  it('takes the last address that no trusted proxy wrote, whatever a client put before it', () => {
    expect(seen(['10.0.0.0/8'], '10.0.0.1', '1.1.1.1, 198.51.100.1')).toBe('198.51.100.1');
    expect(seen(['10.0.0.0/8'], '10.0.0.1', '127.0.0.1, 10.9.9.9, 198.51.100.1, 10.0.0.2')).toBe('198.51.100.1');
    expect(seen(['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });

  it.each(['unknown', '', 'evil.example', '198.51.100.1:80', '999.1.1.1', '_hidden', '198.51.100.1, x'])('stops at what is no address: %j', (forwarded) => {
    expect(seen(['10.0.0.0/8'], '10.0.0.1', forwarded)).toBe('10.0.0.1');
  });

  it('knows networks of both kinds', () => {
    expect(seen(['fd00::/8'], 'fd00::1', '2001:db8::7')).toBe('2001:db8::7');
    expect(seen(['fd00::/8'], 'fe00::1', '2001:db8::7')).toBe('fe00::1');
    expect(seen(['192.168.4.0/22'], '192.168.7.255', '1.2.3.4')).toBe('1.2.3.4');
    expect(seen(['192.168.4.0/22'], '192.168.8.0', '1.2.3.4')).toBe('192.168.8.0');
  });

  it('sees IPv4 in the form of IPv6 as IPv4', () => {
    expect(seen([], '::ffff:203.0.113.5')).toBe('203.0.113.5');
    expect(seen(['10.0.0.1'], '::ffff:10.0.0.1', '::FFFF:198.51.100.1')).toBe('198.51.100.1');
    expect(seen(['10.0.0.1'], '10.0.0.1', '::ffff:c633:6401')).toBe('::ffff:c633:6401');
  });
});
