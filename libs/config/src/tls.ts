import { secret } from '@zas/plugin-api';
import { z } from 'zod';

const file = z.string().min(1).max(4_096);

/** TLS of the server itself. Absent: plain HTTP. */
export const tlsSchema = z
  .strictObject({
    certFile: file.describe('PEM file of the certificate and those between it and its CA, from the working directory; with it the server speaks TLS'),
    keyFile: file.describe('PEM file of the certificate\'s private key'),
    keyPassphrase: secret(z.string().min(1).max(1_024)).optional().describe('Passphrase of the private key'),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('Oldest version that is spoken'),
    reloadSeconds: z.number().positive().max(86_400).default(60).describe('Pause before the files are looked at again; what is new in them is used from then on'),
    clientCa: file.optional().describe('PEM file of the CAs whose client certificates count'),
    clientCertificates: z
      .enum(['none', 'request', 'require'])
      .default('none')
      .describe('Whether clients are asked for a certificate; with require there is no connection without a good one, health checks included'),
  })
  .superRefine(({ clientCa, clientCertificates }, context) => {
    if ((clientCa === undefined) === (clientCertificates === 'none')) return;
    context.addIssue({ code: 'custom', path: ['clientCa'], message: 'set it together with clientCertificates request or require, or neither' });
  });

export type TlsConfig = z.output<typeof tlsSchema>;
