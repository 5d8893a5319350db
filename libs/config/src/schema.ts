import { secret } from '@zas/plugin-api';
import { z } from 'zod';
import { httpSchema } from './http.js';
import { limitsSchema } from './limits.js';
import { ociSchema } from './oci.js';
import { viewsSchema } from './views.js';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

/**
 * One caller that the config knows, by shape; the access plugin that gets the list
 * says which ids, keys and accounts it accepts.
 */
export const identitySchema = z.strictObject({
  id: z.string().min(1).max(128).describe('Second half of the principal, config:id'),
  displayName: z.string().min(1).max(256).describe('Name for people'),
  accessKeyId: z.string().min(1).max(128).describe('Access key id'),
  secretAccessKey: secret(z.string().min(1).max(128)).describe('Secret access key, 8 characters at least'),
  account: z.string().max(12).optional().describe('Account, 12 digits; unset: one of its own, derived from the id'),
  canonicalId: z.string().min(1).max(128).optional().describe('Canonical id of the account, as ACLs name it; unset: derived'),
  email: z.string().max(254).optional().describe('Address, for people; grants to addresses are refused, as AWS does'),
  policies: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).max(100).optional().describe('Policy documents: what it may do; the root of an account needs none'),
  boundary: z.union([z.string(), z.record(z.string(), z.unknown())]).optional().describe('Policy document: the most that it may do'),
});

const pluginSchema = z.strictObject({
  use: z.string().min(1).max(1_024).describe('Package name, or a path from this file'),
  config: z.record(z.string(), z.unknown()).optional().describe('Settings of the plugin'),
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected kebab-case').optional().describe('Name under which it is loaded; unset: its id'),
  enabled: z.boolean().default(true).describe('False: it is not loaded, a built-in one neither'),
});

/** The whole configuration file. */
export const configSchema = z
  .strictObject({
    http: httpSchema.prefault({}),
    data: z
      .strictObject({ dir: z.string().min(1).default('./data').describe('Folder for everything that is kept, from the working directory') })
      .prefault({}),
    s3: z
      .strictObject({
        region: z
          .string()
          .regex(/^[a-z0-9-]{1,63}$/, 'expected lower-case letters, digits and dashes')
          .default('us-east-1')
          .describe('Region that signatures must name'),
        baseDomains: z
          .array(z.string().regex(new RegExp(`^${LABEL}(\\.${LABEL})*$`), 'expected a lower-case host name'))
          .default([])
          .describe('Domains below which a bucket name may stand as a host name'),
        presignedV2: z.boolean().default(true).describe('Accept presigned URLs of Signature Version 2, which boto3 and AWS CLI make by default for us-east-1'),
        defaultObjectOwnership: z
          .enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])
          .default('BucketOwnerEnforced')
          .describe('Ownership of objects in new buckets that name none; ACLs count only with the other two than BucketOwnerEnforced'),
        defaultPublicAccessBlock: z.boolean().default(true).describe('Block public access on new buckets, as AWS does since 2023'),
        ownerDisplayName: z.boolean().default(true).describe('Show DisplayName beside owner ids, which AWS left out at the end of 2025 and older clients expect'),
      })
      .prefault({}),
    oci: ociSchema.prefault({}),
    views: viewsSchema.prefault({}),
    identities: z
      .array(identitySchema)
      .max(10_000)
      .default([])
      .describe(
        'Callers: { id, displayName, accessKeyId, secretAccessKey, account?, canonicalId?, email?, policies?, boundary? }; account has 12 digits and is derived from id when absent; the first identity of an account is its root, the others may what their policies allow',
      ),
    root: z
      .strictObject({
        accessKey: z.string().min(1).max(128).optional().describe('Access key id of the root of the server; unset: made at random on the first start'),
        secretKey: secret(z.string().min(1).max(128)).optional().describe('Secret access key of the root of the server; set both or neither'),
      })
      .prefault({}),
    log: z
      .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is written') })
      .prefault({}),
    plugins: z
      .array(pluginSchema)
      .max(1_000)
      .default([])
      .describe('Laid over the built-in plugins: { use, config?, name?, enabled? }; use is a package name or a path from this file'),
    pluginsDir: z
      .string()
      .min(1)
      .max(4_096)
      .default('/plugins')
      .describe('Folder of packages, as themselves or in a node_modules, in which plugins are looked for that do not lie beside this file or above; it may be missing'),
    limits: limitsSchema.prefault({}),
  })
  .superRefine((config, context) => {
    const { root, limits } = config;
    if ((root.accessKey === undefined) !== (root.secretKey === undefined)) {
      context.addIssue({ code: 'custom', path: ['root'], message: 'set accessKey and secretKey, or neither' });
    }
    if (limits.collectGraceSeconds <= limits.requestSeconds) {
      context.addIssue({ code: 'custom', path: ['limits', 'collectGraceSeconds'], message: 'must be longer than limits.requestSeconds' });
    }
  });

export type Config = z.output<typeof configSchema>;
export type Identity = z.output<typeof identitySchema>;
export type PluginEntry = z.input<typeof pluginSchema>;
