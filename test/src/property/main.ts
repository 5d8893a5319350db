import crypto from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderFailure, runProperty, type PropertyOptions } from './run-property.js';

const HELP = `Usage: npm run property -- [options]

Drives a server and a model of S3 with the same random operations, restarts and
crashes included, and compares every answer.

  --steps N      how many operations; default 10000
  --seed N       which ones; default: at random, and printed
  --plugin PATH  let the server load this plugin
  --help         show this

Exit code: 0 when they agree, 1 when they differ or the run was interrupted,
2 for wrong arguments.
`;

const DEFAULT_STEPS = 10_000;
const SEEDS = 2 ** 32;

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): PropertyOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: { steps: { type: 'string' }, seed: { type: 'string' }, plugin: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return 'help';
  const steps = values.steps === undefined ? DEFAULT_STEPS : readNumber('steps', values.steps, 1);
  const seed = values.seed === undefined ? crypto.randomInt(SEEDS) : readNumber('seed', values.seed, 0);
  return { steps, seed, plugin: values.plugin === undefined ? undefined : path.resolve(values.plugin) };
}

function readNumber(name: string, text: string, least: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number < SEEDS) return number;
  throw new TypeError(`--${name} wants a whole number from ${least} to ${SEEDS - 1}`);
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  let options: PropertyOptions | 'help';
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
  const result = await runProperty({ ...options, onProgress: say, signal: interrupted.signal });
  if (result.failure) process.stdout.write(`${renderFailure(result, result.failure, options)}\n`);
  const { seed, steps, restarts, crashes, seconds } = result;
  const verdict = result.failure ? 'FAILED' : steps < options.steps ? 'interrupted' : 'passed';
  process.stdout.write(`${verdict}: seed ${seed}, ${steps} steps, ${restarts} restarts, ${crashes} crashes, ${seconds.toFixed(1)} s\n`);
  return verdict === 'passed' ? 0 : 1;
}

process.exitCode = await main();
