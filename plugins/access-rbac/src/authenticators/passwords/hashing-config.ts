import { z } from 'zod';

/** How much checking of passwords the server does. */
export const hashingSchema = z.strictObject({
  hashesAtOnce: z.int().min(1).max(64).default(2).describe('Slow hashes that are computed at the same time'),
  hashesWaiting: z.int().min(0).max(10_000).default(64).describe('Checks that may wait for their turn; more are answered "slow down"'),
  rememberSeconds: z.int().min(0).max(3_600).default(300).describe('A name and password that were right count so long without being hashed again; 0: not at all'),
});

export type HashingConfig = z.output<typeof hashingSchema>;
