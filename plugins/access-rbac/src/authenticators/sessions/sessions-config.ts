import { z } from 'zod';

/** Sessions of browsers, and of programs that somebody approved in one. */
export const sessionsSchema = z.strictObject({
  minutes: z.int().min(1).max(1_440).default(60).describe('A session ends after so long, whatever happens in it'),
  deviceMinutes: z.int().min(1).max(60).default(10).describe('A program waits so long for somebody to approve it'),
  devicePollSeconds: z.int().min(1).max(60).default(5).describe('It asks no more often'),
});

export type SessionsConfig = z.output<typeof sessionsSchema>;
