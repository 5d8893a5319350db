import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, AccountWorld, ARTHUR, must, policyOf } from '../harness/account-world.js';
import { textOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';

const L = '/lock-bucket';
const DAY = 86_400_000;
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start({ limits: { inlineBytes: 4096, requestSeconds: 3, collectGraceSeconds: 3.1, collectIntervalSeconds: 1 } });
  ({ alice } = world);
  await must(alice.put(L, undefined, { 'x-amz-bucket-object-lock-enabled': 'true' }));
});
afterAll(() => world.remove());

const inDays = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY).toISOString();
const lockHeaders = (body: string, mode: string, until = inDays(1)) => ({
  'x-amz-object-lock-mode': mode,
  'x-amz-object-lock-retain-until-date': until,
  'content-md5': crypto.hash('md5', body, 'base64'),
});
const retention = (mode: string, until: string) => `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
const configuration = (rule = '') => `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;
const byDefault = (period: string) => configuration(`<Rule><DefaultRetention>${period}</DefaultRetention></Rule>`);
const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

async function lock(key: string, mode: string, until?: string): Promise<string> {
  const { headers } = await must(alice.put(`${L}/${key}`, key, lockHeaders(key, mode, until)));
  return `${L}/${key}?versionId=${String(headers['x-amz-version-id'])}`;
}

