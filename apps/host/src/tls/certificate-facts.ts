import crypto, { type X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '@zas/plugin-api';
import { subjectAltNames } from './subject-alt-names.js';

/** What authenticators are told of a certificate. Throws for one whose names cannot be read. */
export function certificateFacts(certificate: X509Certificate): ClientCertificate {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    subjectAltNames: subjectAltNames(certificate.subjectAltName),
    fingerprint: crypto.hash('sha256', certificate.raw, 'hex'),
    expiresAt: certificate.validToDate.getTime(),
  };
}

/**
 * RFC 4514 has the most specific part first and a comma between parts; Node has one a
 * line, the other way round. Both escape values alike.
 */
function distinguishedName(lines: string | undefined): string {
  return (lines ?? '')
    .split('\n')
    .reverse()
    .map((part) => part.replaceAll(' + ', '+'))
    .join(',');
}
