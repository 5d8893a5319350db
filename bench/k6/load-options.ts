import { sleep } from 'k6';
import type { Options } from 'k6/options';
import { planStages, planThresholds } from '../src/load/plan/profiles.ts';
import { SCENARIOS } from '../src/load/plan/scenarios.ts';
import { profile, seconds, thinkMs, users } from './environment.ts';

/** What is prepared and removed may be much more than what is under way. */
const PREPARING = '30m';

/** The options of a scenario under the wanted profile. */
export function loadOptions(name: string): Options {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (!scenario) throw new TypeError(`There is no scenario ${name}`);
  const { startVUs, stages } = planStages(profile, { users, seconds });
  return {
    scenarios: { [name]: { executor: 'ramping-vus', startVUs, stages: [...stages], gracefulStop: '30s', gracefulRampDown: '30s' } },
    thresholds: planThresholds(profile, scenario),
    setupTimeout: PREPARING,
    teardownTimeout: PREPARING,
    summaryTrendStats: ['min', 'med', 'avg', 'p(95)', 'p(99)', 'max'],
    // Addresses differ with every key: requests are told apart by name.
    systemTags: ['status', 'method', 'name', 'group', 'check', 'error', 'error_code', 'scenario', 'expected_response'],
  };
}

/** The pause at the end of an iteration. */
export function think(): void {
  if (thinkMs > 0) sleep(thinkMs / 1000);
}
