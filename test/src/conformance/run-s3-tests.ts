import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ServerProcess } from '../harness/server-process.js';
import type { TestResult } from './junit.js';
import { readJunit } from './junit.js';
import { SERVER_CONFIG, suiteConfig } from './s3-tests-config.js';
import { MARK_EXPRESSION, leftOutFunctions } from './s3-tests-scope.js';

export interface SuiteOptions {
  /** Folder of a copy of ceph/s3-tests. */
  readonly suite: string;
  /** A Python that has the suite's requirements. */
  readonly python: string;
  /** Also all of test_s3.py and test_headers.py, marks or not. */
  readonly all: boolean;
  /** pytest's `-k`. */
  readonly only?: string;
}

export interface SuiteScore {
  readonly title: string;
  readonly passed: number;
  readonly counted: number;
  readonly failures: readonly TestResult[];
}

/** Runs a copy of the suite against a fresh server. @throws when pytest cannot be run */
export async function runS3Tests(options: SuiteOptions, say: (line: string) => void): Promise<readonly SuiteScore[]> {
  const suite = path.resolve(options.suite);
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-s3-tests-'));
  const server = await ServerProcess.start({ config: SERVER_CONFIG });
  try {
    const config = path.join(folder, 's3tests.conf');
    await fs.writeFile(config, suiteConfig(server.url));
    const pytest = async (files: readonly string[], more: readonly string[]) => {
      const report = path.join(folder, 'junit.xml');
      await fs.rm(report, { force: true });
      const only = options.only === undefined ? [] : ['-k', options.only];
      await runPytest(options.python, suite, config, [...files, ...more, ...only, '-q', '--tb=line', '--no-header', `--junitxml=${report}`], say);
      return readJunit(await fs.readFile(report, 'utf8'));
    };
    const leftOut = leftOutFunctions(await fs.readFile(path.join(suite, 's3tests/functional/test_s3.py'), 'utf8'));
    const core = await pytest(['s3tests/functional/test_s3.py'], ['-m', MARK_EXPRESSION]);
    const scores = [scoreOf('in scope', core.filter(({ name }) => !leftOut.has(name.replace(/\[.*$/, ''))))];
    if (options.all) {
      scores.push(scoreOf('all of test_s3.py', await pytest(['s3tests/functional/test_s3.py'], [])));
      scores.push(scoreOf('all of test_headers.py', await pytest(['s3tests/functional/test_headers.py'], [])));
    }
    return scores;
  } finally {
    await server.remove();
    await fs.rm(folder, { recursive: true });
  }
}

function scoreOf(title: string, results: readonly TestResult[]): SuiteScore {
  const failures = results.filter(({ outcome }) => outcome === 'failed');
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  return { title, passed, counted: results.length, failures };
}

function runPytest(python: string, cwd: string, config: string, args: readonly string[], say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'pytest', ...args], { cwd, env: { ...process.env, S3TEST_CONF: config }, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (data: Buffer) => {
      for (const line of String(data).split('\n')) if (line.trim() !== '') say(line);
    });
    child.once('error', reject);
    // 1: some tests failed; above: pytest itself did.
    child.once('exit', (code) => (code === 0 || code === 1 ? resolve() : reject(new Error(`pytest ended with ${code}`))));
  });
}
