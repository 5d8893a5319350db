#!/usr/bin/env node
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { readEnvironment } from '@zas/config';
import { installSharedPackages } from '@zas/plugin-host';
import { runProgram } from './cli/program.js';
import { serve } from './cli/serve.js';
import { standardStreams } from './cli/standard-streams.js';
import { serverVersion } from './server-version.js';

installSharedPackages();
process.exitCode = await runProgram(process.argv.slice(2), {
  env: readEnvironment(),
  readFile: (path) => readFileSync(path, 'utf8'),
  cwd: process.cwd(),
  ...standardStreams(),
  serve,
  version: serverVersion(),
});
