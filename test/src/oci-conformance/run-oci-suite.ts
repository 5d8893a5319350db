import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';

/** The suite, as the Go module proxy has it. */
export const SUITE = 'github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111';

export interface OciRun {
  /** `OCI_VERSION` of the suite. */
  readonly version: '1.1' | 'dev';
  readonly anonymous: boolean;
}

/** By the suite's own summary. */
export interface OciScore extends OciRun {
  readonly tests: number;
  readonly failed: number;
  readonly skipped: number;
  readonly disabled: number;
  /** What it says of tests that failed or were skipped. */
  readonly complaints: readonly string[];
}

/** Allows everybody what the suite does, on its repositories only. */
const ANONYMOUS = { oci: { anonymous: [{ repositories: 'conformance/*', actions: ['pull', 'push', 'delete'] }] } };

/** Runs the suite against a fresh server. @throws when Go cannot run it */
export async function runOciSuite(run: OciRun, say: (line: string) => void): Promise<OciScore> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-oci-suite-'));
  const server = await ServerProcess.start({ config: run.anonymous ? ANONYMOUS : {} });
  try {
    const credential: Record<string, string> = run.anonymous ? {} : { OCI_USERNAME: ROOT_KEYS.accessKeyId, OCI_PASSWORD: ROOT_KEYS.secretAccessKey };
    const output = await runGo(folder, {
      OCI_REGISTRY: new URL(server.url).host,
      OCI_TLS: 'disabled',
      OCI_REPO1: 'conformance/one',
      OCI_REPO2: 'conformance/two',
      OCI_VERSION: run.version,
      OCI_RESULTS_DIR: folder,
      ...credential,
    });
    const report = await fs.readFile(path.join(folder, 'junit.xml'), 'utf8').catch(() => undefined);
    if (report === undefined) {
      for (const line of output.slice(-20)) say(line);
      throw new Error('The suite left no results');
    }
    const complaints = output.filter((line) => line.includes('failed test') || line.trimEnd().endsWith(': Skip'));
    return { ...run, ...readSummary(report), complaints };
  } finally {
    await server.remove();
    await fs.rm(folder, { recursive: true });
  }
}

/** The counts of the suite's JUnit file. */
export function readSummary(report: string): Pick<OciScore, 'tests' | 'failed' | 'skipped' | 'disabled'> {
  const attributes = /<testsuite\b([^>]*)>/.exec(report)?.[1];
  if (attributes === undefined) throw new Error('The results cannot be read');
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? 0);
  return { tests: count('tests'), failed: count('failures') + count('errors'), skipped: count('skipped'), disabled: count('disabled') };
}

function runGo(cwd: string, variables: Record<string, string>): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', ['run', SUITE], { cwd, env: { ...process.env, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => void (output += String(data)));
    child.once('error', reject);
    child.once('exit', () => resolve(output.split('\n')));
  });
}
