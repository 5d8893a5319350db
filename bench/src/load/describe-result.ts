import type { K6Result, K6Summary } from './run-k6.js';

/** One line about a run: `passed s3-put        1,234 requests, 0 failed, 2,468 checks, 5.1 s`. */
export function describeResult(scenario: string, { exitCode, seconds, summary }: K6Result): string {
  const counts = summary === undefined ? ['k6 left no figures'] : countsOf(summary);
  return [`${exitCode === 0 ? 'passed' : 'FAILED'} ${scenario.padEnd(13)}`, [...counts, `${seconds.toFixed(1)} s`].join(', ')].join(' ');
}

function countsOf({ metrics }: K6Summary): readonly string[] {
  const figure = (metric: string, name: string) => Number(metrics[metric]?.[name] ?? 0);
  // Of a rate k6 calls those that are true `passes`; here they are failures.
  const [failed, wrong] = [figure('http_req_failed', 'passes'), figure('checks', 'fails')];
  const [requests, checks] = [figure('http_reqs', 'count'), figure('checks', 'passes') + wrong];
  const show = (count: number) => count.toLocaleString('en-US');
  return [`${show(requests)} requests`, `${show(failed)} failed`, `${show(checks)} checks`, `${show(wrong)} wrong`];
}
