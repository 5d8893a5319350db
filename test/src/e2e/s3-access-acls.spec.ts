import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, AccountWorld, BOB, CAROL, type Party, must, openBucket, policyOf } from '../harness/account-world.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';

const G = 'http://acs.amazonaws.com/groups';
const W = '/acl-writer';
let world: AccountWorld;
let alice: SignedClient;
let bob: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start();
  ({ alice, bob } = world);
  await openBucket(alice, W);
  await must(alice.put(`${W}/key`, 'of alice'));
});
afterAll(() => world.remove());

const codesOf = async (...answers: Promise<RawResponse>[]) => (await Promise.all(answers)).map(({ status, code }) => code ?? status);
const letBobWrite = (bucket: string) =>
  must(alice.put(`${bucket}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: BOB.account }, Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket.slice(1)}/*` })));

/** Owner, and each grantee with what he is granted. */
async function aclOf(target: string, client = alice) {
  const { text } = await must(client.get(`${target}?acl`));
  const grants = textsOf(text, 'Grant').map((grant) => `${textOf(grant, 'URI')?.replace(`${G}/`, '') ?? textOf(grant, 'ID')?.slice(0, 1)} ${textOf(grant, 'Permission')}`);
  return [textOf(text, 'ID')!.slice(0, 1), ...grants.sort()];
}

const grantee = ({ canonicalId }: Party) => `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${canonicalId}</ID></Grantee>`;
const group = (name: string) => `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>${G}/${name}</URI></Grantee>`;
const document = (owner: Party, ...grants: readonly (readonly [grantee: string, permission: string])[]) =>
  `<AccessControlPolicy><Owner><ID>${owner.canonicalId}</ID></Owner><AccessControlList>${grants
    .map(([who, permission]) => `<Grant>${who}<Permission>${permission}</Permission></Grant>`)
    .join('')}</AccessControlList></AccessControlPolicy>`;

describe('where ownership is enforced, which is the default', () => {
  const E = '/acl-enforced';

  it('ACLs are off: shown as the owner’s alone, and not to be set', async () => {
    await must(alice.put(E));
    await must(alice.put(`${E}/key`, 'x'));
    expect(textOf((await alice.get(`${E}?ownershipControls`)).text, 'ObjectOwnership')).toBe('BucketOwnerEnforced');
    for (const target of [E, `${E}/key`]) {
      expect(await aclOf(target)).toEqual(['1', '1 FULL_CONTROL']);
      expect(await codesOf(alice.put(`${target}?acl`, undefined, { 'x-amz-acl': 'public-read' }), alice.put(`${target}?acl`, document(ALICE, [grantee(BOB), 'READ'])))).toEqual(Array(2).fill('AccessControlListNotSupported'));
    }
    expect(await codesOf(alice.put(`${E}?acl`, undefined, { 'x-amz-acl': 'private' }))).toEqual(['AccessControlListNotSupported']);
    expect(await codesOf(alice.put(`${E}/new`, 'x', { 'x-amz-acl': 'public-read' }), alice.put(`${E}/new`, 'x', { 'x-amz-grant-read': `id="${BOB.canonicalId}"` }))).toEqual(Array(2).fill('AccessControlListNotSupported'));
    expect((await alice.head(`${E}/new`)).status).toBe(404);
    expect(await codesOf(alice.put(`${E}/new`, 'x', { 'x-amz-acl': 'bucket-owner-full-control' }))).toEqual([200]);
  });

  it('an object may be given what it has anyway, by its owner’s account', async () => {
    const own = document(ALICE, [grantee(ALICE), 'FULL_CONTROL']);
    expect(await codesOf(alice.put(`${E}/new`, 'x', { 'x-amz-acl': 'private' }), alice.put(`${E}/key?acl`, undefined, { 'x-amz-acl': 'private' }), alice.put(`${E}/key?acl`, own))).toEqual([200, 200, 200]);
    expect(await codesOf(alice.put(`${E}/key?acl`, document(ALICE)), alice.put(`${E}/key?acl`, document(ALICE, [grantee(ALICE), 'READ'])), alice.put(`${E}/none?acl`, own))).toEqual(['AccessControlListNotSupported', 'AccessControlListNotSupported', 'NoSuchKey']);
    await letBobWrite(E);
    expect(await codesOf(bob.put(`${E}/of-bob`, 'x', { 'x-amz-acl': 'private' }))).toEqual(['AccessControlListNotSupported']);
    expect((await alice.head(`${E}/of-bob`)).status).toBe(404);
    expect(await aclOf(`${E}/key`)).toEqual(['1', '1 FULL_CONTROL']);
  });

  it('the bucket’s owner owns what others write', async () => {
    await letBobWrite(E);
    await must(bob.put(`${E}/by-bob`, 'by bob'));
    expect(await aclOf(`${E}/by-bob`)).toEqual(['1', '1 FULL_CONTROL']);
    expect([(await alice.get(`${E}/by-bob`)).text, ...(await codesOf(bob.get(`${E}/by-bob`)))]).toEqual(['by bob', 'AccessDenied']);
  });

  it('CreateBucket refuses ACLs that contradict it', async () => {
    const made = await alice.put('/acl-contradiction', undefined, { 'x-amz-acl': 'public-read' });
    expect([made.status, made.code]).toEqual([400, 'InvalidBucketAclWithObjectOwnership']);
    const blocked = await alice.put('/acl-contradiction', undefined, { 'x-amz-acl': 'public-read', 'x-amz-object-ownership': 'ObjectWriter' });
    expect([blocked.status, blocked.code]).toEqual([400, 'InvalidBucketAclWithBlockPublicAccessError']);
    expect((await alice.put('/acl-contradiction', undefined, { 'x-amz-object-ownership': 'Nobody' })).code).toBe('InvalidArgument');
    expect((await alice.head('/acl-contradiction')).status).toBe(404);
  });
});

