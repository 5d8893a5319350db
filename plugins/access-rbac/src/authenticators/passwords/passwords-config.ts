import { z } from 'zod';

/** How much checking of passwords the server does. */
export const passwordsSchema = z.strictObject({
  /** Slow hashes that are computed at the same time. */
  hashesAtOnce: z.int().min(1).max(64).default(2),
  /** Checks that may wait for their turn; more are answered "slow down". */
  hashesWaiting: z.int().min(0).max(10_000).default(64),
  /** A name and password that were right count so long without being hashed again; 0: not at all. */
  rememberSeconds: z.int().min(0).max(3_600).default(300),
});

export type PasswordsConfig = z.output<typeof passwordsSchema>;
