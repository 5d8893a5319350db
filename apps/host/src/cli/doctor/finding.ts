import type { Clock } from '@zas/plugin-api';
import type { ConfiguredCall } from '../outcome.js';

/** `problem`: it will not work, or not keep its promises; `warning`: it may not. */
export type FindingState = 'good' | 'warning' | 'problem';

/** What one check found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly state: FindingState;
  readonly says: string;
  /** What to do about it; present unless all is good. */
  readonly cure?: string;
}

export const good = (check: string, says: string): Finding => ({ check, state: 'good', says });
export const warning = (check: string, says: string, cure: string): Finding => ({ check, state: 'warning', says, cure });
export const problem = (check: string, says: string, cure: string): Finding => ({ check, state: 'problem', says, cure });

export interface DoctorCall extends ConfiguredCall {
  readonly clock: Clock;
  /** The process id that the data folder names, when that process runs. */
  readonly running: number | undefined;
}

/** Looks at one thing; never throws for what it finds. */
export type Check = (call: DoctorCall) => Promise<readonly Finding[]>;
