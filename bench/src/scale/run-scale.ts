import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Connection, type BenchRequest } from '../http/connection.js';
import type { ScaleOptions } from '../options.js';
import { showNumber } from '../report/render-table.js';
import { readUsage } from '../server/process-usage.js';
import { ROOT_KEYS, ServerProcess } from '../server/server-process.js';
import { median } from '../statistics.js';
import { ociComparisons } from './oci-comparisons.js';
import { ANSWERED, BUCKETS, DEEP_KEY, keyOf, seedScale } from './seed-scale.js';

export const CLIENTS = 4;
const RUN_MS = 1500;
/** Until then the server runs code that is not compiled yet. */
export const WARM_UP_MS = 1000;

/** One kind of request, on a bucket or repository of which all is small and on one of which something is large. */
export interface Comparison {
  readonly work: string;
  readonly small: (i: number) => BenchRequest;
  readonly large: (i: number) => BenchRequest;
  /** Text of which both must answer equally many; absent: nothing to count. */
  readonly counted?: string;
  /** Default 200. */
  readonly status?: number;
}

export interface ScaleRow {
  readonly work: string;
  /** Processor time of the server for one request, ms, medians over the rounds. */
  readonly smallMs: number;
  readonly largeMs: number;
  /** Median of the rounds' ratios, large to small. */
  readonly ratio: number;
}

const list = (bucket: string, query: string) => (): BenchRequest => ({ method: 'GET', path: `/${bucket}`, query });
const head = (bucket: string, key: (i: number) => string) => (i: number): BenchRequest => ({ method: 'HEAD', path: `/${bucket}/${key(i)}` });

const FIRST_PAGE = 'list-type=2';
const PREFIXES = 'delimiter=%2F&list-type=2';
const VERSIONS = 'versions=';

function comparisons(objects: number): readonly Comparison[] {
  const { small, large, deleted, shallow, deep } = BUCKETS;
  const kept = Math.floor(objects / ANSWERED);
  const smallHead = head(small, (i) => keyOf((i * 7) % ANSWERED, 1));
  const largeHead = head(large, (i) => keyOf((i * 7919) % objects, 10));
  const deletedHead = head(deleted, (i) => keyOf(((i * 7) % ANSWERED) * kept, 1));
  return [
    { work: `first page of ${objects}`, small: list(small, FIRST_PAGE), large: list(large, FIRST_PAGE), counted: '<Key>' },
    { work: `delimiter page of ${objects / 10} prefixes`, small: list(small, PREFIXES), large: list(large, PREFIXES), counted: '<CommonPrefixes>' },
    { work: `HEAD among ${objects}`, small: smallHead, large: largeHead },
    { work: `first page, ${objects} deleted`, small: list(small, FIRST_PAGE), large: list(deleted, FIRST_PAGE), counted: '<Key>' },
    { work: `delimiter page, ${objects} deleted`, small: list(small, PREFIXES), large: list(deleted, PREFIXES), counted: '<CommonPrefixes>' },
    { work: `HEAD, ${objects} deleted`, small: smallHead, large: deletedHead },
    { work: `first page of versions, one key with ${objects / 10}`, small: list(shallow, VERSIONS), large: list(deep, VERSIONS), counted: '<Key>' },
    { work: `list, one key with ${objects / 10} versions`, small: list(shallow, FIRST_PAGE), large: list(deep, FIRST_PAGE), counted: '<Key>' },
    { work: `HEAD of a key with ${objects / 10} versions`, small: head(shallow, () => DEEP_KEY), large: head(deep, () => DEEP_KEY) },
  ];
}

/** Seeds a folder, starts a server on it and compares what requests cost, in turns. @throws where there is no /proc, or for a wrong answer */
export async function runScale({ objects, rounds }: ScaleOptions, say: (line: string) => void): Promise<readonly ScaleRow[]> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'zas-bench-'));
  try {
    const subjects = await seedScale(dataDir, objects, say);
    const { server } = await ServerProcess.start({ dataDir });
    try {
      const rows: ScaleRow[] = [];
      for (const comparison of [...comparisons(objects), ...ociComparisons(objects, subjects)]) {
        say(`scale: ${comparison.work}`);
        rows.push(await compare(server, comparison, rounds));
      }
      return rows;
    } finally {
      await server.stop();
    }
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

async function compare(server: ServerProcess, comparison: Comparison, rounds: number): Promise<ScaleRow> {
  const { work, small, large, counted, status = 200 } = comparison;
  const connections = Array.from({ length: CLIENTS }, () => new Connection({ endpoint: server.url, ...ROOT_KEYS, region: 'us-east-1', bucket: '' }));
  try {
    const entries = [await check(connections[0]!, small(0), status, counted), await check(connections[0]!, large(0), status, counted)];
    if (entries[0] !== entries[1]) throw new Error(`${work}: ${entries.join(' and ')} entries cannot be compared`);
    await load(connections, small, status, WARM_UP_MS);
    await load(connections, large, status, WARM_UP_MS);
    const measured: { small: number; large: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      measured.push({ small: await cost(server, connections, small, status), large: await cost(server, connections, large, status) });
    }
    return {
      work,
      smallMs: median(measured.map((round) => round.small))!,
      largeMs: median(measured.map((round) => round.large))!,
      ratio: median(measured.map((round) => round.large / round.small))!,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** @returns how many entries it answers @throws for a wrong answer */
export async function check(connection: Connection, request: BenchRequest, expected: number, counted: string | undefined): Promise<number> {
  const { status, body } = await connection.send({ ...request, keepBody: true });
  if (status !== expected) throw new Error(`${request.method} ${request.path}: status ${status}: ${body.toString()}`);
  return counted === undefined ? 0 : body.toString('latin1').split(counted).length - 1;
}

/** Processor time of the server for one request, ms. */
export async function cost(server: ServerProcess, connections: readonly Connection[], request: (i: number) => BenchRequest, expected: number): Promise<number> {
  const before = readUsage(server.pid);
  const requests = await load(connections, request, expected, RUN_MS);
  const after = readUsage(server.pid);
  if (!before || !after) throw new Error('The processor time of the server cannot be read here');
  return (after.cpuMs - before.cpuMs) / requests;
}

export async function load(connections: readonly Connection[], request: (i: number) => BenchRequest, expected: number, ms: number): Promise<number> {
  const until = performance.now() + ms;
  let sent = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < until) {
        const { status } = await connection.send(request(sent++));
        if (status !== expected) throw new Error(`status ${status}`);
      }
    }),
  );
  return sent;
}

/** A table in Markdown. */
export function renderScale(rows: readonly ScaleRow[]): string {
  const lines = rows.map(({ work, smallMs, largeMs, ratio }) => `| ${work} | ${showNumber(smallMs)} | ${showNumber(largeMs)} | ${ratio.toFixed(2)} |`);
  return ['| request | CPU ms, small | CPU ms, large | ratio |', '| --- | ---: | ---: | ---: |', ...lines].join('\n');
}