describe('where the writer owns', () => {
  it('what he writes is his, and the bucket’s owner can delete it only', async () => {
    await letBobWrite(W);
    await must(bob.put(`${W}/by-bob`, 'by bob'));
    expect(await codesOf(alice.get(`${W}/by-bob`), alice.get(`${W}/by-bob?acl`), alice.put(`${W}/by-bob?acl`, undefined, { 'x-amz-acl': 'public-read' }))).toEqual(Array(3).fill('AccessDenied'));
    expect((await bob.get(`${W}/by-bob`)).text).toBe('by bob');
    expect(await aclOf(`${W}/by-bob`, bob)).toEqual(['2', '2 FULL_CONTROL']);
    expect(textOf((await alice.get(`${W}?list-type=2&fetch-owner=true&prefix=by-bob`)).text, 'ID')).toBe(BOB.canonicalId);
    await must(bob.put(`${W}/handed`, 'handed over', { 'x-amz-acl': 'bucket-owner-full-control' }));
    expect(await aclOf(`${W}/handed`, bob)).toEqual(['2', '1 FULL_CONTROL', '2 FULL_CONTROL']);
    expect((await alice.get(`${W}/handed`)).text).toBe('handed over');
    expect((await alice.delete(`${W}/by-bob`)).status).toBe(204);
    expect(await codesOf(bob.get(`${W}/by-bob`))).toEqual(['AccessDenied']);
  });

  it('a policy opens only the objects that are the bucket owner’s', async () => {
    await must(alice.put(`${W}?policy`, policyOf({ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${W.slice(1)}/*` })));
    await must(bob.put(`${W}/his-own`, 'of bob'));
    expect(await codesOf(world.carol.get(`${W}/key`), world.carol.get(`${W}/his-own`), bob.get(`${W}/his-own`))).toEqual([200, 'AccessDenied', 200]);
  });
});

describe('where the bucket’s owner is preferred', () => {
  it('he owns what is handed to him, and else the writer does', async () => {
    const F = '/acl-preferred';
    await openBucket(alice, F, 'BucketOwnerPreferred');
    await letBobWrite(F);
    await must(bob.put(`${F}/handed`, 'handed', { 'x-amz-acl': 'bucket-owner-full-control' }));
    await must(bob.put(`${F}/kept`, 'kept'));
    expect(await aclOf(`${F}/handed`)).toEqual(['1', '1 FULL_CONTROL']);
    expect(await aclOf(`${F}/kept`, bob)).toEqual(['2', '2 FULL_CONTROL']);
    expect(await codesOf(alice.get(`${F}/handed`), alice.get(`${F}/kept`), bob.get(`${F}/handed`))).toEqual([200, 'AccessDenied', 'AccessDenied']);
  });
});

describe('canned ACLs', () => {
  it.each([
    ['private', ['1', '1 FULL_CONTROL'], 'AccessDenied', 'AccessDenied'],
    ['public-read', ['1', '1 FULL_CONTROL', 'global/AllUsers READ'], 200, 200],
    ['public-read-write', ['1', '1 FULL_CONTROL', 'global/AllUsers READ', 'global/AllUsers WRITE'], 200, 200],
    ['authenticated-read', ['1', '1 FULL_CONTROL', 'global/AuthenticatedUsers READ'], 200, 'AccessDenied'],
  ] as const)('%s of an object', async (acl, shown, forBob, forNobody) => {
    await must(alice.put(`${W}/canned`, 'x', { 'x-amz-acl': acl }));
    await must(alice.delete(`${W}?policy`));
    expect(await aclOf(`${W}/canned`)).toEqual(shown);
    expect(await codesOf(bob.get(`${W}/canned`), world.nobody.get(`${W}/canned`))).toEqual([forBob, forNobody]);
    expect(await codesOf(bob.put(`${W}/canned`, 'y'), bob.delete(`${W}/canned`), bob.get(`${W}/canned?acl`))).toEqual(Array(3).fill('AccessDenied'));
    expect((await alice.get(`${W}/canned`)).text).toBe('x');
  });

  it('of a bucket let others list and write, and delete nothing of its owner', async () => {
    expect(await codesOf(bob.get(`${W}?list-type=2`), bob.put(`${W}/by-acl`, 'x'))).toEqual(['AccessDenied', 'AccessDenied']);
    await must(alice.put(`${W}?acl`, undefined, { 'x-amz-acl': 'public-read-write' }));
    expect(await codesOf(bob.get(`${W}?list-type=2`), bob.get(`${W}?versions`), bob.get(`${W}?uploads`), bob.put(`${W}/by-acl`, 'x'))).toEqual([200, 200, 200, 200]);
    expect(await codesOf(bob.delete(`${W}/key`), bob.get(`${W}/key`), bob.get(`${W}?acl`), bob.get(`${W}?policy`), bob.delete(W))).toEqual(Array(5).fill('AccessDenied'));
    expect((await bob.delete(`${W}/by-acl`)).status).toBe(204);
    expect((await alice.get(`${W}/key`)).text).toBe('of alice');
    await must(alice.put(`${W}?acl`, undefined, { 'x-amz-acl': 'private' }));
    expect(await codesOf(bob.get(`${W}?list-type=2`))).toEqual(['AccessDenied']);
  });

  it('that are none are refused', async () => {
    for (const headers of [{ 'x-amz-acl': 'public' }, { 'x-amz-acl': 'Public-Read' }] as const) expect((await alice.put(`${W}/no`, 'x', headers)).code).toBe('InvalidArgument');
    const both = await alice.put(`${W}/no`, 'x', { 'x-amz-acl': 'private', 'x-amz-grant-read': `id="${BOB.canonicalId}"` });
    expect([both.status, both.code]).toEqual([400, 'InvalidRequest']);
    expect((await alice.head(`${W}/no`)).status).toBe(404);
  });
});

describe('grants', () => {
  const permitted = async () =>
    (await codesOf(bob.get(`${W}/granted`), bob.get(`${W}/granted?acl`), bob.put(`${W}/granted?acl`, document(ALICE, [grantee(ALICE), 'FULL_CONTROL'], [grantee(BOB), 'WRITE_ACP'])))).map((code) => code === 200);

  it.each([
    ['READ', 'x-amz-grant-read', [true, false, false]],
    ['READ_ACP', 'x-amz-grant-read-acp', [false, true, false]],
    ['WRITE_ACP', 'x-amz-grant-write-acp', [false, false, true]],
    ['FULL_CONTROL', 'x-amz-grant-full-control', [true, true, true]],
  ])('of %s by header and by document', async (permission, header, expected) => {
    await must(alice.put(`${W}/granted`, 'x', { [header]: `id="${BOB.canonicalId}"` }));
    expect(await permitted()).toEqual(expected);
    await must(alice.put(`${W}/granted?acl`, document(ALICE, [grantee(ALICE), 'FULL_CONTROL'], [grantee(BOB), permission])));
    expect(await permitted()).toEqual(expected);
    expect((await world.carol.get(`${W}/granted`)).code).toBe('AccessDenied');
  });

  it('are shown as they were given', async () => {
    await must(alice.put(`${W}/granted`, 'x', { 'x-amz-grant-read': `id="${BOB.canonicalId}", uri="${G}/global/AuthenticatedUsers"`, 'x-amz-grant-full-control': `id=${CAROL.canonicalId}` }));
    expect(await aclOf(`${W}/granted`)).toEqual(['1', '2 READ', '3 FULL_CONTROL', 'global/AuthenticatedUsers READ']);
    await must(alice.put(`${W}/granted?acl`, document(ALICE, [group('global/AllUsers'), 'READ'])));
    expect(await aclOf(`${W}/granted`)).toEqual(['1', 'global/AllUsers READ']);
    // The owner keeps the right to give himself rights (S3 User Guide, "Access control list overview").
    expect(await codesOf(alice.get(`${W}/granted?acl`), alice.put(`${W}/granted?acl`, undefined, { 'x-amz-acl': 'private' }))).toEqual([200, 200]);
  });

  it.each([
    ['another owner', document(BOB, [grantee(BOB), 'FULL_CONTROL']), 'AccessDenied'],
    ['an unknown grantee', document(ALICE, [grantee({ ...BOB, canonicalId: 'f'.repeat(64) }), 'READ']), 'InvalidArgument'],
    ['an unknown group', document(ALICE, [group('global/Everybody'), 'READ']), 'InvalidArgument'],
    ['a permission that is none', document(ALICE, [grantee(BOB), 'OWN']), 'MalformedACLError'],
    ['no owner', '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>', 'MalformedACLError'],
    ['101 grants', document(ALICE, ...Array.from({ length: 101 }, () => [grantee(BOB), 'READ'] as const)), 'MalformedACLError'],
  ])('in a document with %s are refused, and nothing changes', async (_, body, code) => {
    await must(alice.put(`${W}/kept`, 'x', { 'x-amz-acl': 'public-read' }));
    for (const target of [`${W}/kept`, W]) {
      const before = await aclOf(target);
      expect([target, (await alice.put(`${target}?acl`, body)).code]).toEqual([target, code]);
      expect(await aclOf(target)).toEqual(before);
    }
  });
});

describe('ownership controls', () => {
  it('change, go away, and are not enforced while the bucket’s ACL gives to others', async () => {
    const C = '/acl-controls';
    await openBucket(alice, C);
    const rule = (ownership: string) => alice.put(`${C}?ownershipControls`, `<OwnershipControls><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`);
    expect(await codesOf(rule('BucketOwnerPreferred'))).toEqual([200]);
    expect(textOf((await alice.get(`${C}?ownershipControls`)).text, 'ObjectOwnership')).toBe('BucketOwnerPreferred');
    await must(alice.put(`${C}?acl`, undefined, { 'x-amz-acl': 'public-read' }));
    const refused = await rule('BucketOwnerEnforced');
    expect([refused.status, refused.code]).toEqual([400, 'InvalidBucketAclWithObjectOwnership']);
    await must(alice.put(`${C}/key`, 'x', { 'x-amz-acl': 'public-read' }));
    await must(alice.put(`${C}?acl`, undefined, { 'x-amz-acl': 'private' }));
    expect(await codesOf(world.nobody.get(`${C}/key`))).toEqual([200]);
    expect(await codesOf(rule('BucketOwnerEnforced'), rule('Whoever'))).toEqual([200, 'MalformedXML']);
    expect(await codesOf(world.nobody.get(`${C}/key`))).toEqual(['AccessDenied']);
    await must(rule('ObjectWriter'));
    // The ACLs of before are in force again.
    expect(await codesOf(world.nobody.get(`${C}/key`))).toEqual([200]);
    expect((await alice.delete(`${C}?ownershipControls`)).status).toBe(204);
    expect((await alice.get(`${C}?ownershipControls`)).code).toBe('OwnershipControlsNotFoundError');
  });
});
