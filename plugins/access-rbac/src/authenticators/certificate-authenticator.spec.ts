import type { Account, AuthenticationRequest, ClientCertificate } from '@zas/plugin-api';
import { authenticatorSuite, testContext, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { CertificateAuthenticator } from './certificate-authenticator.js';
import { certificateRuleSchema } from './certificates-config.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const NOW = 1_800_000_000_000;
const clock = { now: () => NOW, monotonic: () => NOW };
const account: Account = { id: '123456789012', canonicalId: 'abc', displayName: 'team' };
const make = (...rules: z.input<typeof certificateRuleSchema>[]) => new CertificateAuthenticator(z.array(certificateRuleSchema).parse(rules), () => account, clock);

const certificate = (subjectAltNames: readonly string[], more: Partial<ClientCertificate> = {}): ClientCertificate => ({
  subject: 'CN=app',
  issuer: 'CN=Test CA',
  subjectAltNames,
  fingerprint: 'ab'.repeat(32),
  expiresAt: NOW + 1_000,
  ...more,
});
const ask = (authenticator: CertificateAuthenticator, clientCertificate?: ClientCertificate, more: Partial<AuthenticationRequest> = {}) =>
  authenticator.authenticate(testContext({ principal: undefined }), { method: 'GET', path: '/', query: '', headers: {}, peerAddress: '127.0.0.1', clientCertificate, ...more });
const idOf = async (authenticator: CertificateAuthenticator, names: readonly string[], more: Partial<ClientCertificate> = {}) => {
  const result = await ask(authenticator, certificate(names, more));
  return result.outcome === 'accepted' ? result.principal.id : result.outcome;
};

const SPIFFE = { name: 'spiffe', san: 'URI', pattern: 'spiffe://prod.example/ns/*/sa/*', roles: ['workload'], groups: ['prod'] } satisfies z.input<typeof certificateRuleSchema>;
const HOSTS = { name: 'host', san: 'DNS', pattern: '*.nodes.example' } satisfies z.input<typeof certificateRuleSchema>;

// It has no `Authorization` header to accept or to reject.
authenticatorSuite(runner, async () => ({ authenticator: make(SPIFFE), accepted: [], rejected: [] }));

describe('a client certificate', () => {
  it('stands in for no other credential that is not good', async () => {
    const shown = certificate(['URI:spiffe://prod.example/ns/build/sa/ci']);
    for (const authorization of ['Bearer garbage', 'Basic', 'x']) expect(await ask(make(SPIFFE), shown, { headers: { authorization } })).toEqual({ outcome: 'not-mine' });
  });

  it('is the principal of the first rule that fits one of its names', async () => {
    const result = await ask(make(HOSTS, SPIFFE), certificate(['DNS:app.example', 'URI:spiffe://prod.example/ns/build/sa/ci']));
    expect(result).toEqual({
      outcome: 'accepted',
      principal: {
        id: 'spiffe:spiffe://prod.example/ns/build/sa/ci',
        account,
        accountRoot: false,
        serverRoot: false,
        credentialId: `certificate:${'ab'.repeat(16)}`,
        roles: ['workload'],
        groups: ['prod'],
        expiresAt: NOW + 1_000,
      },
    });
  });

  it.each([
    [['URI:spiffe://prod.example/ns/a/sa/b/c'], 'not-mine'],
    [['URI:spiffe://prod.example/ns//sa/b'], 'not-mine'],
    [['URI:spiffe://prod.example.evil/ns/a/sa/b'], 'not-mine'],
    [['URI:spiffe://prodXexample/ns/a/sa/b'], 'not-mine'],
    [['URI:xspiffe://prod.example/ns/a/sa/b'], 'not-mine'],
    [['DNS:spiffe://prod.example/ns/a/sa/b'], 'not-mine'],
    [['URI:spiffe://prod.example/ns/a/sa/b\n'], 'not-mine'],
    [['URI:spiffe://prod.example/ns/a/sa/b\nx'], 'not-mine'],
    [[], 'not-mine'],
    [['DNS:n1.nodes.example'], 'host:n1.nodes.example'],
    [['DNS:.nodes.example'], 'not-mine'],
    [['DNS:n1.nodes.example.evil'], 'not-mine'],
  ])('with the names %j is %s', async (names, expected) => {
    expect(await idOf(make(SPIFFE, HOSTS), names)).toBe(expected);
  });

  it('is told by its common name in no way', async () => {
    expect(await idOf(make({ ...HOSTS, pattern: '**' }), [], { subject: 'CN=n1.nodes.example' })).toBe('not-mine');
  });

  it('counts only from the issuer, and with the fingerprint, that a rule names', async () => {
    const strict = make({ ...HOSTS, issuer: 'CN=Node CA', fingerprints: ['cd'.repeat(32)] });
    const names = ['DNS:n1.nodes.example'];
    expect(await idOf(strict, names)).toBe('not-mine');
    expect(await idOf(strict, names, { issuer: 'CN=Node CA' })).toBe('not-mine');
    expect(await idOf(strict, names, { issuer: 'CN=Node CA', fingerprint: 'cd'.repeat(32) })).toBe('host:n1.nodes.example');
  });

  it('that has expired is rejected', async () => {
    expect(await idOf(make(HOSTS), ['DNS:n1.nodes.example'], { expiresAt: NOW })).toBe('rejected');
  });

  it('that a browser shows for a page of another site changes nothing', async () => {
    const from = (method: string, site?: string) => ask(make(HOSTS), certificate(['DNS:n1.nodes.example']), { method, headers: site === undefined ? {} : { 'sec-fetch-site': site } });
    const outcomes = await Promise.all([from('POST'), from('POST', 'same-origin'), from('POST', 'none'), from('GET', 'cross-site'), from('POST', 'cross-site'), from('DELETE', 'same-site')]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'rejected', 'rejected']);
  });

  it('never counts from a header', async () => {
    const headers = { 'x-forwarded-client-cert': 'URI=spiffe://prod.example/ns/a/sa/b', 'x-ssl-client-cert': 'x', 'x-ssl-client-san-uri': 'spiffe://prod.example/ns/a/sa/b' };
    expect((await ask(make(SPIFFE), undefined, { headers })).outcome).toBe('not-mine');
  });
});
