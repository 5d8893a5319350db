import fs from 'node:fs';
import path from 'node:path';
import { ROOT_KEYS, ServerProcess } from '../server/server-process.js';
import { describeResult } from './describe-result.js';
import { findK6 } from './find-k6.js';
import { HELP, readLoadOptions, renderList, type LoadEndpoint, type LoadOptions, type LoadRun } from './read-load-options.js';
import { runK6, type K6Result } from './run-k6.js';

/** Bytes that nothing refers to go soon: by default they stay for hours, and a long load would fill the disk. */
const CONFIG = { limits: { requestSeconds: 120, collectGraceSeconds: 180 } };

const say = (line: string) => void process.stderr.write(`${line}\n`);
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  let options: LoadOptions;
  try {
    options = readLoadOptions(process.argv.slice(2), process.env);
  } catch (error) {
    say(`${(error as Error).message}\nnpm run load -- --help says more.`);
    return 2;
  }
  if (options.command === 'help') print(HELP);
  else if (options.command === 'list') print(renderList());
  else return run(options);
  return 0;
}

/** @returns k6's exit code; of several runs the first that is not 0 */
async function run(options: LoadRun): Promise<number> {
  const k6 = findK6(process.env['PATH'] ?? '');
  if (options.endpoint) return runAll(k6, options, options.endpoint);
  const { server } = await ServerProcess.start({ config: CONFIG });
  try {
    say(`A fresh server answers at ${server.url}`);
    return await runAll(k6, options, { url: server.url, ...ROOT_KEYS, region: 'us-east-1' });
  } finally {
    await server.remove();
  }
}

async function runAll(k6: string, options: LoadRun, { url, accessKeyId, secret, region }: LoadEndpoint): Promise<number> {
  const { scenarios, profile, brief, allowRemote, variables, json } = options;
  const startedAt = new Date().toISOString();
  const target = { LOAD_ENDPOINT: url, LOAD_ACCESS_KEY: accessKeyId, LOAD_SECRET_KEY: secret, LOAD_REGION: region, ...(allowRemote && { LOAD_ALLOW_REMOTE: 'yes' }) };
  const results: { scenario: string; result: K6Result }[] = [];
  for (const { name } of scenarios) {
    if (interrupted) break;
    const result = await runK6({ k6, scenario: name, variables: { ...variables, ...target, LOAD_PROFILE: profile.name }, quiet: brief });
    results.push({ scenario: name, result });
    if (brief) print(describeResult(name, result));
    if (brief && result.exitCode !== 0) print(result.output);
  }
  if (json !== undefined) {
    const runs = results.map(({ scenario, result: { exitCode, seconds, summary } }) => ({ scenario, passed: exitCode === 0, exitCode, seconds, ...summary }));
    fs.mkdirSync(path.dirname(path.resolve(json)), { recursive: true });
    fs.writeFileSync(json, `${JSON.stringify({ startedAt, profile: profile.name, variables, runs }, undefined, 2)}\n`);
  }
  const failed = results.filter(({ result }) => result.exitCode !== 0);
  if (brief) print(`${results.length - failed.length} passed, ${failed.length} failed`);
  return failed[0]?.result.exitCode ?? 0;
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (interrupted = true));
process.exitCode = await main().catch((error: unknown) => {
  say((error as Error).message);
  return 1;
});
