import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { errorCodeOf } from '@zas/plugin-api';
import { TestAuthority } from '@zas/plugin-testkit';
import { describe, expect, it } from '@jest/globals';
import { ClientAddresses } from './client-address.js';
import { ClientCertificates } from './client-certificates.js';

const NOW = 1_800_000_000_000;
const clock = { now: () => NOW };
const authority = new TestAuthority();
const { cert } = authority.issue({ subject: [['CN', 'app']], subjectAltNames: ['DNS:app.example'], validTo: NOW + 1_000_000 });
const other = authority.issue({ subjectAltNames: ['DNS:other.example'], validTo: NOW + 1_000_000 }).cert;
const hashOf = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
const [PEM, HASH] = [encodeURIComponent(cert), hashOf(cert)];
const ENVOY = 'x-forwarded-client-cert';
const NGINX = 'x-ssl-client-cert';

const request = (peer: string, headers: Record<string, string>, tls: object = {}) => ({ socket: { remoteAddress: peer, ...tls }, headers }) as unknown as IncomingMessage;
const over = (header: string | undefined) => new ClientCertificates(new ClientAddresses(['10.0.0.1']), header, clock);
const fromProxy = (header: string, text: string) => over(header).of(request('10.0.0.1', { [header]: text }));
const namesOf = (header: string, text: string) => fromProxy(header, text)?.subjectAltNames;
const codeOf = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    return errorCodeOf(error);
  }
  return undefined;
};

describe('a certificate in a header', () => {
  it('counts from a trusted proxy, as PEM or as Envoy writes it', () => {
    expect(fromProxy(NGINX, PEM)).toMatchObject({ subject: 'CN=app', issuer: 'CN=Test CA', subjectAltNames: ['DNS:app.example'], fingerprint: HASH });
    expect(fromProxy(ENVOY, `By=spiffe://proxy;Hash=${HASH};Cert="${PEM}";Subject="";URI=`)).toMatchObject({ subjectAltNames: ['DNS:app.example'], fingerprint: HASH });
  });

  it('counts from nobody else, whomever X-Forwarded-For names', () => {
    for (const header of [NGINX, ENVOY]) {
      const text = header === NGINX ? PEM : `Hash=${HASH};Cert="${PEM}"`;
      expect(over(header).of(request('10.0.0.2', { [header]: text, 'x-forwarded-for': '10.0.0.1' }))).toBeUndefined();
      expect(over(header).of(request('10.0.0.2', { [header]: 'nonsense' }))).toBeUndefined();
      expect(over(undefined).of(request('10.0.0.1', { [header]: text }))).toBeUndefined();
      expect(new ClientCertificates(new ClientAddresses([]), header, clock).of(request('10.0.0.1', { [header]: text }))).toBeUndefined();
    }
    expect(over(NGINX).of(request('10.0.0.1', { [ENVOY]: `Hash=${HASH};URI=spiffe://x` }))).toBeUndefined();
  });

  it('is none where the proxy says that there is none', () => {
    expect(fromProxy(NGINX, '')).toBeUndefined();
    expect(over(NGINX).of(request('10.0.0.1', {}))).toBeUndefined();
  });

  it('is the last of those that Envoy passes on: the others were sent to it', () => {
    const forged = `Hash=${hashOf(other)};Cert="${encodeURIComponent(other)}"`;
    expect(namesOf(ENVOY, `${forged},Hash=${HASH};Cert="${PEM}"`)).toEqual(['DNS:app.example']);
    expect(namesOf(ENVOY, `Hash=${HASH};URI=spiffe://evil;Subject="a\\",Hash=b", Hash=${HASH};DNS=a.example;DNS=b.example`)).toEqual(['DNS:a.example', 'DNS:b.example']);
    expect(namesOf(ENVOY, `By=x;Hash=${HASH};Subject="CN=x,URI=spiffe://evil;DNS=evil, O=\\"y\\"";URI=spiffe://x/y?a=b`)).toEqual(['URI:spiffe://x/y?a=b']);
  });

  it('counts for minutes where the proxy shows names alone', () => {
    const facts = fromProxy(ENVOY, `Hash=${HASH.toUpperCase()};Subject="CN=app";URI=spiffe://x/y`);
    expect(facts).toEqual({ subject: 'CN=app', issuer: '', subjectAltNames: ['URI:spiffe://x/y'], fingerprint: HASH, expiresAt: NOW + 300_000 });
  });

  it.each([
    [NGINX, 'nonsense'],
    [NGINX, '%'],
    [NGINX, `${PEM}, ${PEM}`],
    [NGINX, PEM + PEM],
    [NGINX, encodeURIComponent('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')],
    [NGINX, `${PEM}${'%0A'.repeat(6_000)}`],
    [ENVOY, PEM],
    [ENVOY, `Cert="${PEM}"`],
    [ENVOY, `Hash=${hashOf(other)};Cert="${PEM}"`],
    [ENVOY, `Hash=${HASH};Hash=${HASH};URI=x`],
    [ENVOY, `Hash=${HASH};Cert="${PEM}";Cert="${PEM}"`],
    [ENVOY, `Hash=${HASH};URI="x`],
    [ENVOY, `Hash=${HASH};URI=x"y"`],
    [ENVOY, `Hash=${HASH};URI=spiffe://x,`],
    [ENVOY, `Hash=${HASH};;URI=x`],
    [ENVOY, 'URI=spiffe://x'],
    [ENVOY, `Hash=short;URI=x`],
  ])('is refused in %s as %.60s', (header, text) => {
    expect(codeOf(() => fromProxy(header, text))).toBe('invalid-argument');
  });
});

describe('a certificate of the connection', () => {
  const tls = (authorized: boolean) => ({ authorized, getPeerX509Certificate: () => new X509Certificate(cert) });

  it('counts where it was verified, and is read once', () => {
    let reads = 0;
    const seen = request('10.0.0.9', {}, { authorized: true, getPeerX509Certificate: () => (reads++, new X509Certificate(cert)) });
    const certificates = over(undefined);
    expect(certificates.of(seen)).toMatchObject({ fingerprint: HASH });
    expect(certificates.of(seen)).toBe(certificates.of(seen));
    expect(reads).toBe(1);
  });

  it('is none where it was not, or where there is no TLS', () => {
    expect(over(undefined).of(request('10.0.0.9', {}, tls(false)))).toBeUndefined();
    expect(over(undefined).of(request('10.0.0.9', {}))).toBeUndefined();
    expect(over(undefined).of(request('10.0.0.9', {}, { authorized: true, getPeerX509Certificate: () => undefined }))).toBeUndefined();
  });

  it('of a proxy that passes on certificates is not that of its clients', () => {
    expect(over(NGINX).of(request('10.0.0.1', {}, tls(true)))).toBeUndefined();
    expect(over(NGINX).of(request('10.0.0.9', {}, tls(true)))).toBeDefined();
  });
});
