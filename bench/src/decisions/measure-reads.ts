import type { MeasureOptions } from '../options.js';
import type { Row } from '../report/rows.js';
import { Generator } from '../http/generator.js';
import type { LoadResult } from '../http/run-load.js';
import { readUsage } from '../server/process-usage.js';
import { ServerProcess } from '../server/server-process.js';
import { median } from '../statistics.js';
import { identity, manyPolicies } from './many-policies.js';

const BUCKET = 'zas-bench';
const ACCOUNT = '123456789012';
const CLIENTS = 4;
/** Each principal reads so often, by turns: what the machine does besides meets both. */
const TURNS = 6;
const COUNTS = [1, 100];

/** What a principal needs to prepare and read. It comes last, behind all others. */
const OWN = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:CreateBucket', Resource: '*' },
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${BUCKET}/*` },
  ],
};

interface Turn extends LoadResult {
  readonly cpuMs?: number;
}

/** Processor time of a server for GET of 4 KiB by principals with few and with many policies. */
export async function measureReads({ httpSeconds }: MeasureOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const identities = COUNTS.map((count) => identity(`reader-${count}`, ACCOUNT, [...manyPolicies(count - 1), OWN]));
  const { server } = await ServerProcess.start({ config: { identities: [identity('owner', ACCOUNT), ...identities] } });
  const size = { clients: CLIENTS, seconds: httpSeconds / 2 };
  const generators: Generator[] = [];
  try {
    for (const { accessKeyId, secretAccessKey: secret, id } of identities) {
      const generator = await Generator.start({ endpoint: server.url, accessKeyId, secret, region: 'us-east-1', bucket: BUCKET });
      generators.push(generator);
      await generator.prepare('get4k', id, size);
      await generator.run(size);
    }
    const turns: Turn[][] = COUNTS.map(() => []);
    for (let turn = 0; turn < TURNS; turn++) {
      say(`decisions: get4k-policies, turn ${turn + 1} of ${TURNS}`);
      // Who goes first changes, for a server gets faster as it runs.
      const order = COUNTS.map((_count, i) => (turn % 2 === 0 ? i : COUNTS.length - 1 - i));
      for (const i of order) {
        const before = readUsage(server.pid);
        const result = await generators[i]!.run(size);
        const after = readUsage(server.pid);
        turns[i]!.push({ ...result, ...(before && after && { cpuMs: after.cpuMs - before.cpuMs }) });
      }
    }
    return COUNTS.map((count, i) => rowOf(count, turns[i]!));
  } finally {
    for (const generator of generators) generator.stop();
    await server.remove();
  }
}

function rowOf(count: number, turns: readonly Turn[]): Row {
  const costs = turns.flatMap(({ cpuMs, operations }) => (cpuMs === undefined || operations === 0 ? [] : [cpuMs / operations]));
  return {
    group: 'decisions',
    work: 'get4k-policies',
    target: `${count} ${count === 1 ? 'policy' : 'policies'}`,
    clients: CLIENTS,
    operations: turns.reduce((sum, { operations }) => sum + operations, 0),
    perSecond: median(turns.map(({ operations, seconds }) => operations / seconds))!,
    p50Ms: median(turns.map(({ latency }) => latency.p50 ?? 0)),
    p99Ms: median(turns.map(({ latency }) => latency.p99 ?? 0)),
    cpuMsPerOperation: median(costs),
    errors: turns.reduce((sum, { errors }) => sum + errors, 0),
    firstError: turns.find(({ firstError }) => firstError !== undefined)?.firstError,
  };
}
