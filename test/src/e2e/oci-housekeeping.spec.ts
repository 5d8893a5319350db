import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClockedServer } from '../harness/clocked-server.js';
import { OCI_INDEX, OCI_MANIFEST, descriptorOf, digestOf, imageOf, indexOf, manifestBytes, referrerOf } from '../harness/oci-artifacts.js';
import { OciClient } from '../harness/oci-client.js';
import { askToken, postToken, tokenOf } from '../harness/oci-token.js';

const BIG = Buffer.alloc(20_000, 'big');
let server: ClockedServer;
let client: OciClient;

beforeAll(async () => {
  server = await ClockedServer.start({
    limits: { scrubBytesPerSecond: 0 },
    oci: {
      collectDelaySeconds: 3600,
      uploadIdleSeconds: 7200,
      tokenSeconds: 300,
      refreshTokenSeconds: 864_000,
      repositories: [
        { repositories: 'swept/*', collectUntagged: true },
        { repositories: 'kept/dry', retention: { keep: [{ tags: ['^v'], mostRecentlyPushed: 1 }], delaySeconds: 3600, dryRun: true } },
        { repositories: 'kept/*', immutableTags: ['^fixed'], retention: { keep: [{ tags: ['^v'], mostRecentlyPushed: 2 }, { tags: ['^stable'] }, { tags: ['.'], pulledWithinDays: 1 }], delaySeconds: 3600 } },
      ],
    },
  });
  client = new OciClient(server.url);
});
afterAll(async () => {
  client.close();
  await server.remove();
});

const image = (name: string) => imageOf('config', ['layer'], { annotations: { name } });
const at = (repository: string, reference: string) => `/v2/${repository}/manifests/${reference}`;
const status = async (path: string) => (await client.head(path)).status;
const blob = (repository: string, bytes: Uint8Array | string) => `/v2/${repository}/blobs/${digestOf(bytes)}`;
const tagsOf = async (repository: string) => (JSON.parse((await client.get(`/v2/${repository}/tags/list`)).text) as { tags: string[] }).tags;
async function prepare(repository: string): Promise<void> {
  for (const bytes of ['config', 'layer', '{}']) await client.pushBlob(repository, bytes);
}

interface Foreseen {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string;
  readonly why: string;
  readonly dryRun: boolean;
}
async function foreseen(what: 'collection' | 'retention'): Promise<readonly Foreseen[]> {
  const answer = await client.get(`/admin/oci/${what}`);
  expect(answer.status).toBe(200);
  const body = JSON.parse(answer.text) as { collected?: Foreseen[]; expired?: Foreseen[]; truncated: boolean };
  expect(body.truncated).toBe(false);
  return body.collected ?? body.expired!;
}
const reasons = async (repository: string) => Object.fromEntries((await foreseen('collection')).filter((one) => one.repository === repository).map(({ digest, why }) => [digest, why]));

describe('collection', () => {
  it('takes blobs that no manifest names, once they have been so for the delay, and tells so before', async () => {
    await client.pushBlob('plain/blobs', BIG);
    await client.pushBlob('plain/blobs', 'small');
    await prepare('plain/blobs');
    await client.putManifest('plain/blobs', 'v1', image('v1'));
    server.forwardHours(0.5);
    expect(await reasons('plain/blobs')).toEqual({});
    await server.runJob('collect-artifacts');
    expect(await status(blob('plain/blobs', BIG))).toBe(200);
    server.forwardHours(1);
    // Who asks for a blob is about to use it.
    expect(await status(blob('plain/blobs', 'small'))).toBe(200);
    expect(await reasons('plain/blobs')).toEqual({ [digestOf(BIG)]: 'unreferenced-blob', [digestOf('{}')]: 'unreferenced-blob' });
    expect(await status(blob('plain/blobs', 'config'))).toBe(200);
    await server.runJob('collect-artifacts');
    for (const [bytes, expected] of [[BIG, 404], ['{}', 404], ['small', 200], ['config', 200], ['layer', 200]] as const) expect([bytes.length, await status(blob('plain/blobs', bytes))]).toEqual([bytes.length, expected]);
    expect(server.log).toMatch(new RegExp(`"message":"collected".*"repository":"plain/blobs","digest":"${digestOf(BIG)}"`));
    expect(await reasons('plain/blobs')).toEqual({});
    expect(await client.pushBlob('plain/blobs', BIG)).toBe(digestOf(BIG));
    expect((await client.get(blob('plain/blobs', BIG))).body.equals(BIG)).toBe(true);
  });

  it('takes manifests without tag or index where the rules say so, and then what only they named', async () => {
    for (const repository of ['swept/app', 'plain/app']) {
      await prepare(repository);
      const child = manifestBytes(image('child'));
      await client.putManifest(repository, child.digest, child.text);
      await client.putManifest(repository, 'all', indexOf([child.descriptor]), OCI_INDEX);
      await client.putManifest(repository, manifestBytes(image('untagged')).digest, image('untagged'));
      await client.pushBlob(repository, 'other config');
      const moved = imageOf('other config', ['layer']);
      await client.putManifest(repository, 'moved', moved);
      await client.putManifest(repository, 'moved', image('after'));
      server.forwardHours(1.5);
      await server.runJob('collect-artifacts');
      const gone = repository === 'swept/app' ? 404 : 200;
      expect(await status(at(repository, manifestBytes(image('untagged')).digest))).toBe(gone);
      expect(await status(at(repository, manifestBytes(moved).digest))).toBe(gone);
      for (const reference of [child.digest, 'all', 'moved']) expect(await status(at(repository, reference))).toBe(200);
      expect(await status(blob(repository, 'other config'))).toBe(200);
      server.forwardHours(1.5);
      await server.runJob('collect-artifacts');
      expect(await status(blob(repository, 'other config'))).toBe(gone);
      expect(await status(blob(repository, 'layer'))).toBe(200);
    }
  });

  it('takes referrers whose subject was deleted, and leaves those whose subject never came', async () => {
    await prepare('plain/referrers');
    const subject = manifestBytes(image('subject'));
    const about = referrerOf(subject.descriptor, 'application/x');
    const early = referrerOf(descriptorOf('not here yet', OCI_MANIFEST), 'application/x');
    const tagged = referrerOf(subject.descriptor, 'application/tagged');
    await client.putManifest('plain/referrers', 'subject', subject.text);
    for (const one of [about, early]) await client.putManifest('plain/referrers', manifestBytes(one).digest, one);
    await client.putManifest('plain/referrers', 'signature', tagged);
    server.forwardHours(5);
    await server.runJob('collect-artifacts');
    for (const one of [about, early, tagged]) expect(await status(at('plain/referrers', manifestBytes(one).digest))).toBe(200);
    await client.delete(at('plain/referrers', subject.digest));
    server.forwardHours(1.5);
    expect(await reasons('plain/referrers')).toMatchObject({ [manifestBytes(about).digest]: 'subject-deleted' });
    await server.runJob('collect-artifacts');
    const left = [about, early, tagged].map(async (one) => status(at('plain/referrers', manifestBytes(one).digest)));
    expect(await Promise.all(left)).toEqual([404, 200, 200]);
  });

  it('gives up uploads without a sign of life', async () => {
    await server.restart();
    const [idle, live] = [await client.startUpload('plain/uploads'), await client.startUpload('plain/uploads')];
    for (const place of [idle, live]) await client.send('PATCH', place, { body: 'begun,' });
    server.forwardHours(1.5);
    await client.send('PATCH', live, { body: 'gone on' });
    server.forwardHours(1.5);
    await server.runJob('expire-blob-uploads');
    expect((await client.get(idle)).codes).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    expect((await client.send('PUT', `${live}?digest=${digestOf('begun,gone on')}`, { body: '' })).status).toBe(201);
  });
});

