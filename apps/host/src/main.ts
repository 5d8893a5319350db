#!/usr/bin/env node
import 'reflect-metadata';
import fs from 'node:fs';
import { systemClock } from '@zas/plugin-api';
import { configSchema, helpText, loadConfig, readEnvironment, redact } from '@zas/config';
import { createLogger } from '@zas/observability';
import { installSharedPackages } from '@zas/plugin-host';
import { startServer } from './app.js';
import { loadForCheck } from './check-config.js';
import { logOutput } from './log-output.js';
import { serverVersion } from './server-version.js';
import { verifyAudit } from './verify-audit.js';
import { welcome } from './welcome.js';

const output = logOutput();
const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  installSharedPackages();
  const readFile = (path: string) => fs.readFileSync(path, 'utf8');
  const loaded = loadConfig({ argv: process.argv.slice(2), env: readEnvironment(), readFile, cwd: process.cwd() });
  const { config, flags, warnings } = loaded;
  if (flags.help) return void process.stdout.write(helpText());
  if (flags.version) return void process.stdout.write(`${serverVersion()}\n`);
  const logger = createLogger({ level: config.log.level, write: output.write, clock: systemClock });
  for (const warning of warnings) logger.warn('configuration', { warning });
  if (flags.checkConfig || flags.printConfig) {
    const plugins = await loadForCheck(loaded, logger);
    if (flags.printConfig) process.stdout.write(redact(config, configSchema, plugins.configSchemas()));
    else say('The configuration is good.');
    return;
  }
  if (flags.verifyAudit) {
    const { problems, segments, checkpoints } = await verifyAudit(loaded, logger);
    for (const problem of problems) say(problem);
    say(`${problems.length === 0 ? 'The audit trail is as it was written' : 'The audit trail was altered'}: ${segments} segments, ${checkpoints} checkpoints.`);
    if (problems.length > 0) process.exitCode = 1;
    return;
  }
  const server = await startServer({ loaded, logger });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      logger.info('stopping', { signal });
      void server.stop().then(() => process.exit(0));
    });
  }
  say(welcome(server, config.s3.region));
}

main().catch((error: unknown) => {
  output.flush();
  say((error as Error).message ?? String(error));
  process.exit(1);
});
