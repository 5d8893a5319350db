import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { ROOT_KEYS } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { Random } from '../property/random.js';
import type { DiskOperation } from './disk-operation.js';
import { parseTrace } from './parse-trace.js';
import { BUCKET_REGISTER } from './registers.js';
import { BUCKET, INLINE_BYTES, LEAST_PART, Lane, type Step } from './workload.js';

const MAIN = path.resolve(import.meta.dirname, '../../../apps/host/dist/main.js');
const CALLS =
  'openat,open,creat,write,pwrite64,pwritev,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir';
const LONGEST_WRITE = 16 * 2 ** 20;
const START_MS = 60_000;
const LANES = 4;

/** What a server did to the disk, and what it acknowledged meanwhile. */
export interface Recording {
  /** Folder that was empty before the first start. */
  readonly root: string;
  /** Relative to the root. */
  readonly dataDir: string;
  readonly operations: readonly DiskOperation[];
  readonly steps: readonly Step[];
}

/** @returns why nothing can be recorded here, or `undefined` */
export function whyNotRecordable(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (error) return 'strace is not installed';
  return status === 0 ? undefined : `strace does not work here: ${stderr.trim()}`;
}

/**
 * Runs a server from its first start on an empty folder, with several clients at
 * work; stops it, starts it again and goes on.
 * @param actions of each client in each of the two runs
 */
export async function recordServer(seed: number, actions: number): Promise<Recording> {
  const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'zas-powercut-')));
  const root = path.join(folder, 'disk');
  const dataDir = 'new/data';
  const random = new Random(seed);
  const steps: Step[] = [];
  try {
    await fs.mkdir(root);
    const operations: DiskOperation[] = [];
    for (const run of ['first', 'second']) {
      const trace = path.join(folder, `${run}.trace`);
      await runTraced(folder, path.join(root, dataDir), trace, (client) => work(client, random, actions, steps, run));
      const from = (operations.at(-1)?.ended ?? 0) + 1;
      for (const operation of parseTrace(await fs.readFile(trace, 'latin1'), root, from)) operations.push(operation);
    }
    return { root, dataDir, operations, steps };
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

async function work(client: SignedClient, random: Random, actions: number, steps: Step[], run: string): Promise<void> {
  if (run === 'first') {
    const { headers } = await client.send({ method: 'PUT', path: `/${BUCKET}` });
    steps.push({ requestId: String(headers['x-amz-request-id']), changes: new Map([[BUCKET_REGISTER, 'there']]) });
  }
  const lanes = Array.from({ length: LANES }, (_, index) => new Lane(`${run}-${index}`, client, new Random(random.integer(0, 2 ** 31)), steps));
  await Promise.all(lanes.map((lane) => lane.run(actions)));
}

async function runTraced(folder: string, dataDir: string, trace: string, body: (client: SignedClient) => Promise<void>): Promise<void> {
  const configFile = path.join(folder, 'config.yaml');
  await fs.writeFile(configFile, stringify(recordedConfig()));
  const child = spawn('strace', ['-f', '-y', '-xx', '-s', String(LONGEST_WRITE), '-e', `trace=${CALLS}`, '-o', trace, process.execPath, MAIN, '--config', configFile], {
    cwd: folder,
    env: { ZAS_DATA_DIR: dataDir, ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId, ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secretAccessKey },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  let pid: number | undefined;
  try {
    const client = new SignedClient(await endpointOf(child));
    pid = Number(await fs.readFile(path.join(dataDir, 'server.pid'), 'utf8'));
    await body(client);
    client.close();
  } finally {
    // The tracer ends with what it traces, and not before; it may have ended with it already.
    if (child.exitCode === null) process.kill(pid ?? child.pid!, 'SIGTERM');
    await ended;
  }
}

/** A small log, so that it is copied into the database and begun anew meanwhile. */
function recordedConfig() {
  return {
    http: { port: 0 },
    log: { level: 'error' },
    limits: { inlineBytes: INLINE_BYTES, minPartBytes: LEAST_PART, requestSeconds: 5, collectGraceSeconds: 5.1, collectIntervalSeconds: 1 },
    plugins: [{ use: '@zas/metadata-sqlite', name: 'metadata-sqlite', config: { walResetMegabytes: 1 } }],
  };
}

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`The server did not start in time:\n${output}`)), START_MS);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
    child.stderr!.on('data', (data: Buffer) => {
      output += String(data);
      const match = /Endpoint +(\S+)/.exec(output);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1]!);
    });
  });
}
