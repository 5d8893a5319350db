import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, imageOf } from '../harness/oci-artifacts.js';
import { OciClient } from '../harness/oci-client.js';
import { ServerProcess } from '../harness/server-process.js';

const SMALL = Buffer.from('a blob that lies beside its record');
const LARGE = crypto.randomBytes(300_000);
const FOREVER = 'max-age=31536000, immutable';
let server: ServerProcess;
let client: OciClient;

beforeAll(async () => {
  server = await ServerProcess.start({
    config: {
      oci: {
        anonymous: [{ repositories: 'open/*', actions: ['pull'] }],
        repositories: [{ repositories: 'loose/*', deleteReferencedBlobs: true }],
      },
    },
  });
  client = new OciClient(server.url);
});
afterAll(async () => {
  client.close();
  await server.stop();
  expect(server.log).not.toContain('request failed');
  await server.remove();
});

const place = (repository: string, digest: string) => `/v2/${repository}/blobs/${digest}`;

describe('a blob', () => {
  it.each([
    ['small', 'sha256', SMALL],
    ['small', 'sha512', SMALL],
    ['large', 'sha256', LARGE],
    ['large', 'sha512', LARGE],
    ['empty', 'sha256', Buffer.alloc(0)],
    ['empty', 'sha512', Buffer.alloc(0)],
  ] as const)('that is %s is read under the %s that it was pushed by, with all that clients and caches want to know', async (_, algorithm, bytes) => {
    const digest = await client.pushBlob('blobs/read', bytes, algorithm);
    const expected = {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'docker-content-digest': digest,
      'docker-distribution-api-version': 'registry/2.0',
      'accept-ranges': 'bytes',
      'cache-control': `private, ${FOREVER}`,
      etag: `"${digest}"`,
    };
    const read = await client.get(place('blobs/read', digest));
    expect([read.status, digestOf(read.body, algorithm)]).toEqual([200, digest]);
    expect(read.headers).toMatchObject(expected);
    const seen = await client.head(place('blobs/read', digest));
    expect([seen.status, seen.body.length]).toEqual([200, 0]);
    expect(seen.headers).toMatchObject(expected);
  });

  it('has only the name that it was pushed by', async () => {
    const digest = await client.pushBlob('blobs/named', 'named once', 'sha512');
    expect((await client.head(place('blobs/named', digest))).status).toBe(200);
    const other = await client.get(place('blobs/named', digestOf('named once')));
    expect([other.status, other.codes]).toEqual([404, ['BLOB_UNKNOWN']]);
  });

  it('is a blob of its repository alone', async () => {
    const digest = await client.pushBlob('blobs/mine', 'only here');
    await client.pushBlob('blobs/other', 'something else');
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      expect([method, (await client.send(method, place('blobs/other', digest))).status]).toEqual([method, 404]);
      expect([method, (await client.send(method, place('blobs/nobody', digest))).status]).toEqual([method, 404]);
    }
    expect((await client.head(place('blobs/mine', digest))).status).toBe(200);
  });

  it('may be kept by shared caches only where everybody may read it', async () => {
    const digest = await client.pushBlob('open/cached', SMALL);
    for (const caller of [client, client.as(null)]) {
      expect((await caller.get(place('open/cached', digest))).headers['cache-control']).toBe(`public, ${FOREVER}`);
      expect((await caller.head(place('open/cached', digest))).headers['cache-control']).toBe(`public, ${FOREVER}`);
    }
  });
});

