import crypto from 'node:crypto';
import { parseArgs } from 'node:util';
import { runCleanup, type CleanupOptions } from './run-cleanup.js';

const HELP = `Usage: npm run test:cleanup -- [options]

Runs writers and clean-ups of several processes at once over stores in memory, with
crashes, stalls and failing deletes, and checks that no referenced byte ever goes
and that nothing unreferenced stays.

  --steps N   operations and steps of the clean-up; default 100000
  --seed N    which ones; default: at random, and printed
  --help      show this

Exit code: 0 when nothing was found, 1 otherwise, 2 for wrong arguments.
`;

const DEFAULT_STEPS = '100000';
const SEEDS = 2 ** 32;

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): CleanupOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: { steps: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return 'help';
  const seed = values.seed === undefined ? crypto.randomInt(SEEDS) : readNumber('seed', values.seed, 0);
  return { steps: readNumber('steps', values.steps ?? DEFAULT_STEPS, 1), seed };
}

function readNumber(name: string, text: string, least: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number < SEEDS) return number;
  throw new TypeError(`--${name} wants a whole number from ${least} to ${SEEDS - 1}`);
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  let options: CleanupOptions | 'help';
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  say(`seed ${options.seed}, ${options.steps} steps`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const result = await runCleanup({ ...options, onProgress: say, signal: interrupted.signal });
  for (const problem of result.problems) process.stdout.write(`${problem}\n`);
  const { steps, crashes, quiescences, removed, problems, seconds } = result;
  const counts = `${steps} steps, ${crashes} crashes, ${quiescences} times at rest, ${removed} blobs removed, ${problems.length} problems`;
  const verdict = problems.length > 0 ? 'FAILED' : steps < options.steps ? 'interrupted' : 'passed';
  process.stdout.write(`${verdict}: seed ${options.seed}, ${counts}, ${seconds.toFixed(1)} s\n`);
  return verdict === 'passed' ? 0 : 1;
}

process.exitCode = await main();
