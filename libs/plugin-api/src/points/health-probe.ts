import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';

/** `degraded` still serves (perhaps reads only); `unhealthy` does not. */
export type HealthState = 'healthy' | 'degraded' | 'unhealthy';

export interface HealthReport {
  readonly state: HealthState;
  /** For people: what is wrong; required unless healthy. No secrets. */
  readonly reason?: string;
}

/** Answers within a second how a part is; must be cheap enough to be asked each second. */
export interface HealthProbe {
  /** Kebab-case name of the part, unique. */
  readonly name: string;
  check(context: CallContext): Promise<HealthReport>;
}

export const healthProbe = definePoint<HealthProbe>('health.probe/v1alpha', 'many');
