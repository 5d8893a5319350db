import { z } from 'zod';

/** First part of principal ids. */
export const issuerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected 1 to 63 lower-case letters, digits and dashes')
  .refine((name) => !['config', 'local', 'user', 'role', 'sts', 'key', 'session', 'anonymous', 'callback'].includes(name), 'is a name that the server uses itself');

export const accountId = z.string().regex(/^\d{12}$/, 'expected 12 digits');

/** Name of a role or a group. */
export const memberOf = z.string().min(1).max(256);

/** What everybody of a source has. */
export const membershipFields = {
  account: accountId.optional().describe('Account of its people; unset: that of the root of the server'),
  roles: z.array(memberOf).max(100).default([]).describe('Roles of all its people'),
  groups: z.array(memberOf).max(100).default([]).describe('Groups of all its people'),
};
