import { parseArgs } from 'node:util';
import { readNumber, readSeed, runCampaign, say } from '../harness/campaign.js';
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

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): CleanupOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: { steps: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return 'help';
  const seed = readSeed(values.seed);
  return { steps: readNumber('steps', values.steps ?? DEFAULT_STEPS, 1), seed };
}

await runCampaign(HELP, readOptions, async (options, signal) => {
  say(`seed ${options.seed}, ${options.steps} steps`);
  const result = await runCleanup({ ...options, onProgress: say, signal });
  for (const problem of result.problems) process.stdout.write(`${problem}\n`);
  const { steps, crashes, quiescences, removed, problems, seconds } = result;
  const counts = `${steps} steps, ${crashes} crashes, ${quiescences} times at rest, ${removed} blobs removed, ${problems.length} problems`;
  const verdict = problems.length > 0 ? 'FAILED' : steps < options.steps ? 'interrupted' : 'passed';
  process.stdout.write(`${verdict}: seed ${options.seed}, ${counts}, ${seconds.toFixed(1)} s\n`);
  return verdict === 'passed' ? 0 : 1;
});
