import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '@zas/config';

/**
 * Becomes the server: with Node's flags for it, which only a new start can set. The
 * process stays the same one where the system has that, so that whoever watches it
 * sees the server; elsewhere the server is a child that gets this one's signals.
 */
export async function serve(argv: readonly string[]): Promise<number> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { config: { nodeFlags: readonly string[] } };
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const args = [...manifest.config.nodeFlags, main, ...argv];
  if (process.execve !== undefined && process.platform !== 'win32') process.execve(process.execPath, [process.execPath, ...args], readEnvironment());
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject).on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 1 : os.constants.signals[signal])));
  return promise;
}
