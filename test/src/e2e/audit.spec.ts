import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ALICE, ARTHUR, BOB, policyOf } from '../harness/account-world.js';
import { imageOf } from '../harness/oci-artifacts.js';
import { OciClient } from '../harness/oci-client.js';
import { MAIN_ARGUMENTS, ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

interface Shown {
  readonly chain: string;
  readonly kind: string;
  readonly action: string;
  readonly resource: string;
  readonly principal?: string;
  readonly address?: string;
  readonly account?: string;
  readonly requestId: string;
  readonly reason?: string;
  readonly count?: number;
}

const identities = [ALICE, ARTHUR, BOB].map(({ id, displayName, account, canonicalId, keys }) => ({ id, displayName, account, canonicalId, ...keys }));
const config = { identities, plugins: [{ use: 'access-rbac', config: { audit: { reads: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::audited/read-*'] }] } } }] };
let server: ServerProcess;
let [alice, arthur, bob]: SignedClient[] = [];
let rest: OciClient;

async function start(dataDir?: string): Promise<void> {
  server = await ServerProcess.start({ config, dataDir });
  [alice, arthur, bob] = [ALICE, ARTHUR, BOB].map(({ keys }) => new SignedClient(server.url, keys));
  rest = new OciClient(server.url);
}
function close(): void {
  for (const client of [alice, arthur, bob]) client?.close();
  rest.close();
}

beforeAll(() => start());
afterAll(async () => {
  close();
  await server.remove();
});

const records = async (query: string, as: OciClient = rest): Promise<readonly Shown[]> => {
  const { status, text } = await as.get(`/rbac/audit?${query}`);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (JSON.parse(text) as { records: Shown[] }).records;
};
/** Asks until there is such a record. */
async function recorded(query: string, matches: (record: Shown) => boolean = () => true, as: OciClient = rest): Promise<Shown> {
  for (const until = Date.now() + 10_000; ; ) {
    const found = (await records(query, as)).find(matches);
    if (found) return found;
    if (Date.now() > until) throw new Error(`nothing was recorded for ${query}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const idOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers['x-amz-request-id']);
const verified = async () => JSON.parse((await rest.get('/rbac/audit/verify')).text) as { good: boolean; problems: string[] };

describe('the audit trail', () => {
  it('has changes of both doors with who made them, from where and under which request', async () => {
    const made = await alice!.put('/audited');
    const put = await alice!.put('/audited/key', 'body');
    const policy = await alice!.put('/audited?policy', policyOf({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${BOB.account}:root` }, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::audited' }));
    expect([made.status, put.status, policy.status]).toEqual([200, 200, 204]);
    const who = { kind: 'change', outcome: 'allowed', principal: 'config:alice', credentialId: ALICE.keys.accessKeyId, account: ALICE.account, address: '127.0.0.1' };
    expect(await recorded(`requestId=${idOf(made)}`)).toMatchObject({ ...who, action: 's3:CreateBucket', resource: 'arn:aws:s3:::audited' });
    expect(await recorded(`requestId=${idOf(put)}`)).toMatchObject({ ...who, action: 's3:PutObject', resource: 'arn:aws:s3:::audited/key' });
    expect(await recorded(`requestId=${idOf(policy)}`)).toMatchObject({ ...who, action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::audited', reason: 'bucket-configured: policy' });

    const asAlice = rest.as(ALICE.keys);
    for (const blob of ['config', 'layer']) await asAlice.pushBlob('team/image', blob);
    expect((await asAlice.putManifest('team/image', 'v1', imageOf('config', ['layer']))).status).toBe(201);
    const tag = await recorded('resource=arn:zas:oci:::team/image:v1');
    expect(tag).toMatchObject({ ...who, action: 'oci:CreateTag' });
    const ofPush = (await records(`requestId=${tag.requestId}`)).map(({ action }) => action);
    expect(ofPush).toEqual(expect.arrayContaining(['oci:PutManifest', 'oci:CreateTag']));
  });

  it('has denials in full once, the others counted; and no secret', async () => {
    const denied = await bob!.get('/audited/key');
    expect(denied.status).toBe(403);
    expect(await recorded(`requestId=${idOf(denied)}`)).toMatchObject({
      kind: 'denial',
      outcome: 'denied',
      status: 403,
      principal: 'config:bob',
      account: BOB.account,
      address: '127.0.0.1',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::audited/key',
    });
    for (let i = 0; i < 50; i++) await bob!.put(`/audited/no-${i}`, 'x');
    const inside = await arthur!.deleteMany('/audited', '<Object><Key>key</Key></Object>');
    expect([inside.status, inside.code]).toEqual([200, 'AccessDenied']);
    expect(await recorded(`requestId=${idOf(inside)}`)).toMatchObject({ kind: 'denial', principal: `config:${ARTHUR.id}`, action: 's3:DeleteObject', resource: 'arn:aws:s3:::audited/key' });
    const forged = new SignedClient(server.url, { ...BOB.keys, secretAccessKey: 'not-his-secret' });
    const mismatch = await forged.get('/audited/key?X-Probe=hush-hush');
    forged.close();
    expect(await recorded(`requestId=${idOf(mismatch)}`)).toMatchObject({ kind: 'denial', action: 's3:GetObject', resource: '/audited/key', reason: 'SignatureDoesNotMatch' });
    const wrong = rest.as(`Basic ${Buffer.from('ALICE:hush-hush').toString('base64')}`);
    expect((await wrong.get('/v2/team/image/tags/list')).status).toBe(401);
    expect((await wrong.get('/rbac/audit')).status).toBe(401);
    await recorded('kind=denial', ({ action }) => action === 'rbac:ReadAudit' || action.startsWith('access-rbac:'));
    // Bytes of every file that the server wrote, the database and its log among them.
    for (const entry of await fs.readdir(path.join(server.dataDir, 'plugins'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) expect((await fs.readFile(path.join(entry.parentPath, entry.name))).includes('hush-hush')).toBe(false);
    }
  });

  it('has reads where a rule asks for them', async () => {
    await alice!.put('/audited/read-me', 'x');
    const plain = await alice!.get('/audited/key');
    const read = await alice!.get('/audited/read-me');
    expect(await recorded(`requestId=${idOf(read)}`)).toMatchObject({ kind: 'read', action: 's3:GetObject', resource: 'arn:aws:s3:::audited/read-me' });
    expect(await records(`requestId=${idOf(plain)}`)).toEqual([]);
  });

  it('is shown to each account its own part, and exported', async () => {
    await recorded('principal=config:bob', undefined, rest.as(BOB.keys));
    for (const { account } of await records('limit=1000', rest.as(BOB.keys))) expect(account).toBe(BOB.account);
    expect((await rest.as(BOB.keys).get('/rbac/audit/verify')).status).toBe(403);
    expect((await rest.as(null).get('/rbac/audit')).status).toBe(401);
    expect((await rest.get('/rbac/audit?limit=0')).status).toBe(400);
    const first = await rest.get('/rbac/audit/export?limit=3');
    expect([first.status, first.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const lines = first.text.trimEnd().split('\n').map((line) => JSON.parse(line) as { chain: string; seq: number });
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const more = await rest.get(`/rbac/audit/export?limit=1&cursor=${String(first.headers['x-audit-cursor'])}`);
    expect((JSON.parse(more.text) as { seq: number }).seq).toBe(4);
  });

  it('goes on after a restart in a chain of its own, with what was counted before', async () => {
    const [{ chain }] = (await records('limit=1')) as [Shown];
    close();
    const { dataDir } = server;
    expect(await server.stop()).toBe(0);
    await start(dataDir);
    const counted = await recorded('action=s3:PutObject&kind=denial', ({ count }) => count !== undefined);
    expect(counted).toMatchObject({ principal: 'config:bob', resource: expect.stringMatching(/^arn:aws:s3:::audited\/no-/) });
    const denied = (await records('action=s3:PutObject&kind=denial')).reduce((sum, { count = 1 }) => sum + count, 0);
    expect(denied).toBe(50);
    const put = await alice!.put('/audited/later', 'x');
    expect((await recorded(`requestId=${idOf(put)}`)).chain).not.toBe(chain);
    expect(await verified()).toMatchObject({ good: true, problems: [] });
  });

  it('is verified by a command, which names what was altered in the database', async () => {
    close();
    const { dataDir } = server;
    await server.stop();
    const verify = () => spawnSync(process.execPath, [...MAIN_ARGUMENTS, '--verify-audit', '--config', path.join(dataDir, 'test-config.yaml')], { cwd: dataDir, encoding: 'utf8', env: { ZAS_DATA_DIR: dataDir, ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId, ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secretAccessKey } });
    const good = verify();
    expect([good.status, good.stderr]).toEqual([0, expect.stringMatching(/The audit trail is as it was written: \d+ segments/)]);
    const plugins = path.join(dataDir, 'plugins/metadata-sqlite');
    const [file] = (await fs.readdir(plugins)).filter((name) => /\.(db|sqlite3?)$/.test(name));
    const database = new Database(path.join(plugins, file!));
    const { changes } = database.prepare(`update document set value = replace(value, 'arn:aws:s3:::audited/later', 'arn:aws:s3:::audited/never') where collection = 'audit-segments'`).run();
    expect(changes).toBeGreaterThan(0);
    database.close();
    const bad = verify();
    expect([bad.status, bad.stderr]).toEqual([1, expect.stringMatching(/^chain [0-9a-z]+, record \d+: .*\nThe audit trail was altered/m)]);
    await start(dataDir);
    const { good: still, problems } = await verified();
    expect([still, problems[0]]).toEqual([false, expect.stringMatching(/^chain [0-9a-z]+, record \d+: /)]);
  });
});
