import crypto from 'node:crypto';

const SEEDS = 2 ** 32;

/** @throws TypeError when `text` is no whole number from `least` on */
export function readNumber(name: string, text: string, least: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number < SEEDS) return number;
  throw new TypeError(`--${name} wants a whole number from ${least} to ${SEEDS - 1}`);
}

/** The seed that was asked for, or one at random. */
export function readSeed(text: string | undefined): number {
  return text === undefined ? crypto.randomInt(SEEDS) : readNumber('seed', text, 0);
}

/** Progress, which leaves standard output to the result. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * The command line of a long test: `--help`, wrong arguments (exit code 2), and a
 * signal that SIGINT and SIGTERM fire, so that a run ends in order.
 * @param read makes options of the arguments, or `help`; throws TypeError
 * @param run answers the exit code
 */
export async function runCampaign<O extends object>(
  help: string,
  read: (args: readonly string[]) => O | 'help',
  run: (options: O, signal: AbortSignal) => Promise<number>,
): Promise<void> {
  let options: O | 'help';
  try {
    options = read(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  if (options === 'help') {
    process.stdout.write(help);
    return;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  process.exitCode = await run(options, interrupted.signal);
}
