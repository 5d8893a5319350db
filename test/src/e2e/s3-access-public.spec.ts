import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, AccountWorld, BOB, must, openBucket, policyOf } from '../harness/account-world.js';
import { textOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';

const P = '/public-bucket';
const ARN = `arn:aws:s3:::${P.slice(1)}`;
const PUBLIC = policyOf({ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject', 's3:ListBucket'], Resource: [ARN, `${ARN}/*`] });
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start();
  ({ alice } = world);
  await openBucket(alice, P);
  await must(alice.put(`${P}/key`, 'public or not'));
});
afterAll(() => world.remove());

const codesOf = async (...answers: Promise<RawResponse>[]) => (await Promise.all(answers)).map(({ status, code }) => code ?? status);
const block = (names: readonly string[]) =>
  must(alice.put(`${P}?publicAccessBlock`, `<PublicAccessBlockConfiguration>${names.map((name) => `<${name}>true</${name}>`).join('')}</PublicAccessBlockConfiguration>`));
const isPublic = async () => textOf((await must(alice.get(`${P}?policyStatus`))).text, 'IsPublic');

async function reset(): Promise<void> {
  await must(alice.delete(`${P}?publicAccessBlock`));
  await must(alice.delete(`${P}?policy`));
  await must(alice.put(`${P}?acl`, undefined, { 'x-amz-acl': 'private' }));
  await must(alice.put(`${P}/key?acl`, undefined, { 'x-amz-acl': 'private' }));
}

describe('public access', () => {
  it('is blocked on new buckets, and the block can be seen and taken away', async () => {
    await must(alice.put('/public-blocked'));
    const { text } = await must(alice.get('/public-blocked?publicAccessBlock'));
    for (const name of ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']) expect(textOf(text, name)).toBe('true');
    const policy = PUBLIC.replaceAll(P.slice(1), 'public-blocked');
    expect(await codesOf(alice.put('/public-blocked?policy', policy))).toEqual(['AccessDenied']);
    expect((await alice.get('/public-blocked?policy')).code).toBe('NoSuchBucketPolicy');
    expect((await alice.delete('/public-blocked?publicAccessBlock')).status).toBe(204);
    expect((await alice.get('/public-blocked?publicAccessBlock')).code).toBe('NoSuchPublicAccessBlockConfiguration');
    expect(await codesOf(alice.put('/public-blocked?policy', policy))).toEqual([204]);
  });

  it('by policy opens to nobody and to everybody', async () => {
    await reset();
    expect([await isPublic(), await codesOf(world.nobody.get(`${P}/key`))]).toEqual(['false', ['AccessDenied']]);
    await must(alice.put(`${P}?policy`, PUBLIC));
    expect(await isPublic()).toBe('true');
    expect((await world.nobody.get(`${P}/key`)).text).toBe('public or not');
    expect(await codesOf(world.bob.get(`${P}/key`), world.nobody.get(`${P}?list-type=2`), world.nobody.put(`${P}/new`, 'x'), world.nobody.delete(`${P}/key`))).toEqual([200, 200, 'AccessDenied', 'AccessDenied']);
    const overridden = await world.nobody.get(`${P}/key?response-content-type=text%2Fhtml`);
    expect([overridden.status, overridden.code]).toEqual([400, 'InvalidRequest']);
    expect((await alice.get(`${P}/key?response-content-type=text%2Fhtml`)).headers['content-type']).toBe('text/html');
  });

  it('RestrictPublicBuckets keeps a public policy within the account', async () => {
    await reset();
    await must(alice.put(`${P}?policy`, PUBLIC));
    await block(['RestrictPublicBuckets']);
    expect(await codesOf(world.nobody.get(`${P}/key`), world.bob.get(`${P}/key`), world.arthur.get(`${P}/key`), alice.get(`${P}/key`))).toEqual(['AccessDenied', 'AccessDenied', 200, 200]);
    expect(await isPublic()).toBe('true');
    await must(alice.put(`${P}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: BOB.account }, Action: 's3:GetObject', Resource: `${ARN}/*` })));
    expect(await codesOf(world.bob.get(`${P}/key`))).toEqual([200]);
    expect(await isPublic()).toBe('false');
  });

  it('BlockPublicPolicy refuses public policies and leaves the others', async () => {
    await reset();
    await block(['BlockPublicPolicy']);
    expect(await codesOf(alice.put(`${P}?policy`, PUBLIC))).toEqual(['AccessDenied']);
    expect((await alice.get(`${P}?policy`)).code).toBe('NoSuchBucketPolicy');
    expect(await codesOf(alice.put(`${P}?policy`, policyOf({ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: `${ARN}/*` })))).toEqual([204]);
  });

  it('BlockPublicAcls refuses public ACLs, and what is there stays', async () => {
    await reset();
    await must(alice.put(`${P}/key?acl`, undefined, { 'x-amz-acl': 'public-read' }));
    await block(['BlockPublicAcls']);
    for (const acl of ['public-read', 'public-read-write', 'authenticated-read']) {
      const tries = [alice.put(`${P}?acl`, undefined, { 'x-amz-acl': acl }), alice.put(`${P}/key?acl`, undefined, { 'x-amz-acl': acl }), alice.put(`${P}/new`, 'x', { 'x-amz-acl': acl })];
      expect(await codesOf(...tries)).toEqual(Array(3).fill('AccessDenied'));
    }
    expect((await alice.head(`${P}/new`)).status).toBe(404);
    expect((await world.nobody.get(`${P}/key`)).text).toBe('public or not');
    expect(await codesOf(alice.put(`${P}/new`, 'x', { 'x-amz-acl': 'private' }))).toEqual([200]);
  });

  it('IgnorePublicAcls makes them count for nothing, and shows them still', async () => {
    await reset();
    await must(alice.put(`${P}/key?acl`, undefined, { 'x-amz-acl': 'public-read' }));
    expect(await codesOf(world.nobody.get(`${P}/key`), world.bob.get(`${P}/key`))).toEqual([200, 200]);
    await block(['IgnorePublicAcls']);
    expect(await codesOf(world.nobody.get(`${P}/key`), world.bob.get(`${P}/key`))).toEqual(['AccessDenied', 'AccessDenied']);
    expect((await alice.get(`${P}/key?acl`)).text).toContain('AllUsers');
    await must(alice.delete(`${P}?publicAccessBlock`));
    expect(await codesOf(world.nobody.get(`${P}/key`))).toEqual([200]);
  });

  it('lets nobody write where the ACL says so, and owns what he wrote', async () => {
    await reset();
    await must(alice.put(`${P}?acl`, undefined, { 'x-amz-acl': 'public-read-write' }));
    expect(await codesOf(world.nobody.put(`${P}/by-nobody`, 'x'), world.nobody.get(`${P}?list-type=2`))).toEqual([200, 200]);
    const started = await world.nobody.post(`${P}/upload?uploads`);
    expect([started.status, started.code]).toEqual([403, 'AccessDenied']);
    expect(await codesOf(world.nobody.delete(P), world.nobody.put(`${P}?acl`, undefined, { 'x-amz-acl': 'private' }))).toEqual(['AccessDenied', 'AccessDenied']);
    expect(textOf((await alice.get(`${P}?acl`)).text, 'ID')).toBe(ALICE.canonicalId);
  });
});