const storedFiles = async () =>
  (await fs.readdir(path.join(world.server.dataDir, 'plugins/storage-filesystem/blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

describe('the configuration', () => {
  it('comes with the bucket, switches versions on, and stays', async () => {
    expect(textOf((await alice.get(`${L}?versioning`)).text, 'Status')).toBe('Enabled');
    expect(textOf((await alice.get(`${L}?object-lock`)).text, 'ObjectLockEnabled')).toBe('Enabled');
    const suspended = await alice.put(`${L}?versioning`, '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>');
    expect([suspended.status, suspended.code]).toEqual([409, 'InvalidBucketState']);
    expect(textOf((await alice.get(`${L}?versioning`)).text, 'Status')).toBe('Enabled');
  });

  it('can be added where versions are enabled, and only there', async () => {
    await must(alice.put('/lock-later'));
    const absent = await alice.get('/lock-later?object-lock');
    expect([absent.status, absent.code]).toEqual([404, 'ObjectLockConfigurationNotFoundError']);
    const early = await alice.put('/lock-later?object-lock', configuration());
    expect([early.status, early.code]).toEqual([409, 'InvalidBucketState']);
    await must(alice.put('/lock-later?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
    expect((await alice.put('/lock-later?object-lock', configuration())).status).toBe(200);
    expect(textOf((await alice.get('/lock-later?object-lock')).text, 'ObjectLockEnabled')).toBe('Enabled');
  });

  it.each([
    ['a mode that is none', '<Mode>SOFT</Mode><Days>1</Days>', 'MalformedXML'],
    ['no period', '<Mode>GOVERNANCE</Mode>', 'MalformedXML'],
    ['two periods', '<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>', 'MalformedXML'],
    ['zero days', '<Mode>GOVERNANCE</Mode><Days>0</Days>', 'InvalidRetentionPeriod'],
    ['a negative period', '<Mode>GOVERNANCE</Mode><Years>-1</Years>', 'InvalidRetentionPeriod'],
    ['more than a hundred years', '<Mode>COMPLIANCE</Mode><Years>101</Years>', 'InvalidRetentionPeriod'],
  ])('refuses %s', async (_, period, code) => {
    const answer = await alice.put(`${L}?object-lock`, byDefault(period));
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await alice.get(`${L}?object-lock`)).text).not.toContain('Rule');
  });

  it('gives new versions its default, and no old ones', async () => {
    const B = '/lock-default';
    await must(alice.put(B, undefined, { 'x-amz-bucket-object-lock-enabled': 'true' }));
    await must(alice.put(`${B}/old`, 'old'));
    await must(alice.put(`${B}?object-lock`, byDefault('<Mode>GOVERNANCE</Mode><Days>3</Days>')));
    expect((await alice.get(`${B}?object-lock`)).text).toContain('<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule>');
    const before = Date.now();
    await must(alice.put(`${B}/new`, 'new', { 'content-md5': crypto.hash('md5', 'new', 'base64') }));
    await must(alice.put(`${B}/own`, 'own', lockHeaders('own', 'COMPLIANCE')));
    const { headers } = await alice.head(`${B}/new`);
    expect(headers['x-amz-object-lock-mode']).toBe('GOVERNANCE');
    const until = Date.parse(String(headers['x-amz-object-lock-retain-until-date']));
    expect(until).toBeGreaterThanOrEqual(before + 3 * DAY - 1000);
    expect(until).toBeLessThanOrEqual(Date.now() + 3 * DAY);
    expect((await alice.head(`${B}/old`)).headers['x-amz-object-lock-mode']).toBeUndefined();
    expect((await alice.head(`${B}/own`)).headers['x-amz-object-lock-mode']).toBe('COMPLIANCE');
    const copied = await must(alice.put(`${B}/copied`, undefined, { 'x-amz-copy-source': `${B}/old` }));
    expect((await alice.head(`${B}/copied?versionId=${String(copied.headers['x-amz-version-id'])}`)).headers['x-amz-object-lock-mode']).toBe('GOVERNANCE');
  });
});

describe('retention', () => {
  it('is shown, and holds its version but not the key', async () => {
    const until = inDays(2);
    const version = await lock('held', 'COMPLIANCE', until);
    const shown = await alice.get(`${version}&retention`);
    expect([textOf(shown.text, 'Mode'), Date.parse(textOf(shown.text, 'RetainUntilDate')!)]).toEqual(['COMPLIANCE', Date.parse(until)]);
    const { headers } = await alice.head(version);
    expect([headers['x-amz-object-lock-mode'], Date.parse(String(headers['x-amz-object-lock-retain-until-date']))]).toEqual(['COMPLIANCE', Date.parse(until)]);
    const refused = await alice.delete(version);
    expect([refused.status, refused.code]).toEqual([403, 'AccessDenied']);
    expect((await alice.delete(version, BYPASS)).status).toBe(403);
    expect((await alice.delete(`${L}/held`)).headers['x-amz-delete-marker']).toBe('true');
    expect((await alice.get(version)).text).toBe('held');
  });

  it('of compliance grows and never shrinks', async () => {
    const version = await lock('grows', 'COMPLIANCE', inDays(2));
    const set = (mode: string, days: number, headers = {}) => alice.put(`${version}&retention`, retention(mode, inDays(days)), headers);
    for (const headers of [{}, BYPASS]) {
      expect((await set('COMPLIANCE', 1, headers)).code).toBe('AccessDenied');
      expect((await set('GOVERNANCE', 3, headers)).code).toBe('AccessDenied');
      expect((await alice.put(`${version}&retention`, '<Retention/>', headers)).code).toBe('AccessDenied');
    }
    expect(textOf((await alice.get(`${version}&retention`)).text, 'Mode')).toBe('COMPLIANCE');
    const later = inDays(4);
    expect((await alice.put(`${version}&retention`, retention('COMPLIANCE', later))).status).toBe(200);
    expect(Date.parse(textOf((await alice.get(`${version}&retention`)).text, 'RetainUntilDate')!)).toBe(Date.parse(later));
  });

  it('of governance yields to who may bypass it and says so', async () => {
    const version = await lock('yields', 'GOVERNANCE');
    expect((await alice.put(`${version}&retention`, '<Retention/>')).code).toBe('AccessDenied');
    expect((await alice.delete(version)).code).toBe('AccessDenied');
    await must(
      alice.put(
        `${L}?policy`,
        policyOf({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ARTHUR.account}:user/${ARTHUR.id}` },
          Action: ['s3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:GetObjectVersion'],
          Resource: `arn:aws:s3:::${L.slice(1)}/*`,
        }),
      ),
    );
    expect((await world.arthur.get(version)).text).toBe('yields');
    // May delete versions, but not past a lock.
    expect((await world.arthur.delete(version, BYPASS)).code).toBe('AccessDenied');
    expect((await world.arthur.put(`${version}&retention`, '<Retention/>', BYPASS)).code).toBe('AccessDenied');
    expect((await alice.get(version)).text).toBe('yields');
    expect((await alice.put(`${version}&retention`, retention('GOVERNANCE', inDays(0.5)), BYPASS)).status).toBe(200);
    expect((await alice.delete(version, BYPASS)).status).toBe(204);
    expect((await alice.get(version)).code).toBe('NoSuchVersion');
  });

  it('must lie ahead, be whole, and be protected by a digest', async () => {
    const tries: [Record<string, string | undefined>, string][] = [
      [lockHeaders('x', 'GOVERNANCE', inDays(-1)), 'InvalidArgument'],
      [lockHeaders('x', 'SOFT'), 'InvalidArgument'],
      [{ ...lockHeaders('x', 'GOVERNANCE'), 'x-amz-object-lock-mode': undefined }, 'InvalidArgument'],
      [{ ...lockHeaders('x', 'GOVERNANCE'), 'x-amz-object-lock-retain-until-date': undefined }, 'InvalidArgument'],
      [{ ...lockHeaders('x', 'GOVERNANCE'), 'content-md5': undefined }, 'InvalidRequest'],
      [{ 'x-amz-object-lock-legal-hold': 'MAYBE', 'content-md5': crypto.hash('md5', 'x', 'base64') }, 'InvalidArgument'],
    ];
    for (const [headers, code] of tries) expect((await alice.put(`${L}/wrong`, 'x', headers)).code).toBe(code);
    expect((await alice.head(`${L}/wrong`)).status).toBe(404);
  });

  it('is not for buckets without locks', async () => {
    await must(alice.put('/lock-none'));
    await must(alice.put('/lock-none/key', 'x'));
    for (const [target, body] of [
      ['/lock-none/key?retention', retention('GOVERNANCE', inDays(1))],
      ['/lock-none/key?legal-hold', '<LegalHold><Status>ON</Status></LegalHold>'],
    ] as const) {
      for (const answer of [await alice.put(target, body), await alice.get(target)]) expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
    }
    expect((await alice.put('/lock-none/locked', 'x', lockHeaders('x', 'GOVERNANCE'))).code).toBe('InvalidRequest');
    expect((await alice.head('/lock-none/locked')).status).toBe(404);
  });
});

describe('a legal hold', () => {
  it('holds until it is taken away, whatever else is said', async () => {
    const { headers } = await must(alice.put(`${L}/case`, 'case', { 'x-amz-object-lock-legal-hold': 'ON', 'content-md5': crypto.hash('md5', 'case', 'base64') }));
    const version = `${L}/case?versionId=${String(headers['x-amz-version-id'])}`;
    expect(textOf((await alice.get(`${version}&legal-hold`)).text, 'Status')).toBe('ON');
    expect((await alice.head(version)).headers['x-amz-object-lock-legal-hold']).toBe('ON');
    expect((await alice.delete(version, BYPASS)).code).toBe('AccessDenied');
    await must(alice.put(`${version}&legal-hold`, '<LegalHold><Status>OFF</Status></LegalHold>'));
    expect(textOf((await alice.get(`${version}&legal-hold`)).text, 'Status')).toBe('OFF');
    expect((await alice.delete(version)).status).toBe(204);
  });

  it('is NoSuchObjectLockConfiguration where none was set', async () => {
    await must(alice.put(`${L}/plain`, 'x'));
    for (const resource of ['legal-hold', 'retention']) expect((await alice.get(`${L}/plain?${resource}`)).code).toBe('NoSuchObjectLockConfiguration');
  });
});

describe('a locked version', () => {
  it('survives all that removes or replaces objects', async () => {
    const version = await lock('survivor', 'COMPLIANCE');
    const id = version.split('=')[1]!;
    const many = await alice.deleteMany(L, `<Object><Key>survivor</Key><VersionId>${id}</VersionId></Object><Object><Key>never</Key></Object>`, BYPASS);
    expect([textOf(many.text, 'Code'), textOf(many.text, 'Error')?.includes('survivor')]).toEqual(['AccessDenied', true]);
    await must(alice.put(`${L}/survivor`, 'overwritten'));
    await must(alice.put(`${L}/survivor`, undefined, { 'x-amz-copy-source': `${L}/survivor?versionId=${id}`, 'x-amz-metadata-directive': 'REPLACE' }));
    for (const [headers, target] of [
      [{ 'x-amz-rename-source': `${L}/survivor` }, `${L}/renamed?renameObject`],
      [{ 'x-amz-rename-source': `${L}/other` }, `${L}/survivor?renameObject`],
    ] as const) {
      expect((await alice.put(target, undefined, headers)).status).toBeGreaterThanOrEqual(400);
    }
    const appended = await alice.put(`${L}/survivor`, ' more', { 'x-amz-write-offset-bytes': '8' });
    expect(appended.status).toBeGreaterThanOrEqual(400);
    expect((await alice.delete(L)).code).toBe('BucketNotEmpty');
    expect((await alice.delete(`${L}/survivor`)).status).toBe(204);
    const read = await alice.get(version);
    expect([read.text, read.headers['x-amz-object-lock-mode']]).toEqual(['survivor', 'COMPLIANCE']);
  });

  it('keeps its bytes when the clean-up takes those of others', async () => {
    const [kept, gone] = [crypto.randomBytes(100_000), crypto.randomBytes(100_000)];
    const { headers } = await must(alice.put(`${L}/bytes`, kept, { 'x-amz-object-lock-legal-hold': 'ON', 'content-md5': crypto.hash('md5', kept, 'base64') }));
    await must(alice.put('/lock-none/bytes', gone));
    expect(await storedFiles()).toBe(2);
    for (const target of ['/lock-none/bytes', `${L}/bytes`]) await must(alice.delete(target));
    while ((await storedFiles()) === 2) await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await alice.get(`${L}/bytes?versionId=${String(headers['x-amz-version-id'])}`)).body.equals(kept)).toBe(true);
    expect(await storedFiles()).toBe(1);
  });

  it('survives in a bucket that is deleted by somebody whom its policy lets', async () => {
    const B = '/lock-handed';
    await must(alice.put(B, undefined, { 'x-amz-bucket-object-lock-enabled': 'true' }));
    const { headers } = await must(alice.put(`${B}/key`, 'key', lockHeaders('key', 'COMPLIANCE')));
    const bob = { AWS: `arn:aws:iam::${'2'.repeat(12)}:root` };
    await must(alice.put(`${B}?policy`, policyOf({ Effect: 'Allow', Principal: bob, Action: 's3:*', Resource: [`arn:aws:s3:::${B.slice(1)}`, `arn:aws:s3:::${B.slice(1)}/*`] })));
    expect((await world.bob.delete(B)).code).toBe('BucketNotEmpty');
    expect((await world.bob.delete(`${B}/key?versionId=${String(headers['x-amz-version-id'])}`, BYPASS)).code).toBe('AccessDenied');
    expect((await alice.get(`${B}/key`)).text).toBe('key');
    expect(textOf((await alice.get(`${B}?acl`)).text, 'ID')).toBe(ALICE.canonicalId);
  });
});
