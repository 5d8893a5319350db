import { z } from 'zod';

export const configSchema = z.strictObject({
  path: z.string().min(1).optional().describe('Database file; default: metadata.db in the data folder of the plugin'),
  cacheMegabytes: z.number().int().min(1).max(65_536).default(8).describe('Page cache of each database handle, in MiB; the system caches the file besides'),
  busyTimeoutMs: z.number().int().min(0).max(60_000).default(5_000).describe('How long to wait for a lock that a tool holds'),
  groupMaxIntents: z.number().int().min(1).max(10_000).default(256).describe('Most writes in one commit'),
  queueMaxIntents: z.number().int().min(1).max(1_000_000).default(20_000).describe('Most writes that wait; more answer slow-down'),
  queueMaxMegabytes: z.number().int().min(1).max(65_536).default(64).describe('Most bytes of writes that wait, in MiB'),
  walResetMegabytes: z.number().int().min(1).max(65_536).default(32).describe('Size from which the write-ahead log is started anew, in MiB'),
});

export type SqliteMetadataConfig = z.output<typeof configSchema>;
