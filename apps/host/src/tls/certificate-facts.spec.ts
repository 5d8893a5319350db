import { X509Certificate } from 'node:crypto';
import { TestAuthority } from '@zas/plugin-testkit';
import { describe, expect, it } from '@jest/globals';
import { certificateFacts } from './certificate-facts.js';

describe('certificateFacts', () => {
  it('tells who it is, who says so, and until when', () => {
    const expiresAt = Date.UTC(2040, 0, 2, 3, 4, 5);
    const { cert } = new TestAuthority('The, CA').issue({
      subject: [['C', 'DE'], ['O', 'Acmé + Söhne, Inc.'], ['CN', '#app \n']],
      subjectAltNames: ['DNS:app.example', 'URI:spiffe://x/y, DNS:evil.example', 'IP:10.0.0.1'],
      validTo: expiresAt,
    });
    const certificate = new X509Certificate(cert);
    expect(certificateFacts(certificate)).toEqual({
      subject: 'CN=\\#app \\0A,O=Acmé \\+ Söhne\\, Inc.,C=DE',
      issuer: 'CN=The\\, CA',
      subjectAltNames: ['DNS:app.example', 'URI:spiffe://x/y, DNS:evil.example', 'IP:10.0.0.1'],
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      expiresAt,
    });
  });

  it('joins parts of several values as RFC 4514 does', () => {
    const { cert } = new TestAuthority().issue();
    const real = new X509Certificate(cert);
    const shown = { raw: real.raw, validToDate: real.validToDate, subjectAltName: undefined, subject: 'C=DE\nOU=a + CN=x \\+ y', issuer: undefined };
    expect(certificateFacts(shown as unknown as X509Certificate)).toMatchObject({ subject: 'OU=a+CN=x \\+ y,C=DE', issuer: '', subjectAltNames: [] });
  });
});
