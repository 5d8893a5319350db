import { z } from 'zod';

const pattern = z.string().min(1).max(1_200);

/** Which reads are recorded: those whose action and resource both match one of the patterns (`*` and `?`). */
const readRule = z.strictObject({
  actions: z.array(pattern).min(1).max(100).default(['*']).describe('Actions, with * and ?'),
  resources: z.array(pattern).min(1).max(100).default(['*']).describe('Resources, with * and ?'),
});

/** The audit trail. */
export const auditSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Keep an audit trail'),
  /**
   * What becomes of changes while the trail cannot be written. `continue`: they go on;
   * nothing of them is lost, for the change feed holds them until the trail has them.
   * `refuse`: they are answered 503.
   */
  onFailure: z.enum(['refuse', 'continue']).default('continue').describe('What becomes of changes while the trail cannot be written'),
  lagSeconds: z.number().positive().max(86_400).default(60).describe('With onFailure refuse: how long a change may wait for its record'),
  retentionDays: z.number().positive().max(36_500).default(365).describe('Records older than this are removed'),
  checkpointSeconds: z.number().min(1).max(86_400).default(60).describe('Pause between two signed checkpoints while records come'),
  reads: z.array(readRule).max(100).default([]).describe('Rules that say which reads are recorded: { actions?, resources? }'),
});

export type AuditConfig = z.output<typeof auditSchema>;