describe('retention', () => {
  it('lets go of the tags that no rule keeps, after the delay, and only tells of them where it is a try', async () => {
    for (const repository of ['kept/app', 'kept/dry']) {
      await prepare(repository);
      for (const tag of ['v1', 'v2', 'v3', 'stable-1', 'other', 'fixed-1', 'pulled']) {
        await client.putManifest(repository, tag, image(tag));
        // No two at the same time.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    expect(await foreseen('retention')).toEqual([]);
    server.forwardHours(2);
    await client.get(at('kept/app', 'pulled'));
    // Pulls are written down now and then, and when the server stops.
    await server.restart();
    const seen = (await foreseen('retention')).map(({ repository, tag, dryRun }) => `${repository} ${tag} ${dryRun}`);
    expect(seen.sort()).toEqual(['fixed-1', 'other', 'pulled', 'stable-1', 'v1', 'v2'].map((tag) => `kept/dry ${tag} true`).concat('kept/app other false', 'kept/app v1 false').sort());
    await server.runJob('retain-tags');
    expect(await tagsOf('kept/app')).toEqual(['fixed-1', 'pulled', 'stable-1', 'v2', 'v3']);
    expect(await tagsOf('kept/dry')).toEqual(['fixed-1', 'other', 'pulled', 'stable-1', 'v1', 'v2', 'v3']);
    expect(server.log).toMatch(/"message":"tag expired".*"repository":"kept\/app","tag":"v1"/);
    expect(server.log).toMatch(/"message":"tag would expire".*"repository":"kept\/dry","tag":"v1"/);
    expect(await status(at('kept/app', manifestBytes(image('v1')).digest))).toBe(200);
  });
});

describe('the previews', () => {
  it('are for administrators', async () => {
    for (const what of ['collection', 'retention']) expect((await client.as(null).get(`/admin/oci/${what}`)).status).toBe(401);
  });
});

describe('tokens', () => {
  it('are good for their time', async () => {
    const scope = 'repository:plain/app:pull';
    const { token, refresh_token: refresh } = tokenOf(await askToken(client, [scope], '&offline_token=true'));
    const who = client.as(`Bearer ${token}`);
    const list = '/v2/plain/app/tags/list';
    server.forwardHours(299 / 3600);
    expect((await who.get(list)).status).toBe(200);
    server.forwardHours(2 / 3600);
    const late = await who.get(list);
    expect([late.status, late.headers['www-authenticate']]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
    const renew = async () => postToken(client.as(null), { grant_type: 'refresh_token', refresh_token: refresh!, scope });
    // Through several keys that sign.
    server.forwardHours(9 * 24);
    const next = tokenOf(await renew());
    expect((await client.as(`Bearer ${next.token}`).get(list)).status).toBe(200);
    server.forwardHours(25);
    expect((await renew()).status).toBe(401);
    expect((await client.as(`Bearer ${next.token}`).get(list)).status).toBe(401);
  });
});
