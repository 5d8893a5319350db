import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OCI_INDEX, digestOf, imageOf, indexOf, manifestBytes, referrerOf } from '../harness/oci-artifacts.js';
import type { OciAnswer, OciClient } from '../harness/oci-client.js';
import { OciWorld } from '../harness/oci-world.js';

const LARGE = crypto.randomBytes(200_000);
const MANY = 12;
let world: OciWorld;
let client: OciClient;

beforeAll(async () => {
  world = await OciWorld.start({ oci: { repositories: [{ repositories: 'fixed/*', immutableTags: ['.'] }] } });
  client = world.alice;
});
afterAll(() => world.remove());

const times = <T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, (_, i) => make(i)));
const counted = (answers: readonly OciAnswer[]) => {
  const counts: Record<string, number> = {};
  for (const { status, codes } of answers) counts[[status, ...codes].join(' ')] = (counts[[status, ...codes].join(' ')] ?? 0) + 1;
  return counts;
};
/** All answers are among these. */
function expectOnly(answers: readonly OciAnswer[], allowed: readonly string[]): void {
  expect(Object.keys(counted(answers)).filter((one) => !allowed.includes(one))).toEqual([]);
}
async function prepare(repository: string): Promise<void> {
  for (const bytes of ['config', 'layer', '{}']) await client.pushBlob(repository, bytes);
}
const image = (i: number) => imageOf('config', ['layer'], { annotations: { number: String(i) } });
const at = (repository: string, reference: string) => `/v2/${repository}/manifests/${reference}`;

