import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../harness/oci-artifacts.js';
import type { OciAnswer, OciClient } from '../harness/oci-client.js';
import { OciWorld, allow, policy } from '../harness/oci-world.js';

const LARGE = crypto.randomBytes(100_000);
let world: OciWorld;
let digest: string;
let hidden: string;

beforeAll(async () => {
  const pushes = ['oci:CreateRepository', 'oci:PutBlob'];
  world = await OciWorld.start({}, [policy(allow([...pushes, 'oci:GetBlob'], 'mine/*'), allow('oci:GetBlob', 'readable/*'), allow(pushes, 'blind/*'))]);
  digest = await world.alice.pushBlob('readable/source', LARGE);
  hidden = await world.alice.pushBlob('hidden/source', 'only in the hidden one');
});
afterAll(() => world.remove());

const mount = (who: OciClient, repository: string, query: string) => who.send('POST', `/v2/${repository}/blobs/uploads/?${query}`, { headers: { 'content-length': '0' } });
const has = async (who: OciClient, repository: string, of: string) => (await who.head(`/v2/${repository}/blobs/${of}`)).status === 200;

/** Answered as an upload that begins, so that no reason shows; nothing is linked. */
async function expectUpload(who: OciClient, repository: string, answer: OciAnswer, of: string): Promise<void> {
  const { status, headers, body } = answer;
  expect([status, body.length, headers.range]).toEqual([202, 0, '0-0']);
  expect(headers.location).toMatch(new RegExp(`^/v2/${repository}/blobs/uploads/[0-9a-z]{32}$`));
  expect(headers['docker-content-digest']).toBeUndefined();
  expect(await has(world.alice, repository, of)).toBe(false);
  expect((await who.get(headers.location!)).status).toBe(204);
}

describe('a mount', () => {
  it('links a blob of a repository that the caller may read', async () => {
    const answer = await mount(world.arthur, 'mine/from', `mount=${digest}&from=readable/source`);
    expect([answer.status, answer.headers.location, answer.headers['docker-content-digest']]).toEqual([201, `/v2/mine/from/blobs/${digest}`, digest]);
    expect((await world.arthur.get(`/v2/mine/from/blobs/${digest}`)).body.equals(LARGE)).toBe(true);
    expect((await mount(world.arthur, 'mine/from', `mount=${digest}&from=readable/source`)).status).toBe(201);
    expect((await mount(world.arthur, 'mine/from', `mount=${digest}&from=mine/from`)).status).toBe(201);
  });

  it('finds a source by itself among what the caller may read', async () => {
    const answer = await mount(world.arthur, 'mine/automatic', `mount=${digest}`);
    expect([answer.status, answer.headers['docker-content-digest']]).toEqual([201, digest]);
    expect(await has(world.arthur, 'mine/automatic', digest)).toBe(true);
  });

  it('is told in the log as a pull of its source', async () => {
    await mount(world.arthur, 'mine/audited', `mount=${digest}&from=readable/source`);
    // The log is written several lines at a time.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const line = world.server.log.split('\n').find((one) => one.includes('blob mounted') && one.includes('mine/audited'));
    expect(JSON.parse(line!)).toMatchObject({ principal: expect.stringContaining('arthur'), from: 'readable/source', digest });
  });

  it('outlives the link that it was made from', async () => {
    const own = await world.alice.pushBlob('readable/passing', 'passing');
    await mount(world.alice, 'mine/staying', `mount=${own}&from=readable/passing`);
    expect((await world.alice.delete(`/v2/readable/passing/blobs/${own}`)).status).toBe(202);
    expect((await world.alice.get(`/v2/mine/staying/blobs/${own}`)).text).toBe('passing');
  });

  it.each([
    ['of a repository that may not be read', () => `mount=${hidden}&from=hidden/source`],
    ['of a repository that is not there', () => `mount=${digest}&from=nowhere/source`],
    ['of a blob that its source does not hold', () => `mount=${hidden}&from=readable/source`],
    ['of a blob that is only where nobody may read', () => `mount=${hidden}`],
    ['of a blob that is nowhere', () => `mount=${digestOf('nowhere')}`],
  ])('%s is an upload that begins', async (what, query) => {
    const repository = `mine/${what.replace(/\W+/g, '-')}`;
    await expectUpload(world.arthur, repository, await mount(world.arthur, repository, query()), hidden);
  });

  it('needs the right to push', async () => {
    for (const query of [`mount=${digest}&from=readable/source`, `mount=${digest}`]) {
      const answer = await mount(world.arthur, 'readable/target', query);
      expect([answer.status, answer.codes]).toEqual([403, ['DENIED']]);
      expect((await mount(world.nobody, 'mine/target', query)).status).toBe(401);
    }
    expect((await world.alice.get('/v2/readable/target/tags/list')).status).toBe(404);
  });

  it('and an upload in its stead can be finished', async () => {
    const begun = await mount(world.arthur, 'mine/instead', `mount=${hidden}&from=hidden/source`);
    const closed = await world.arthur.send('PUT', `${begun.headers.location!}?digest=${hidden}`, { body: 'only in the hidden one' });
    expect([closed.status, await has(world.arthur, 'mine/instead', hidden)]).toEqual([201, true]);
  });

  it.each(['mount=sha256:abc', 'mount=md5:d41d8cd98f00b204e9800998ecf8427e', `mount=${digestOf('a')}&from=Not/A/Name`, `mount=${digestOf('a')}&from=../x`, `mount=${digestOf('a')}&mount=${digestOf('b')}`])('%s is refused', async (query) => {
    const answer = await mount(world.arthur, 'mine/refused', query);
    expect([answer.status, answer.codes.length]).toEqual([400, 1]);
  });
});
