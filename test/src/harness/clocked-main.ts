import 'reflect-metadata';
import fs from 'node:fs';
import { loadConfig, readEnvironment } from '@zas/config';
import { startServer } from '@zas/host/app';
import { createLogger } from '@zas/observability';
import { systemClock } from '@zas/plugin-api';
import { installSharedPackages } from '@zas/plugin-host';

/**
 * The built server as `main.ts` starts it, but its wall clock shows what the parent
 * process says: first the first argument, then each number that comes as a message,
 * which is answered once it counts.
 */
async function main([time, ...argv]: readonly string[]): Promise<void> {
  let now = Number(time);
  process.on('message', (message) => {
    now = Number(message);
    process.send!(now);
  });
  process.once('disconnect', () => process.exit(1));
  installSharedPackages();
  const clock = { ...systemClock, now: () => now };
  const readFile = (path: string) => fs.readFileSync(path, 'utf8');
  const loaded = loadConfig({ argv, env: readEnvironment(), readFile, cwd: process.cwd() });
  const logger = createLogger({ level: loaded.config.log.level, write: (line) => void process.stdout.write(line), clock });
  const server = await startServer({ loaded, logger, clock });
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  process.stderr.write(`Endpoint ${server.url}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String((error as Error | undefined)?.stack ?? error)}\n`);
  process.exit(1);
});
