import { z } from 'zod';

/** Sessions of browsers, and of programs that somebody approved in one. */
export const sessionsSchema = z.strictObject({
  /** A session ends after so long, whatever happens in it. */
  minutes: z.int().min(1).max(1_440).default(60),
  /** A program waits so long for somebody to approve it. */
  deviceMinutes: z.int().min(1).max(60).default(10),
  /** It asks no more often. */
  devicePollSeconds: z.int().min(1).max(60).default(5),
});

export type SessionsConfig = z.output<typeof sessionsSchema>;
