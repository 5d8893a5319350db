import { z } from 'zod';
import { issuerName, memberOf, membershipFields } from '../source-config.js';

/** A file of names and passwords, as `htpasswd -B` writes it. */
export const htpasswdSchema = z.strictObject({
  name: issuerName.default('htpasswd'),
  /** Lines `name:hash`; bcrypt or Argon2id. Read again when it changes. */
  path: z.string().min(1),
  ...membershipFields,
  /** What single users have besides. */
  users: z
    .record(z.string().min(1).max(256), z.strictObject({ roles: z.array(memberOf).max(100).default([]), groups: z.array(memberOf).max(100).default([]) }))
    .default({}),
  /** How soon a change of the file counts. */
  reloadSeconds: z.number().min(0).max(3_600).default(5),
});

export type HtpasswdConfig = z.output<typeof htpasswdSchema>;
