import { z } from 'zod';
import { tlsSchema } from './tls.js';

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'expected an IP address or a network such as 10.0.0.0/8' });

const rate = (whose: string) =>
  z.strictObject({
    requestsPerSecond: z.number().positive().max(1_000_000).describe(`Requests ${whose} that are let through in the long run; unset: any number`),
    burst: z.number().int().min(1).max(1_000_000).describe(`Requests ${whose} that are let through at once`),
  });

const origin = z
  .string()
  .max(255)
  .refine(isOrigin, 'expected an origin as browsers send it, such as https://app.example.com');

/** Where the server listens, whom it believes and what it lets through. */
export const httpSchema = z
  .strictObject({
    host: z.string().min(1).max(255).default('127.0.0.1').describe('Address to listen on'),
    port: z.number().int().min(0).max(65_535).default(9000).describe('Port to listen on; 0: any free one'),
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
      .optional()
      .describe('URL under which clients reach the server; unset: as they address it'),
    trustedProxies: z
      .array(address)
      .default([])
      .describe('Addresses and networks whose X-Forwarded-* headers are believed'),
    clientCertificateHeader: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, 'expected the lower-case name of a header')
      .optional()
      .describe('Header in which trusted proxies pass the certificate of their client: x-forwarded-client-cert as Envoy writes it, any other as URL-encoded PEM; unset: none is believed'),
    tls: tlsSchema.optional(),
    apiDocs: z.boolean().default(true).describe('Show the API at /docs, to everybody; it holds no secret'),
    rateLimits: z
      .strictObject({
        perAddress: rate('of one address (IPv6: of one /64 network)').optional(),
        perPrincipal: rate('of one principal').optional(),
      })
      .prefault({}),
    cors: z
      .strictObject({
        origins: z
          .array(origin)
          .max(100)
          .default([])
          .describe('Origins whose pages may call the REST API and the registry from a browser, with credentials; buckets have rules of their own'),
        maxAgeSeconds: z.number().int().min(0).max(86_400).default(600).describe('How long a browser may remember what a preflight was told'),
      })
      .prefault({}),
  })
  .superRefine(({ clientCertificateHeader, trustedProxies }, context) => {
    if (clientCertificateHeader === undefined || trustedProxies.length > 0) return;
    context.addIssue({ code: 'custom', path: ['clientCertificateHeader'], message: 'counts only with trustedProxies' });
  });

export type HttpConfig = z.output<typeof httpSchema>;
export type Rate = z.output<ReturnType<typeof rate>>;

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
