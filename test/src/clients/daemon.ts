import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const START_MS = 60_000;
const LOOK_MS = 100;

/** A daemon that a client talks to, as a process of its own. */
export interface Daemon {
  readonly command: string;
  readonly args: readonly string[];
  /** Says whether it answers; rejects while it does not. */
  answers(): Promise<unknown>;
}

/** Runs the work while the daemon does; fails with what the daemon said when it does not start. */
export async function withDaemon({ command, args, answers }: Daemon, work: () => Promise<void>): Promise<void> {
  const output: string[] = [];
  const child = spawn(command, args, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => void output.push(String(data)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const until = Date.now() + START_MS;
    while (!(await answers().then(() => true, () => false))) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`${command} did not start:\n${output.join('')}`);
      await delay(LOOK_MS);
    }
    await work();
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** Why no daemon that mounts can run here, or `undefined`. */
export function whyNoDaemon(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'that needs root';
}
