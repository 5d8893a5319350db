import path from 'node:path';
import type { Random } from '../property/random.js';

export const CRASH_PLUGIN = path.resolve(import.meta.dirname, '../../fixtures/crash-points/plugin.mjs');

const STARTING_CALLS = ['apply-acquire-lease', 'apply-put-document'] as const;

const WHEN = ['before', 'during', 'after'] as const;

/** How one round ends. */
export type CrashPlan =
  | { readonly kind: 'instant'; readonly afterMs: number }
  /** `starting`: calls count from the start of the process, else from the start of the load. */
  | { readonly kind: 'point'; readonly point: string; readonly call: number; readonly starting: boolean };

/**
 * Every named point in turn, and as often a random instant; now and then a point of the start.
 * @param calls blob calls and intents; see the plugin
 */
export function planCrash(round: number, calls: readonly string[], random: Random): CrashPlan {
  if (round % 2 === 0) return { kind: 'instant', afterMs: random.integer(10, 600) };
  if (round % 12 === 11) return { kind: 'point', point: `${random.pick(STARTING_CALLS)}-${random.pick(WHEN)}`, call: 1, starting: true };
  const index = (round - 1) / 2;
  const call = calls[index % calls.length]!;
  return { kind: 'point', point: `${call}-${random.pick(WHEN)}`, call: random.integer(1, call.startsWith('apply-claim') ? 2 : 5), starting: false };
}

export function describePlan(plan: CrashPlan): string {
  return plan.kind === 'instant' ? `after ${plan.afterMs} ms` : `at ${plan.point} ${plan.call}${plan.starting ? ' of the start' : ''}`;
}