describe.each([
  ['small', SMALL],
  ['large', LARGE],
])('ranges of a %s blob', (_, bytes) => {
  const { length } = bytes;
  let at: string;
  beforeAll(async () => {
    at = place('blobs/ranges', await client.pushBlob('blobs/ranges', bytes));
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=3-9', 3, 9],
    ['bytes=7-', 7, length - 1],
    ['bytes=-5', length - 5, length - 1],
    [`bytes=-${length + 10}`, 0, length - 1],
    [`bytes=5-${length * 10}`, 5, length - 1],
    [`bytes=${length - 1}-`, length - 1, length - 1],
    [`bytes=0-${length - 1}`, 0, length - 1],
  ])('%s is sent alone', async (range, first, last) => {
    const answer = await client.get(at, { range });
    expect([answer.status, answer.headers['content-range']]).toEqual([206, `bytes ${first}-${last}/${length}`]);
    expect(answer.headers['content-length']).toBe(String(last - first + 1));
    expect(answer.body.equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  it.each(['bytes=0-1,4-5', 'lines=1-2', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=1-2;q=1'])('%s is ignored, as HTTP allows', async (range) => {
    const answer = await client.get(at, { range });
    expect([answer.status, answer.headers['content-range']]).toEqual([200, undefined]);
    expect(answer.body.equals(bytes)).toBe(true);
  });

  it.each([`bytes=${length}-`, `bytes=${length}-${length + 5}`, 'bytes=9-3', 'bytes=-0', 'bytes=9999999999999999-'])('%s is 416 and tells the size', async (range) => {
    const answer = await client.get(at, { range });
    expect([answer.status, answer.codes]).toEqual([416, ['RANGE_INVALID']]);
    expect(answer.headers['content-range']).toBe(`bytes */${length}`);
  });
});

describe('conditions on a blob', () => {
  const other = `"${digestOf('another one')}"`;
  let digest: string;
  let at: string;
  beforeAll(async () => {
    digest = await client.pushBlob('blobs/conditions', LARGE);
    at = place('blobs/conditions', digest);
  });

  it('If-None-Match spares the bytes', async () => {
    for (const etag of [`"${digest}"`, `W/"${digest}"`, `${other}, "${digest}"`, '*', digest]) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await client.send(method, at, { headers: { 'if-none-match': etag } });
        expect([method, etag, answer.status, answer.body.length]).toEqual([method, etag, 304, 0]);
        expect(answer.headers).toMatchObject({ etag: `"${digest}"`, 'cache-control': `private, ${FOREVER}`, 'docker-content-digest': digest });
      }
    }
    expect((await client.get(at, { 'if-none-match': other })).status).toBe(200);
  });

  it('If-Match refuses another one', async () => {
    const refused = await client.get(at, { 'if-match': other });
    expect([refused.status, refused.codes]).toEqual([412, ['DENIED']]);
    expect((await client.get(at, { 'if-match': `W/"${digest}"` })).status).toBe(412);
    for (const etag of [`"${digest}"`, '*']) expect((await client.head(at, { 'if-match': etag })).status).toBe(200);
  });

  it('If-Range sends the range of this one, and all of another', async () => {
    const range = 'bytes=10-19';
    const same = await client.get(at, { range, 'if-range': `"${digest}"` });
    expect([same.status, same.body.equals(LARGE.subarray(10, 20))]).toEqual([206, true]);
    for (const validator of [other, `W/"${digest}"`, new Date().toUTCString()]) {
      const whole = await client.get(at, { range, 'if-range': validator });
      expect([validator, whole.status, whole.body.length]).toEqual([validator, 200, LARGE.length]);
    }
  });

  it('come before the range (RFC 9110, 13.2.2)', async () => {
    const range = `bytes=${LARGE.length}-`;
    expect((await client.get(at, { range, 'if-none-match': `"${digest}"` })).status).toBe(304);
    expect((await client.get(at, { range, 'if-match': other })).status).toBe(412);
    expect((await client.get(at, { range: 'bytes=0-4', 'if-none-match': `"${digest}"` })).status).toBe(304);
  });
});

describe('deleting a blob', () => {
  it('takes it away, once, and from its repository alone', async () => {
    const digest = await client.pushBlob('blobs/one', LARGE);
    await client.pushBlob('blobs/two', LARGE);
    const gone = await client.delete(place('blobs/one', digest));
    expect([gone.status, gone.body.length]).toEqual([202, 0]);
    expect((await client.get(place('blobs/one', digest))).codes).toEqual(['BLOB_UNKNOWN']);
    const again = await client.delete(place('blobs/one', digest));
    expect([again.status, again.codes]).toEqual([404, ['BLOB_UNKNOWN']]);
    expect((await client.get(place('blobs/two', digest))).body.equals(LARGE)).toBe(true);
    expect(await client.pushBlob('blobs/one', LARGE)).toBe(digest);
    expect((await client.get(place('blobs/one', digest))).body.equals(LARGE)).toBe(true);
  });

  it('is refused while a manifest has it, and not after', async () => {
    const [config, layer] = [await client.pushBlob('blobs/held', 'config'), await client.pushBlob('blobs/held', 'layer')];
    const stored = await client.putManifest('blobs/held', 'v1', imageOf('config', ['layer']));
    for (const digest of [config, layer]) {
      const refused = await client.delete(place('blobs/held', digest));
      expect([refused.status, refused.codes]).toEqual([405, ['UNSUPPORTED']]);
      expect((await client.head(place('blobs/held', digest))).status).toBe(200);
    }
    expect((await client.delete(`/v2/blobs/held/manifests/${stored.headers['docker-content-digest']}`)).status).toBe(202);
    for (const digest of [config, layer]) expect((await client.delete(place('blobs/held', digest))).status).toBe(202);
  });

  it('is done all the same where the rules of the repository say so', async () => {
    await client.pushBlob('loose/app', 'config');
    const layer = await client.pushBlob('loose/app', 'layer');
    expect((await client.putManifest('loose/app', 'v1', imageOf('config', ['layer']))).status).toBe(201);
    expect((await client.delete(place('loose/app', layer))).status).toBe(202);
    expect((await client.head(place('loose/app', layer))).status).toBe(404);
    expect((await client.head('/v2/loose/app/manifests/v1')).status).toBe(200);
  });
});
