import { z } from 'zod';
import { issuerName, membershipFields } from './source-config.js';

/** Whom a client certificate names. The server's client CAs have vouched for it before. */
export const certificateRuleSchema = z
  .strictObject({
    name: issuerName.describe('First part of the principal’s id; what the pattern caught is the rest'),
    san: z.enum(['URI', 'DNS', 'email', 'IP']).describe('Kind of subject alternative name that is looked at'),
    pattern: z.string().min(1).max(512).describe('Text in which * stands for one or more characters other than /, and ** for any; all of it has to fit'),
    issuer: z.string().min(1).max(1_024).optional().describe('RFC 4514 text of the issuer, where several CAs are trusted'),
    fingerprints: z.array(z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')).max(1_000).optional().describe('Lower-case hexadecimal SHA-256 of single certificates'),
    ...membershipFields,
  })
  .describe('maps client certificates to principals');

export type CertificateRule = z.output<typeof certificateRuleSchema>;
