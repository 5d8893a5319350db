import { parseArgs } from 'node:util';
import { didYouMean } from '@zas/config';
import { readNumber, readSeconds } from '../read-values.js';
import { MICRO_BENCHMARKS } from './micro-benchmarks.js';
import type { MicroBenchmark } from './micro-benchmark.js';

export const MICRO_HELP = `Usage: npm run bench -- micro [options]

Measures parts of the server by themselves, in this process: wall time and
processor time of one call. Stores are the plugins of a server on a fresh folder,
behind the guards of a real host; a write counts when it is durable.

  --only NAME,…      these only, by name or by the beginning of names
  --callers N,…      instead of each one's own
  --seconds N        length of one measurement; default 1
  --rounds N         how often; figures are medians over the rounds; default 1
  --quick            few and short measurements: that everything works, not how fast
  --json FILE        where the figures go; default bench/results/micro.json
  --markdown FILE    the table, in the document's place for it: between <!-- micro --> and <!-- /micro -->
  --cpu-prof DIR     a folder in DIR for each benchmark, with a CPU profile of each thread

${MICRO_BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(24)} ${about}`).join('\n')}
`;

export interface MicroOptions {
  readonly benchmarks: readonly MicroBenchmark[];
  /** Instead of each benchmark's own. */
  readonly callers?: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly quick: boolean;
  readonly json?: string;
  readonly markdown?: string;
  readonly profileDir?: string;
}

/** @returns `undefined` when help is wanted @throws TypeError for wrong arguments */
export function readMicroOptions(args: readonly string[]): MicroOptions | undefined {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean' } as const;
  const { values } = parseArgs({ args: [...args], options: { only: text, callers: text, seconds: text, rounds: text, json: text, markdown: text, 'cpu-prof': text, quick: yes, help: yes } });
  if (values.help === true) return undefined;
  const quick = values.quick === true;
  return {
    benchmarks: readOnly(values.only),
    callers: values.callers?.split(',').map((part) => readNumber('callers', part, 1, 1000)),
    seconds: values.seconds === undefined ? (quick ? 0.1 : 1) : readSeconds(values.seconds),
    rounds: readNumber('rounds', values.rounds ?? '1', 1, 100),
    quick,
    json: values.json,
    markdown: values.markdown,
    profileDir: values['cpu-prof'],
  };
}

function readOnly(text: string | undefined): readonly MicroBenchmark[] {
  if (text === undefined) return MICRO_BENCHMARKS;
  const beginnings = text.split(',');
  const names = MICRO_BENCHMARKS.map(({ name }) => name);
  const unknown = beginnings.find((beginning) => beginning === '' || !names.some((name) => name.startsWith(beginning)));
  if (unknown !== undefined) throw new TypeError(`--only does not know ${JSON.stringify(unknown)}${didYouMean(unknown, names)}`);
  // A whole name is that one alone, though others begin with it.
  return MICRO_BENCHMARKS.filter(({ name }) => beginnings.some((beginning) => (names.includes(beginning) ? name === beginning : name.startsWith(beginning))));
}
