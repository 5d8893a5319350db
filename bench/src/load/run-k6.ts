import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SCRIPTS = path.resolve(import.meta.dirname, '../../k6/scenarios');

export interface K6Run {
  readonly k6: string;
  readonly scenario: string;
  /** Variables of the scenario, besides those of this process. */
  readonly variables: Readonly<Record<string, string>>;
  /** Keep what it prints instead of showing it. */
  readonly quiet: boolean;
}

export interface K6Result {
  readonly exitCode: number;
  readonly seconds: number;
  /** What a quiet run printed. */
  readonly output: string;
  /** As k6 exports it; absent when it did not come that far. */
  readonly summary?: K6Summary;
}

export interface K6Summary {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Runs one scenario to its end. An interrupt ends the load, and what was made is still removed; a second one ends k6 at once. */
export async function runK6({ k6, scenario, variables, quiet }: K6Run): Promise<K6Result> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zas-load-'));
  const exported = path.join(folder, 'summary.json');
  // No server of its own, no report to its makers, no extension fetched.
  const flags = ['--address', '', '--no-usage-report', '--summary-export', exported, ...(quiet ? ['--quiet', '--no-color'] : [])];
  const started = performance.now();
  const child = spawn(k6, ['run', ...flags, path.join(SCRIPTS, `${scenario}.ts`)], {
    env: { ...inherited(), ...variables, K6_AUTO_EXTENSION_RESOLUTION: 'false' },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    // Else a terminal's interrupt would come twice, from it and from us.
    detached: true,
  });
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => pieces.push(piece));
  const interrupt = () => child.kill('SIGINT');
  const end = () => child.kill('SIGKILL');
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).once('exit', end);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 1 : os.constants.signals[signal])));
    });
    return { exitCode, seconds: (performance.now() - started) / 1000, output: Buffer.concat(pieces).toString(), summary: readSummary(exported) };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('exit', end);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What this process was started with, but for variables of scenarios: those are said by flags. */
function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LOAD_')));
}

function readSummary(file: string): K6Summary | undefined {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as K6Summary) : undefined;
}
