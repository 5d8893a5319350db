import path from 'node:path';
import { parseArgs } from 'node:util';
import { readNumber, readSeed, runCampaign, say } from '../harness/campaign.js';
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

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): PropertyOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: { steps: { type: 'string' }, seed: { type: 'string' }, plugin: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return 'help';
  const steps = values.steps === undefined ? DEFAULT_STEPS : readNumber('steps', values.steps, 1);
  const seed = readSeed(values.seed);
  return { steps, seed, plugin: values.plugin === undefined ? undefined : path.resolve(values.plugin) };
}

await runCampaign(HELP, readOptions, async (options, signal) => {
  say(`seed ${options.seed}, ${options.steps} steps`);
  const result = await runProperty({ ...options, onProgress: say, signal });
  if (result.failure) process.stdout.write(`${renderFailure(result, result.failure, options)}\n`);
  const { seed, steps, restarts, crashes, seconds } = result;
  const verdict = result.failure ? 'FAILED' : steps < options.steps ? 'interrupted' : 'passed';
  process.stdout.write(`${verdict}: seed ${seed}, ${steps} steps, ${restarts} restarts, ${crashes} crashes, ${seconds.toFixed(1)} s\n`);
  return verdict === 'passed' ? 0 : 1;
});
