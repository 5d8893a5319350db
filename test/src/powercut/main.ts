import { parseArgs } from 'node:util';
import { readNumber, readSeed, runCampaign, say } from '../harness/campaign.js';
import { recordServer, whyNotRecordable } from './record-server.js';
import { runPowercut, type MissingSync } from './run-powercut.js';

const HELP = `Usage: npm run test:powercut -- [options]

Records what a server does to the disk while clients write, cuts the power at many
moments, rebuilds what the disk may hold then (what was synced, and any part of the
rest), starts on it and reads everything back that was acknowledged.

  --cuts N         how many moments; default 200
  --actions N      what each of four clients does before and after a restart; default 30
  --seed N         which writes and which moments; default: at random, and printed
  --without SYNC   leave out data, directory or wal syncs, which must be found
  --help           show this

Exit code: 0 when nothing was lost, 1 otherwise, 2 for wrong arguments.
`;

const MISSING: readonly string[] = ['data', 'directory', 'wal'] satisfies MissingSync[];

interface Options {
  readonly cuts: number;
  readonly actions: number;
  readonly seed: number;
  readonly without?: MissingSync;
}

/** @throws TypeError for wrong arguments */
function readOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { cuts: text, actions: text, seed: text, without: text, help: { type: 'boolean' } } });
  if (values.help) return 'help';
  if (values.without !== undefined && !MISSING.includes(values.without)) throw new TypeError(`--without wants one of ${MISSING.join(', ')}`);
  return {
    cuts: readNumber('cuts', values.cuts ?? '200', 1),
    actions: readNumber('actions', values.actions ?? '30', 1),
    seed: readSeed(values.seed),
    without: values.without as MissingSync | undefined,
  };
}

await runCampaign(HELP, readOptions, async (options) => {
  const obstacle = whyNotRecordable();
  if (obstacle !== undefined) {
    say(obstacle);
    return 1;
  }
  const started = Date.now();
  say(`seed ${options.seed}`);
  const recording = await recordServer(options.seed, options.actions);
  say(`recorded ${recording.operations.length} operations and ${recording.steps.length} answers`);
  const result = await runPowercut(recording, { ...options, startServerEvery: 20, onProgress: say });
  for (const failure of result.failures.slice(0, 50)) process.stdout.write(`${failure}\n`);
  const { cuts, states, serverStarts, failures } = result;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`seed ${options.seed}: ${cuts} cuts, ${states} states, ${serverStarts} server starts, ${failures.length} failures, ${seconds} s\n`);
  return failures.length === 0 ? 0 : 1;
});
