import type { MeasureOptions } from '../options.js';
import type { Row } from '../report/rows.js';
import { measureCalls } from '../stores/measure-calls.js';
import { checkedCalls } from '../stores/prepared-calls.js';
import { openDecisionDesk } from './decision-calls.js';
import { LONE_DECISION_WORKS } from './work-names.js';

const COUNTS = [1, 10, 100, 10_000];
/** Until then the code is not compiled. */
const WARM_UP_SECONDS = 0.2;

/** Asks as principals with ever more policies. */
export async function measureDecisions(options: MeasureOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of COUNTS) {
    const desk = await openDecisionDesk(count);
    try {
      for (const work of LONE_DECISION_WORKS.filter((name) => options.only.has(name))) {
        say(`decisions: ${work}, ${count} policies`);
        const calls = { work, target: `${count} ${count === 1 ? 'policy' : 'policies'}`, callers: 1, call: checkedCalls(work, desk.calls(work)) };
        await measureCalls({ ...calls, seconds: Math.min(options.storeSeconds, WARM_UP_SECONDS) });
        rows.push({ ...(await measureCalls({ ...calls, seconds: options.storeSeconds })), group: 'decisions' });
      }
    } finally {
      await desk.stop();
    }
  }
  return rows;
}