describe('at once', () => {
  it.each([
    ['small', Buffer.from('a small blob')],
    ['large', LARGE],
  ])('many push the same %s blob, into one repository that nobody had and into others', async (size, bytes) => {
    const digest = digestOf(bytes);
    const answers = await times(MANY, (i) => client.send('POST', `/v2/same/${size}${i % 3}/blobs/uploads/?digest=${digest}`, { body: bytes }));
    expect(counted(answers)).toEqual({ '201': MANY });
    for (let i = 0; i < 3; i++) expect((await client.get(`/v2/same/${size}${i}/blobs/${digest}`)).body.equals(bytes)).toBe(true);
  });

  it('several uploads finish one digest', async () => {
    const places = await times(MANY, () => client.startUpload('same/uploads'));
    await Promise.all(places.map((place) => client.send('PATCH', place, { body: LARGE })));
    const answers = await Promise.all(places.map((place) => client.send('PUT', `${place}?digest=${digestOf(LARGE)}`, { body: '' })));
    expect(counted(answers)).toEqual({ '201': MANY });
    expect((await client.get(`/v2/same/uploads/blobs/${digestOf(LARGE)}`)).body.equals(LARGE)).toBe(true);
  });

  it('one upload is finished several times: once, and the others find it busy or gone', async () => {
    for (const bytes of [LARGE, Buffer.from('small')]) {
      const place = await client.startUpload('same/once');
      await client.send('PATCH', place, { body: bytes });
      const answers = await times(6, () => client.send('PUT', `${place}?digest=${digestOf(bytes)}`, { body: '' }));
      expectOnly(answers, ['201', '404 BLOB_UPLOAD_UNKNOWN', '409 BLOB_UPLOAD_INVALID']);
      expect(counted(answers)['201']).toBe(1);
      expect((await client.get(`/v2/same/once/blobs/${digestOf(bytes)}`)).body.equals(bytes)).toBe(true);
    }
  });

  it('one upload is written, asked for, finished and cancelled', async () => {
    for (let round = 0; round < 5; round++) {
      const place = await client.startUpload('same/torn');
      await client.send('PATCH', place, { body: LARGE });
      const whole = digestOf(LARGE);
      const answers = await Promise.all([
        client.send('PUT', `${place}?digest=${whole}`, { body: '' }),
        client.delete(place),
        client.get(place),
        client.send('PATCH', place, { body: 'more' }),
      ]);
      expectOnly(answers, ['201', '202', '204', '400 DIGEST_INVALID', '404 BLOB_UPLOAD_UNKNOWN', '409 BLOB_UPLOAD_INVALID']);
      const read = await client.get(`/v2/same/torn/blobs/${whole}`);
      if (answers[0]!.status === 201) expect(read.body.equals(LARGE)).toBe(true);
      if (read.status === 200) await client.delete(`/v2/same/torn/blobs/${whole}`);
    }
  });

  it('an upload is cancelled amid its bytes: it is over, and nothing of it stays', async () => {
    for (const before of [0, 100_000]) {
      const place = await client.startUpload('same/cancelled');
      if (before > 0) await client.send('PATCH', place, { body: LARGE.subarray(0, before) });
      let go = () => {};
      const gate = new Promise<void>((resolve) => (go = resolve));
      async function* slow() {
        yield LARGE.subarray(before, 150_000);
        await gate;
        yield LARGE.subarray(150_000);
      }
      const patched = client.send('PATCH', place, { body: slow() });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await client.delete(place)).status).toBe(204);
      go();
      expect((await patched).codes).toEqual(['BLOB_UPLOAD_UNKNOWN']);
      for (const answer of [await client.get(place), await client.send('PUT', `${place}?digest=${digestOf(LARGE)}`, { body: '' })]) expect(answer.codes).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    }
    expect((await client.head(`/v2/same/cancelled/blobs/${digestOf(LARGE)}`)).status).toBe(404);
  });

  it('many push the same manifest under the same tag', async () => {
    await prepare('same/manifest');
    expect(counted(await times(MANY, () => client.putManifest('same/manifest', 'v1', image(0))))).toEqual({ '201': MANY });
    expect((await client.get(at('same/manifest', 'v1'))).text).toBe(JSON.stringify(image(0)));
  });

  it('many push others under the same tag: all are there, and the tag is one of them', async () => {
    await prepare('same/tag');
    expect(counted(await times(MANY, (i) => client.putManifest('same/tag', 'v1', image(i))))).toEqual({ '201': MANY });
    const digests = Array.from({ length: MANY }, (_, i) => manifestBytes(image(i)).digest);
    for (const digest of digests) expect((await client.head(at('same/tag', digest))).status).toBe(200);
    expect(digests).toContain((await client.head(at('same/tag', 'v1'))).headers['docker-content-digest']);
  });

  it('many set an immutable tag: one does', async () => {
    await prepare('fixed/app');
    const answers = await times(MANY, (i) => client.putManifest('fixed/app', 'v1', image(i)));
    expect(counted(answers)).toEqual({ '201': 1, '409 DENIED': MANY - 1 });
    const winner = answers.findIndex(({ status }) => status === 201);
    expect((await client.get(at('fixed/app', 'v1'))).text).toBe(JSON.stringify(image(winner)));
  });

  it('two accounts make the same repository: it is one’s, and the other may not', async () => {
    for (let i = 0; i < 5; i++) {
      const digest = digestOf('mine');
      const answers = await Promise.all([world.alice, world.bob].map((who) => who.send('POST', `/v2/race/r${i}/blobs/uploads/?digest=${digest}`, { body: 'mine' })));
      expect(counted(answers)).toEqual({ '201': 1, '403 DENIED': 1 });
    }
  });

  it('a blob is deleted and pushed in a manifest: both hold, or one is refused', async () => {
    for (let i = 0; i < MANY; i++) {
      await prepare('race/blob');
      const [pushed, deleted] = await Promise.all([client.putManifest('race/blob', 'v1', image(i)), client.delete(`/v2/race/blob/blobs/${digestOf('layer')}`)]);
      expect([[201, 405], [404, 202]]).toContainEqual([pushed.status, deleted.status]);
      const there = (await client.head(`/v2/race/blob/blobs/${digestOf('layer')}`)).status;
      expect(there).toBe(pushed.status === 201 ? 200 : 404);
      if (pushed.status === 201) await client.delete(at('race/blob', manifestBytes(image(i)).digest));
    }
  });

  it('a manifest is deleted and pushed again, into an index and under tags', async () => {
    await prepare('race/manifest');
    const child = manifestBytes(image(0));
    const index = manifestBytes(indexOf([child.descriptor]));
    for (let i = 0; i < MANY; i++) {
      await client.putManifest('race/manifest', 'child', child.text);
      const answers = await Promise.all([
        client.putManifest('race/manifest', 'all', index.text, OCI_INDEX),
        client.delete(at('race/manifest', child.digest)),
        client.putManifest('race/manifest', `t${i}`, child.text),
        client.delete(at('race/manifest', 'child')),
        client.putManifest('race/manifest', 'about', referrerOf(child.descriptor, 'application/x')),
        client.get(`/v2/race/manifest/referrers/${child.digest}`),
        client.get('/v2/race/manifest/tags/list'),
      ]);
      expectOnly(answers, ['200', '201', '202', '404 MANIFEST_BLOB_UNKNOWN', '404 MANIFEST_UNKNOWN', '405 UNSUPPORTED']);
      // No index without what it holds.
      if ((await client.head(at('race/manifest', 'all'))).status === 200) expect((await client.head(at('race/manifest', child.digest))).status).toBe(200);
      await client.delete(at('race/manifest', index.digest));
    }
  });

  it('a blob is mounted while it is deleted at its source', async () => {
    for (let i = 0; i < MANY; i++) {
      const digest = await client.pushBlob('race/source', LARGE);
      const mount = { headers: { 'content-length': '0' } };
      const [mounted, , found] = await Promise.all([
        client.send('POST', `/v2/race/target${i}/blobs/uploads/?mount=${digest}&from=race/source`, mount),
        client.delete(`/v2/race/source/blobs/${digest}`),
        client.send('POST', `/v2/race/other${i}/blobs/uploads/?mount=${digest}`, mount),
      ]);
      for (const [name, answer] of [['target', mounted], ['other', found]] as const) {
        expect([201, 202]).toContain(answer.status);
        const read = await client.get(`/v2/race/${name}${i}/blobs/${digest}`);
        expect([read.status, read.body.equals(LARGE)]).toEqual(answer.status === 201 ? [200, true] : [404, false]);
      }
    }
  });

  it('a blob is read while it is deleted: whole, or not there', async () => {
    for (let i = 0; i < MANY; i++) {
      const digest = await client.pushBlob('race/read', LARGE);
      const reads = times(4, () => client.get(`/v2/race/read/blobs/${digest}`));
      await client.delete(`/v2/race/read/blobs/${digest}`);
      for (const { status, body } of await reads) expect(status === 404 || (status === 200 && body.equals(LARGE))).toBe(true);
    }
  });
});
