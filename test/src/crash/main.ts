import { parseArgs } from 'node:util';
import { readNumber, readSeed, runCampaign, say } from '../harness/campaign.js';
import { runCrash, type CrashOptions } from './run-crash.js';

const HELP = `Usage: npm run test:crash -- [options]

Kills a server with SIGKILL under concurrent load, at random instants and at named
points of a write, restarts it on the same data and reads everything back.

  --oci        clients of the registry instead of S3
  --rounds N   how many kills; default 30
  --seed N     which load and which instants; default: at random, and printed
  --help       show this

The last line counts: lost (acknowledged writes that are not there), torn (states
that no write made), leaked (bytes and rows that outlive the clean-up).
Exit code: 0 when all three are 0, 1 otherwise, 2 for wrong arguments.
`;

const DEFAULT_ROUNDS = 30;

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): CrashOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: { oci: { type: 'boolean' }, rounds: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return 'help';
  return { oci: values.oci, rounds: readNumber('rounds', values.rounds ?? String(DEFAULT_ROUNDS), 1), seed: readSeed(values.seed) };
}

await runCampaign(HELP, readOptions, async (options, signal) => {
  say(`seed ${options.seed}, ${options.rounds} rounds`);
  const { rounds, kills, killsAtPoints, acknowledged, lost, torn, leaked, seconds } = await runCrash({ ...options, onProgress: say, signal });
  const counts = `${lost.length} lost, ${torn.length} torn, ${leaked.length} leaked`;
  const whole = rounds === options.rounds;
  process.stdout.write(
    `${whole ? '' : 'interrupted: '}seed ${options.seed}: ${rounds} rounds, ${kills} kills (${killsAtPoints} at named points), ${acknowledged} writes acknowledged, ${counts}, ${seconds.toFixed(1)} s\n`,
  );
  return whole && lost.length + torn.length + leaked.length === 0 ? 0 : 1;
});
