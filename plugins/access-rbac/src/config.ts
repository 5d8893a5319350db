import { deriveAccountId, secret } from '@zas/plugin-api';
import { z } from 'zod';
import { auditSchema } from './audit/audit-config.js';
import { ANONYMOUS_CANONICAL_ID, deriveCanonicalId } from './accounts.js';
import { authenticatorFields, checkSources } from './authenticators/authenticators-config.js';
import { compileIdentityPolicy } from './identity-policies.js';
import { keysFields } from './secrets/keys-config.js';

const accessKeyId = z.string().regex(/^[A-Za-z0-9._-]{3,128}$/, 'expected 3 to 128 letters, digits, dots, dashes and underscores');

const secretAccessKey = secret(z.string().min(8, 'expected at least 8 characters').max(128, 'expected at most 128 characters'));

/** A policy document, as JSON or as what the config file makes of it. */
const policyDocument = z.union([z.string(), z.record(z.string(), z.unknown())], { error: 'expected a policy document or its JSON' });

const identitySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/, 'expected 1 to 128 letters, digits, dots, dashes, underscores and @, beginning with a letter or digit')
    .refine((id) => id !== 'root', '"root" names the root of the server; choose another id'),
  displayName: z.string().min(1).max(256),
  accessKeyId,
  secretAccessKey,
  account: z.string().regex(/^\d{12}$/, 'expected 12 digits').optional(),
  /** Of the account; its first identity says it. AWS's have 64 hexadecimal digits. */
  canonicalId: z
    .string()
    .regex(/^[A-Za-z0-9]{1,128}$/, 'expected 64 hexadecimal digits, or 1 to 128 letters and digits')
    .refine((id) => id !== ANONYMOUS_CANONICAL_ID, 'is the one of anonymous callers')
    .optional(),
  email: z.email('expected an e-mail address').max(256).optional(),
  policies: z.array(policyDocument).max(100).optional().describe('What the identity may do. The root of an account needs none'),
  boundary: policyDocument.optional().describe('The most that it may do'),
});

/** Who may come in: identities as in the server's config, and the root of the server. */
export const configSchema = z
  .strictObject({
    identities: z.array(identitySchema).max(10_000).default([]).describe('Set by the server, as its own identities'),
    root: z.strictObject({ accessKeyId, secretAccessKey }).optional().describe('Set by the server'),
    ...keysFields,
    repositoryPolicy: z.string().optional().describe('What hangs on every repository, as the server’s oci.anonymous says it; set by the server'),
    ...authenticatorFields,
    audit: auditSchema.prefault({}),
  })
  .superRefine((config, context) => checkSources(config, (path, message) => context.addIssue({ code: 'custom', path: [...path], message })))
  .superRefine(({ identities, root }, context) => {
    const issue = (place: readonly (string | number)[], message: string) => context.addIssue({ code: 'custom', path: ['identities', ...place], message });
    const seen = new Map<string, string>(root === undefined ? [] : [[`accessKeyId ${root.accessKeyId}`, 'root.accessKeyId']]);
    const notTwice = (index: number, field: string, value: string): void => {
      const earlier = seen.get(`${field} ${value}`);
      if (earlier === undefined) seen.set(`${field} ${value}`, `identities[${index}].${field}`);
      else issue([index, field], `is the same as ${earlier}`);
    };
    const canonicalIds = new Map<string, string>();
    if (root !== undefined) canonicalIds.set(deriveAccountId('root'), deriveCanonicalId(deriveAccountId('root')));
    identities.forEach((identity, index) => {
      notTwice(index, 'id', identity.id);
      notTwice(index, 'accessKeyId', identity.accessKeyId);
      if (identity.email !== undefined) notTwice(index, 'email', identity.email);
      const account = identity.account ?? deriveAccountId(identity.id);
      const first = canonicalIds.get(account);
      const canonicalId = identity.canonicalId ?? first ?? deriveCanonicalId(account);
      if (first === undefined) {
        canonicalIds.set(account, canonicalId);
        notTwice(index, 'canonicalId', canonicalId);
      } else if (canonicalId !== first) {
        issue([index, 'canonicalId'], 'is not the one that the first identity of the account has');
      }
      identity.policies?.forEach((document, number) => {
        const { problem } = compileIdentityPolicy(document);
        if (problem !== undefined) issue([index, 'policies', number], problem);
      });
      const boundary = identity.boundary === undefined ? undefined : compileIdentityPolicy(identity.boundary).problem;
      if (boundary !== undefined) issue([index, 'boundary'], boundary);
    });
  });

export type AccessConfig = z.output<typeof configSchema>;
export type IdentityConfig = AccessConfig['identities'][number];
