import { parseArgs } from 'node:util';
import { readNumber, readSeed, runCampaign, say } from '../harness/campaign.js';
import { runRegistryModel, type RegistryModelOptions } from './run-registry-model.js';

const HELP = `Usage: npm run test:registry-model -- [options]

Runs pushes, mounts, deletes, tag moves and collections of one registry at once, in
an order that the seed gives, and compares every commit with a model in plain maps:
nothing referenced ever goes, what is unused past its delay goes, counts add up.

  --steps N   calls of the registry; default 100000
  --seed N    which ones, and in which order; default: at random, and printed
  --help      show this

Exit code: 0 when nothing was found, 1 otherwise, 2 for wrong arguments.
`;

const DEFAULT_STEPS = '100000';

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): RegistryModelOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: { steps: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return 'help';
  const seed = readSeed(values.seed);
  return { steps: readNumber('steps', values.steps ?? DEFAULT_STEPS, 1), seed };
}

await runCampaign(HELP, readOptions, async (options, signal) => {
  say(`seed ${options.seed}, ${options.steps} steps`);
  const result = await runRegistryModel({ ...options, onProgress: say, signal });
  for (const problem of result.problems) process.stdout.write(`${problem}\n`);
  const { steps, commits, collected, comparisons, quiescences, problems, seconds } = result;
  const counts = `${steps} steps, ${commits} commits, ${collected} collected, ${comparisons} comparisons, ${quiescences} times at rest, ${problems.length} violations`;
  const verdict = problems.length > 0 ? 'FAILED' : steps < options.steps ? 'interrupted' : 'passed';
  process.stdout.write(`${verdict}: seed ${options.seed}, ${counts}, ${seconds.toFixed(1)} s\n`);
  return verdict === 'passed' ? 0 : 1;
});
