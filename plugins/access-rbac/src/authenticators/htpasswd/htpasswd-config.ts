import { z } from 'zod';
import { issuerName, memberOf, membershipFields } from '../source-config.js';

const membership = z.strictObject({
  roles: z.array(memberOf).max(100).default([]).describe('Roles of this user'),
  groups: z.array(memberOf).max(100).default([]).describe('Groups of this user'),
});

/** A file of names and passwords, as `htpasswd -B` writes it. */
export const htpasswdSchema = z.strictObject({
  name: issuerName.default('htpasswd').describe('First part of the ids of its principals'),
  path: z.string().min(1).describe('Lines name:hash; bcrypt or Argon2id. Read again when it changes'),
  ...membershipFields,
  users: z
    .record(z.string().min(1).max(256), membership)
    .default({})
    .describe('What single users have besides'),
  reloadSeconds: z.number().min(0).max(3_600).default(5).describe('How soon a change of the file counts'),
});

export type HtpasswdConfig = z.output<typeof htpasswdSchema>;
