import { z } from 'zod';

const failures = z.int().min(1).max(1_000_000);

/** How many failed logins are borne, within the window, before whoever fails has to wait: a second first, then twice as long each time, at most 15 minutes. */
export const throttleSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Make those wait who fail to log in again and again'),
  windowSeconds: z.int().min(1).max(86_400).default(900).describe('How long failed logins are remembered'),
  perNameAndAddress: failures.default(10).describe('Of one name from one address (one /64 of IPv6)'),
  perAddress: failures.default(200).describe('Of all names from one address'),
  perName: failures.default(2_000).describe('Of one name from everywhere'),
});

export type ThrottleConfig = z.output<typeof throttleSchema>;
