import { openDecisionDesk } from '../decisions/decision-calls.js';
import { LONE_DECISION_WORKS, type LoneDecisionWork } from '../decisions/work-names.js';
import { ALONE, type MicroBenchmark } from './micro-benchmark.js';

const POLICIES = 100;

const ABOUT: Readonly<Record<LoneDecisionWork, string>> = {
  'decide-hit': 'may a principal with 100 policies GET, one of 64 questions that come again',
  'decide-miss': 'the same, another key each time',
  'decide-conditions': 'the same, each policy with two conditions',
  'decide-deny': 'the same, and nothing allows it',
};

export const POLICY_BENCHMARKS: readonly MicroBenchmark[] = LONE_DECISION_WORKS.map((name) => ({
  name,
  subject: 'policies',
  about: ABOUT[name],
  callers: ALONE,
  prepare: async () => {
    const desk = await openDecisionDesk(POLICIES);
    return { ...desk.calls(name), finish: () => desk.stop() };
  },
}));
