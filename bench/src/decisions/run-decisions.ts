import type { MeasureOptions } from '../options.js';
import type { Row } from '../report/rows.js';
import { measureDecisions } from './measure-decisions.js';
import { measureReads } from './measure-reads.js';
import { DECISION_WORKS } from './work-names.js';

/** Decisions by themselves, then small reads by principals with one and with a hundred policies. */
export async function runDecisions(options: MeasureOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const alone = DECISION_WORKS.some((work) => work !== 'get4k-policies' && options.only.has(work));
  const rows = alone ? [...(await measureDecisions(options, say))] : [];
  if (options.only.has('get4k-policies')) rows.push(...(await measureReads(options, say)));
  return rows;
}
