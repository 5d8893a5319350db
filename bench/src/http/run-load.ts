import { summarise, type LatencySummary } from '../statistics.js';
import type { ParsedResponse } from './response-parser.js';
import { Connection, type BenchTarget } from './connection.js';
import type { RunSize, Work, WorkRequest } from './works.js';

const PREPARING_CLIENTS = 16;
/** A server that refuses everything is not asked for ever. */
const MOST_ERRORS = 50;

/** What came of one run of the load generator. */
export interface LoadResult {
  readonly operations: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly latency: LatencySummary;
  readonly errors: number;
  readonly firstError?: string;
  /** Processor time of the generator itself. */
  readonly generatorCpuMs: number;
}

/** Stores what the work needs. @throws when a request is refused */
export async function prepareWork(target: BenchTarget, work: Work, size: RunSize): Promise<void> {
  const count = work.prepared(size);
  let next = 0;
  await withConnections(target, Math.min(PREPARING_CLIENTS, Math.max(1, count)), async (connection) => {
    for (let i = next++; i < count; i = next++) await perform(connection, work.prepare(i));
  });
  const { sample } = work;
  if (sample) await withConnections(target, 1, async (connection) => sample.learn((await sendChecked(connection, sample.request)).body));
}

/** Sends requests from every client, each when its last one was answered, until the time is up or the work is used up. */
export async function runLoad(target: BenchTarget, work: Work, size: RunSize): Promise<LoadResult> {
  const latencies: number[] = [];
  let [bytes, errors, next] = [0, 0, 0];
  let firstError: string | undefined;
  const connections = await connect(target, size.clients);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const deadline = started + size.seconds * 1000;
  await useAll(connections, async (connection) => {
    while (performance.now() < deadline && errors < MOST_ERRORS) {
      const request = work.request(next++, size);
      if (!request) return;
      const sent = performance.now();
      try {
        const moved = await perform(connection, request);
        latencies.push(performance.now() - sent);
        bytes += moved;
      } catch (error) {
        errors++;
        firstError ??= (error as Error).message;
      }
    }
  });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { operations: latencies.length, bytes, seconds, latency: summarise(latencies), errors, firstError, generatorCpuMs: (user + system) / 1000 };
}

/** Makes the bucket, or finds it made. @throws when the server refuses */
export async function makeBucket(target: BenchTarget): Promise<void> {
  await withConnections(target, 1, async (connection) => {
    const { status, body } = await connection.send({ method: 'PUT', path: `/${target.bucket}` });
    if (status !== 200 && status !== 409) throw new Error(`Making the bucket: status ${status}: ${body.toString()}`);
  });
}

/** Sends a request and those that follow upon its answer. @returns bytes of content that moved */
async function perform(connection: Connection, first: WorkRequest): Promise<number> {
  let moved = 0;
  for (let request: WorkRequest | undefined = first; request; ) {
    const response: ParsedResponse = await sendChecked(connection, request);
    moved += request.moved;
    request = request.next?.(response);
  }
  return moved;
}

async function sendChecked(connection: Connection, request: WorkRequest): Promise<ParsedResponse> {
  const response = await connection.send(request);
  const { status, length, body } = response;
  const what = `${request.method} ${request.path}`;
  if (status !== request.status) throw new Error(`${what}: status ${status}: ${body.toString()}`);
  if (request.length !== undefined && length !== request.length) throw new Error(`${what}: ${length} bytes instead of ${request.length}`);
  return response;
}

function withConnections(target: BenchTarget, count: number, use: (connection: Connection) => Promise<void>): Promise<void> {
  return useAll(Array.from({ length: count }, () => new Connection(target)), use);
}

/** Connections that the server has accepted: it must answer once, for the kernel alone lets connecting succeed. */
async function connect(target: BenchTarget, count: number): Promise<readonly Connection[]> {
  const connections = Array.from({ length: count }, () => new Connection(target));
  await Promise.all(connections.map((connection) => connection.send({ method: 'HEAD', path: `/${target.bucket}` })));
  return connections;
}

/** Uses all at the same time, then closes each. */
async function useAll(connections: readonly Connection[], use: (connection: Connection) => Promise<void>): Promise<void> {
  await Promise.all(connections.map((connection) => use(connection).finally(() => connection.close())));
}
