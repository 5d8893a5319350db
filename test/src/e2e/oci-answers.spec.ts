import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, imageOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import { OciWorld } from '../harness/oci-world.js';

const R = '/v2/answers/app';
const NONE = digestOf('none');
let world: OciWorld;
let client: OciClient;

beforeAll(async () => {
  world = await OciWorld.start();
  client = world.alice;
  for (const bytes of ['config', 'layer']) await client.pushBlob('answers/app', bytes);
  await client.putManifest('answers/app', 'v1', imageOf('config', ['layer']));
});
afterAll(() => world.remove());

describe('an error', () => {
  const cases: [string, string, number, string][] = [
    ['GET', `${R}/blobs/${NONE}`, 404, 'BLOB_UNKNOWN'],
    ['DELETE', `${R}/blobs/${NONE}`, 404, 'BLOB_UNKNOWN'],
    ['GET', `${R}/blobs/sha256:abc`, 400, 'DIGEST_INVALID'],
    ['GET', `${R}/blobs/uploads/abc`, 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['PATCH', `${R}/blobs/uploads/abc`, 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['PUT', `${R}/blobs/uploads/abc?digest=${NONE}`, 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['PUT', `${R}/blobs/uploads/abc`, 400, 'DIGEST_INVALID'],
    ['GET', `${R}/manifests/none`, 404, 'MANIFEST_UNKNOWN'],
    ['DELETE', `${R}/manifests/none`, 404, 'MANIFEST_UNKNOWN'],
    ['GET', `${R}/manifests/${NONE}`, 404, 'MANIFEST_UNKNOWN'],
    ['PUT', `${R}/manifests/-bad`, 400, 'TAG_INVALID'],
    ['PUT', `${R}/manifests/sha256:bad`, 400, 'DIGEST_INVALID'],
    ['PUT', `${R}/manifests/empty`, 400, 'MANIFEST_INVALID'],
    ['GET', '/v2/Answers/app/tags/list', 400, 'NAME_INVALID'],
    ['GET', '/v2/answers/none/tags/list', 404, 'NAME_UNKNOWN'],
    ['GET', '/v2/answers/none/manifests/v1', 404, 'NAME_UNKNOWN'],
    ['GET', `/v2/answers/none/blobs/${NONE}`, 404, 'NAME_UNKNOWN'],
    ['GET', '/v2/nothing', 404, 'UNSUPPORTED'],
    ['GET', '/v2/_other/ext/discover', 404, 'UNSUPPORTED'],
    ['GET', `${R}/_oci/ext/other`, 404, 'UNSUPPORTED'],
    ['POST', '/v2/', 405, 'UNSUPPORTED'],
    ['POST', `${R}/manifests/v1`, 405, 'UNSUPPORTED'],
    ['PUT', `${R}/tags/list`, 405, 'UNSUPPORTED'],
    ['GET', `${R}/blobs/uploads/`, 405, 'UNSUPPORTED'],
    ['PATCH', `${R}/blobs/${NONE}`, 405, 'UNSUPPORTED'],
    ['GET', `${R}/tags/list?n=x`, 400, 'PAGINATION_NUMBER_INVALID'],
  ];

  it.each(cases)('%s %s is %d %s, in the form of the specification', async (method, target, status, code) => {
    const answer = await client.send(method, target, { body: method === 'GET' || method === 'DELETE' ? undefined : '' });
    expect([answer.status, answer.headers['content-type'], answer.headers['docker-distribution-api-version']]).toEqual([status, 'application/json', 'registry/2.0']);
    const { errors, ...others } = JSON.parse(answer.text) as { errors: { code: string; message: string; detail?: unknown }[] };
    expect([errors.length, errors[0]!.code, typeof errors[0]!.message, Object.keys(others)]).toEqual([1, code, 'string', []]);
    if (status === 405) expect(answer.headers.allow).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
    if (method !== 'GET') return;
    const head = await client.head(target);
    expect([head.body.length, head.status >= 400]).toEqual([0, true]);
  });

  it('leaves the connection good for the next request', async () => {
    for (let i = 0; i < 20; i++) {
      expect((await client.putManifest('answers/app', 'bad', 'x'.repeat(50_000))).codes).toEqual(['MANIFEST_INVALID']);
      expect((await client.get('/v2/')).text).toBe('{}');
    }
  });
});

describe('extensions', () => {
  it('are told of the registry and of a repository', async () => {
    for (const target of ['/v2/_oci/ext/discover', `${R}/_oci/ext/discover`]) {
      const answer = await client.get(target);
      expect([answer.status, answer.headers['content-type'], JSON.parse(answer.text)]).toEqual([200, 'application/json', { extensions: [] }]);
    }
  });
});
