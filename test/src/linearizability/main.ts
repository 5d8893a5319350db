import { parseArgs } from 'node:util';
import { readNumber, readSeed, runCampaign, say } from '../harness/campaign.js';
import { runLinearizability, type LinearizabilityOptions } from './run-linearizability.js';

const HELP = `Usage: npm run test:linearizability -- [options]

Lets many clients contend for a few keys of a real server by If-None-Match and
If-Match, and checks that all answers fit one order of events per key.

  --clients N   how many at once; default 20
  --seconds N   how long; default 60
  --keys N      how many keys they share; default 8
  --versioned   in a bucket with versions
  --seed N      what they do; default: at random, and printed
  --help        show this

Exit code: 0 when every history has an order, 1 otherwise, 2 for wrong arguments.
`;

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): LinearizabilityOptions | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { clients: text, seconds: text, keys: text, seed: text, versioned: flag, help: flag };
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return 'help';
  return {
    clients: readNumber('clients', values.clients ?? '20', 1),
    seconds: readNumber('seconds', values.seconds ?? '60', 1),
    keys: readNumber('keys', values.keys ?? '8', 1),
    seed: readSeed(values.seed),
    versioned: values.versioned ?? false,
  };
}

await runCampaign(HELP, readOptions, async (options, signal) => {
  say(`seed ${options.seed}, ${options.clients} clients, ${options.seconds} s`);
  const { operations, done, refused, unknown, violations } = await runLinearizability({ ...options, onProgress: say, signal });
  for (const violation of violations) process.stdout.write(`${JSON.stringify(violation)}\n`);
  const counts = `${operations} operations, ${done} writes done, ${refused} refused, ${unknown} open, ${violations.length} violations`;
  process.stdout.write(`${violations.length > 0 ? 'FAILED' : signal.aborted ? 'interrupted' : 'passed'}: seed ${options.seed}, ${counts}\n`);
  return violations.length > 0 || signal.aborted ? 1 : 0;
});
