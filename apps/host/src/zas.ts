#!/usr/bin/env node
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { readEnvironment } from '@zas/config';
import { installSharedPackages } from '@zas/plugin-host';
import { runProgram } from './cli/program.js';
import { serve } from './cli/serve.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

installSharedPackages();
process.exitCode = await runProgram(process.argv.slice(2), {
  env: readEnvironment(),
  readFile: (path) => readFileSync(path, 'utf8'),
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  serve,
  version,
});
