import { runHttp } from '../http/run-http.js';
import { MICRO_BENCHMARKS } from '../micro/micro-benchmarks.js';
import { runMicro } from '../micro/run-micro.js';
import { readOptions, type MeasureOptions } from '../options.js';
import { combineRounds, type Row } from '../report/rows.js';
import { HTTP_HEADLINES, MANY, MICRO_HEADLINES } from './headline-figures.js';

const SECONDS = 2;

/** Measures what the headlines need, with one caller and with many. */
export async function runHeadline(rounds: number, say: (line: string) => void): Promise<readonly Row[]> {
  const works = (headlines: typeof MICRO_HEADLINES) => headlines.map(({ work }) => work);
  const benchmarks = MICRO_BENCHMARKS.filter(({ name }) => works(MICRO_HEADLINES).includes(name));
  const rows: Row[] = [...(await runMicro({ benchmarks, callers: [1, MANY], seconds: SECONDS, rounds, quick: false }, say))];
  const http = readOptions(['--only', works(HTTP_HEADLINES).join(','), '--clients', `1,${MANY}`, '--seconds', String(SECONDS)]) as MeasureOptions;
  for (let round = 0; round < rounds; round++) rows.push(...(await runHttp(http, say)));
  return combineRounds(rows);
}
