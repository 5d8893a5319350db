import type { MeasureOptions } from '../options.js';
import type { Row } from '../report/rows.js';
import { readUsage, resetPeaks } from '../server/process-usage.js';
import { ROOT_KEYS, ServerProcess } from '../server/server-process.js';
import { Generator } from './generator.js';
import type { LoadResult } from './run-load.js';
import type { BenchTarget } from './connection.js';
import { isLarge, WORK_NAMES, type RunSize } from './works.js';

export const BUCKET = 'zas-bench';
/** What the preparation left to do must not count. */
const SETTLE_MS = 200;
const MIXED_GETS = 4;
const MIXED_PUTS = 4;

/** The server that is measured. */
export interface Subject {
  readonly label: string;
  readonly target: BenchTarget;
  readonly pid?: number;
}

/** Which loads, with how many clients and for how long. */
export type LoadPlan = Pick<MeasureOptions, 'only' | 'clients' | 'largeClients' | 'httpSeconds'>;

/** Measures a fresh server, or the peer that the options name, under each wanted load. */
export async function runHttp(options: MeasureOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const { peer, label } = options;
  if (peer) return measureSubject({ label, target: { ...peer, bucket: BUCKET }, pid: peer.pid }, options, say);
  const { server } = await ServerProcess.start({ profileDir: options.profileDir });
  try {
    const target = { endpoint: server.url, ...ROOT_KEYS, region: 'us-east-1', bucket: BUCKET };
    return await measureSubject({ label, target, pid: server.pid }, options, say);
  } finally {
    await server.remove();
  }
}

/** Measures a server that runs under each wanted load. */
export async function measureSubject(subject: Subject, options: LoadPlan, say: (line: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const generator = await Generator.start(subject.target);
  try {
    for (const work of WORK_NAMES.filter((name) => options.only.has(name))) {
      for (const clients of isLarge(work) ? options.largeClients : options.clients) {
        say(`http: ${work}, ${clients} clients`);
        const size = { clients, seconds: options.httpSeconds };
        await generator.prepare(work, runName(), size);
        rows.push(await measured(subject, work, size, () => generator.run(size)));
      }
    }
    if (options.only.has('mixed')) rows.push(...(await measureMixed(subject, generator, options.httpSeconds, say)));
  } finally {
    generator.stop();
  }
  return rows;
}

/** Small reads alone and beside large writes, which come from a generator of their own so that it does not hold the reads up. */
async function measureMixed(subject: Subject, reader: Generator, seconds: number, say: (line: string) => void): Promise<readonly Row[]> {
  const [gets, puts] = [{ clients: MIXED_GETS, seconds }, { clients: MIXED_PUTS, seconds }];
  const writer = await Generator.start(subject.target);
  try {
    await reader.prepare('get4k', runName(), gets);
    await writer.prepare('put64m', runName(), puts);
    say('http: mixed, reads alone');
    const alone = await measured(subject, 'mixed-alone-get4k', gets, () => reader.run(gets));
    say('http: mixed, reads beside large writes');
    // Their processor time cannot be told apart.
    const [reads, writes] = await Promise.all([reader.run(gets), writer.run(puts)]);
    return [alone, rowOf(subject, 'mixed-get4k', gets, reads), rowOf(subject, 'mixed-put64m', puts, writes)];
  } finally {
    writer.stop();
  }
}

async function measured(subject: Subject, work: string, size: RunSize, run: () => Promise<LoadResult>): Promise<Row> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const { pid } = subject;
  if (pid !== undefined) resetPeaks(pid);
  const before = pid === undefined ? undefined : readUsage(pid);
  const result = await run();
  const after = pid === undefined ? undefined : readUsage(pid);
  const row = rowOf(subject, work, size, result);
  if (!before || !after || result.operations === 0) return row;
  return {
    ...row,
    cpuMsPerOperation: (after.cpuMs - before.cpuMs) / result.operations,
    systemMsPerOperation: (after.systemMs - before.systemMs) / result.operations,
    peakMegabytes: after.peakBytes / 1024 / 1024,
  };
}

function rowOf({ label }: Subject, work: string, { clients }: RunSize, result: LoadResult): Row {
  const { operations, bytes, seconds, latency, errors, firstError, generatorCpuMs } = result;
  return {
    group: 'http',
    work,
    target: label,
    clients,
    operations,
    perSecond: operations / seconds,
    megabytesPerSecond: bytes === 0 ? undefined : bytes / seconds / 1e6,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    generatorCpuMsPerOperation: operations === 0 ? undefined : generatorCpuMs / operations,
    errors,
    firstError,
  };
}

let runs = 0;
/** Differs between calls and between processes: a peer may keep what an earlier benchmark stored. */
function runName(): string {
  return `${Date.now().toString(36)}-${process.pid}-${runs++}`;
}
