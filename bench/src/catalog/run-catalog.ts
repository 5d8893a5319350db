import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deriveAccountId } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { identity } from '../decisions/many-policies.js';
import { Connection, type BenchRequest } from '../http/connection.js';
import type { CatalogOptions } from '../options.js';
import { check, CLIENTS, cost, load, WARM_UP_MS, type ScaleRow } from '../scale/run-scale.js';
import { CALLERS, withStoreOf } from '../seed/run-seed.js';
import { ServerProcess } from '../server/server-process.js';
import { median } from '../statistics.js';
import { repeat } from '../stores/measure-calls.js';

const SMALL = 1_000;
/** The account of the server's root owns all repositories; these are users of it. */
const ACCOUNT = deriveAccountId('root');
const VISIBLE = ['open/app', 'team-5/app', 'team-7/app'];

const see = (effect: string, ...names: readonly string[]) => ({ Effect: effect, Action: 'oci:*', Resource: names.map((name) => `arn:zas:oci:::${name}`) });
const may = (...statements: readonly object[]) => [{ Version: '2012-10-17', Statement: statements }];

/** Whose root may see all that is his: three repositories among those of others. */
const OTHER_ACCOUNT = '123456789012';

/** Who may see three repositories, by what his policies say or by owning no more. */
const CALLERS_OF_THREE = [
  { work: 'three names', user: identity('names', ACCOUNT, may(see('Allow', ...VISIBLE))) },
  { work: 'three prefixes', user: identity('prefixes', ACCOUNT, may(see('Allow', 'open/*', 'team-5/*', 'team-7/*'))) },
  { work: 'all but what is denied', user: identity('denied', ACCOUNT, may(see('Allow', '*'), see('Deny', 'hidden/*'))) },
  { work: 'owning them', user: identity('owner', OTHER_ACCOUNT) },
];

/** Compares the catalog with three visible repositories of a few and of many, each on a server of its own, in turns. */
export async function runCatalog({ repositories, rounds }: CatalogOptions, say: (line: string) => void): Promise<readonly ScaleRow[]> {
  const folders = [SMALL, repositories].map(() => fs.mkdtempSync(path.join(os.tmpdir(), 'zas-bench-')));
  const servers: ServerProcess[] = [];
  try {
    for (const [i, count] of [SMALL, repositories].entries()) {
      say(`seeding ${count} repositories`);
      await seed(folders[i]!, count);
      servers.push((await ServerProcess.start({ dataDir: folders[i]!, config: { identities: CALLERS_OF_THREE.map(({ user }) => user) } })).server);
    }
    const rows: ScaleRow[] = [];
    for (const { work, user } of CALLERS_OF_THREE) {
      say(`catalog: ${work}`);
      rows.push(await compare(servers, `3 of ${repositories} by ${work}`, user, rounds));
    }
    return rows;
  } finally {
    for (const server of servers) await server.stop();
    for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function seed(dataDir: string, count: number): Promise<void> {
  const name = (i: number): string => VISIBLE[i] ?? `hidden/${String(i).padStart(8, '0')}`;
  await withStoreOf(dataDir, async (store) => {
    const make = (repository: string, owner: string) => store.apply<'create-repository'>(testContext(), { kind: 'create-repository', name: repository, owner, at: 1 });
    await repeat(count, CALLERS, async (i) => void (await make(name(i), ACCOUNT)));
    for (const own of ['a/app', 'hidden/own/app', 'z/app']) await make(own, OTHER_ACCOUNT);
  });
}

async function compare(servers: readonly ServerProcess[], work: string, user: { accessKeyId: string; secretAccessKey: string }, rounds: number): Promise<ScaleRow> {
  const request = (): BenchRequest => ({ method: 'GET', path: '/v2/_catalog', auth: 'basic' });
  const target = { accessKeyId: user.accessKeyId, secret: user.secretAccessKey, region: 'us-east-1', bucket: '' };
  const connections = servers.map((server) => Array.from({ length: CLIENTS }, () => new Connection({ ...target, endpoint: server.url })));
  try {
    for (const own of connections) {
      const shown = await check(own[0]!, request(), 200, '/app"');
      if (shown !== VISIBLE.length) throw new Error(`${work}: ${shown} repositories are shown`);
      await load(own, request, 200, WARM_UP_MS);
    }
    const measured: { small: number; large: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      measured.push({ small: await cost(servers[0]!, connections[0]!, request, 200), large: await cost(servers[1]!, connections[1]!, request, 200) });
    }
    return {
      work,
      smallMs: median(measured.map(({ small }) => small))!,
      largeMs: median(measured.map(({ large }) => large))!,
      ratio: median(measured.map(({ small, large }) => large / small))!,
    };
  } finally {
    for (const connection of connections.flat()) connection.close();
  }
}
