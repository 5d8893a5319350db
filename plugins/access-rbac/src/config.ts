import { secret } from '@zas/plugin-api';
import { z } from 'zod';

const accessKeyId = z.string().regex(/^[A-Za-z0-9._-]{3,128}$/, 'expected 3 to 128 letters, digits, dots, dashes and underscores');

const secretAccessKey = secret(z.string().min(8, 'expected at least 8 characters').max(128, 'expected at most 128 characters'));

const identitySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/, 'expected 1 to 128 letters, digits, dots, dashes, underscores and @, beginning with a letter or digit')
    .refine((id) => id !== 'root', '"root" names the root of the server; choose another id'),
  displayName: z.string().min(1).max(256),
  accessKeyId,
  secretAccessKey,
  account: z.string().regex(/^\d{12}$/, 'expected 12 digits').optional(),
});

/** Who may come in: identities as in the server's config, and the root of the server. */
export const configSchema = z
  .strictObject({
    identities: z.array(identitySchema).max(10_000).default([]),
    root: z.strictObject({ accessKeyId, secretAccessKey }).optional(),
  })
  .superRefine(({ identities, root }, context) => {
    const seen = new Map<string, string>(root === undefined ? [] : [[`accessKeyId ${root.accessKeyId}`, 'root.accessKeyId']]);
    identities.forEach((identity, index) => {
      for (const field of ['id', 'accessKeyId'] as const) {
        const key = `${field} ${identity[field]}`;
        const earlier = seen.get(key);
        if (earlier === undefined) seen.set(key, `identities[${index}].${field}`);
        else context.addIssue({ code: 'custom', path: ['identities', index, field], message: `is the same as ${earlier}` });
      }
    });
  });

export type AccessConfig = z.output<typeof configSchema>;
