import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, ARTHUR, AccountWorld, BOB, CAROL, must, policyOf } from '../harness/account-world.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';

const A = '/access-alice';
const B = '/access-bob';
const ARN = `arn:aws:s3:::${A.slice(1)}`;
const arthurArn = `arn:aws:iam::${ARTHUR.account}:user/${ARTHUR.id}`;
let world: AccountWorld;
let alice: SignedClient;
let bob: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start();
  ({ alice, bob } = world);
  await must(alice.put(A));
  await must(bob.put(B));
  await must(alice.put(`${A}/key`, 'of alice'));
  await must(alice.put(`${A}/docs/one`, 'one'));
});
afterAll(() => world.remove());

const setPolicy = (...statements: Record<string, unknown>[]) => must(alice.put(`${A}?policy`, policyOf(...statements)));
const allow = (Principal: unknown, Action: string | string[], Resource: string | string[] = `${ARN}/*`, more = {}) => ({ Effect: 'Allow', Principal, Action, Resource, ...more });
const deny = (Principal: unknown, Action: string | string[], Resource: string | string[] = `${ARN}/*`, more = {}) => ({ Effect: 'Deny', Principal, Action, Resource, ...more });
const codesOf = async (...answers: Promise<RawResponse>[]) => (await Promise.all(answers)).map(({ status, code }) => code ?? status);

describe('by default', () => {
  it('each account has its own buckets and its own id, and sees nobody else’s', async () => {
    for (const [client, party, bucket] of [[alice, ALICE, A], [bob, BOB, B], [world.carol, CAROL, undefined]] as const) {
      const { text } = await client.get('/');
      expect([textOf(text, 'ID'), textOf(text, 'DisplayName'), textsOf(text, 'Name')]).toEqual([party.canonicalId, party.displayName, bucket ? [bucket.slice(1)] : []]);
    }
    expect((await alice.put(A)).status).toBe(200);
    const taken = await bob.put(A);
    expect([taken.status, taken.code, textOf(taken.text, 'BucketName')]).toEqual([409, 'BucketAlreadyExists', A.slice(1)]);
  });

  it('nothing is shared: neither with other accounts, nor with users, nor with nobody', async () => {
    for (const who of [bob, world.carol, world.arthur, world.nobody]) {
      const tries = [
        who.get(`${A}/key`), who.get(`${A}/not-there`), who.get(`${A}?list-type=2`), who.get(`${A}?versions`), who.get(`${A}?uploads`), who.get(`${A}?acl`),
        who.get(`${A}?location`), who.get(`${A}?tagging`), who.get(`${A}?versioning`), who.get(`${A}?policyStatus`), who.get(`${A}/key?acl`), who.get(`${A}/key?tagging`),
        who.get(`${A}/key?attributes`, { 'x-amz-object-attributes': 'ETag' }), who.put(`${A}/key`, 'mine'), who.delete(`${A}/key`), who.delete(`${A}/key?versionId=null`),
        who.put(`${A}/new`, undefined, { 'x-amz-copy-source': `${A}/key` }), who.put(`${A}/new?renameObject`, undefined, { 'x-amz-rename-source': 'key' }),
        who.put(`${A}/key`, '+', { 'x-amz-write-offset-bytes': '8' }), who.post(`${A}/key?uploads`), who.put(`${A}?policy`, policyOf(allow('*', 's3:*'))), who.delete(A),
        who.put(`${A}?tagging`, '<Tagging><TagSet/></Tagging>'), who.put(`${A}?versioning`, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'),
      ];
      expect(await codesOf(...tries)).toEqual(tries.map(() => 'AccessDenied'));
      expect([(await who.head(`${A}/key`)).status, (await who.head(A)).status]).toEqual([403, 403]);
      const many = await who.deleteMany(A, '<Object><Key>key</Key></Object>');
      expect([many.status === 200 ? textOf(many.text, 'Code') : many.code]).toEqual(['AccessDenied']);
    }
    expect((await alice.get(`${A}/key`)).text).toBe('of alice');
    expect(textsOf((await alice.get(`${A}?list-type=2`)).text, 'Key')).toEqual(['docs/one', 'key']);
  });

  it('nobody makes and lists no buckets', async () => {
    expect(await codesOf(world.nobody.get('/'), world.nobody.put('/access-nobody'))).toEqual(['AccessDenied', 'AccessDenied']);
    expect((await bob.head('/access-nobody')).status).toBe(404);
  });

  it('what does not exist is told to anybody who asks for a bucket', async () => {
    expect(await codesOf(bob.get('/access-none'), bob.get('/access-none/key'), world.nobody.get('/access-none/key'))).toEqual(['NoSuchBucket', 'NoSuchBucket', 'NoSuchBucket']);
  });
});

describe('a bucket policy', () => {
  it('is kept as it was sent, and goes with DELETE', async () => {
    const text = `{ "Version": "2012-10-17",\n  "Statement": [${JSON.stringify(allow({ AWS: BOB.account }, 's3:GetObject'))}] }`;
    expect((await alice.put(`${A}?policy`, text)).status).toBe(204);
    const read = await alice.get(`${A}?policy`);
    expect([read.text, read.headers['content-type']]).toEqual([text, 'application/json']);
    expect((await alice.delete(`${A}?policy`)).status).toBe(204);
    const gone = await alice.get(`${A}?policy`);
    expect([gone.status, gone.code]).toEqual([404, 'NoSuchBucketPolicy']);
    expect((await alice.delete(`${A}?policy`)).status).toBe(204);
  });

  it('opens to another account what it names, and no more', async () => {
    await setPolicy(allow({ AWS: BOB.account }, 's3:GetObject'));
    expect((await bob.get(`${A}/key`)).text).toBe('of alice');
    expect((await bob.head(`${A}/key`)).status).toBe(200);
    expect(await codesOf(bob.put(`${A}/key`, 'x'), bob.delete(`${A}/key`), bob.get(`${A}?list-type=2`), bob.get(`${A}/key?versionId=null`), bob.get(`${A}/key?acl`))).toEqual(Array(5).fill('AccessDenied'));
    expect(await codesOf(world.carol.get(`${A}/key`), world.nobody.get(`${A}/key`), world.arthur.get(`${A}/key`))).toEqual(Array(3).fill('AccessDenied'));
    for (const principal of [{ AWS: `arn:aws:iam::${BOB.account}:root` }, { CanonicalUser: BOB.canonicalId }]) {
      await setPolicy(allow(principal, 's3:GetObject', `${ARN}/docs/*`));
      expect(await codesOf(bob.get(`${A}/docs/one`), bob.get(`${A}/key`))).toEqual([200, 'AccessDenied']);
    }
  });

  it('opens to a user of its own account what it names him for', async () => {
    await setPolicy(allow({ AWS: arthurArn }, ['s3:GetObject', 's3:PutObject']));
    expect(await codesOf(world.arthur.get(`${A}/key`), world.arthur.put(`${A}/by-arthur`, 'x'), world.arthur.delete(`${A}/by-arthur`))).toEqual([200, 200, 'AccessDenied']);
    expect(textOf((await alice.get(`${A}/by-arthur?acl`)).text, 'ID')).toBe(ALICE.canonicalId);
  });

  it('denies also what it allows elsewhere, and also to its owner', async () => {
    await setPolicy(allow({ AWS: BOB.account }, 's3:*', [ARN, `${ARN}/*`]), deny('*', 's3:DeleteObject'), deny({ AWS: BOB.account }, 's3:GetObject', `${ARN}/docs/*`));
    expect(await codesOf(bob.get(`${A}/key`), bob.get(`${A}/docs/one`), bob.delete(`${A}/key`), alice.delete(`${A}/key`), alice.get(`${A}/docs/one`))).toEqual([200, 'AccessDenied', 'AccessDenied', 'AccessDenied', 200]);
    expect((await alice.get(`${A}/key`)).text).toBe('of alice');
  });

  it('is seen and changed from its owner’s account only, whatever it allows', async () => {
    await setPolicy(allow({ AWS: BOB.account }, 's3:*', [ARN, `${ARN}/*`]));
    const text = (await alice.get(`${A}?policy`)).text;
    expect(await codesOf(bob.get(`${A}?policy`), bob.put(`${A}?policy`, text), bob.delete(`${A}?policy`))).toEqual(Array(3).fill('MethodNotAllowed'));
    expect((await alice.get(`${A}?policy`)).text).toBe(text);
  });

  it('tells 404 for an absent key only to who may list', async () => {
    await setPolicy(allow({ AWS: BOB.account }, 's3:GetObject'));
    expect(await codesOf(bob.get(`${A}/absent`), bob.head(`${A}/absent`))).toEqual(['AccessDenied', 403]);
    await setPolicy(allow({ AWS: BOB.account }, 's3:GetObject'), allow({ AWS: BOB.account }, 's3:ListBucket', ARN));
    expect(await codesOf(bob.get(`${A}/absent`), bob.head(`${A}/absent`))).toEqual(['NoSuchKey', 404]);
    await setPolicy(allow({ AWS: BOB.account }, ['s3:GetObject', 's3:ListBucket'], [ARN, `${ARN}/*`], { Condition: { StringLike: { 's3:prefix': 'docs/*' } } }));
    expect(await codesOf(bob.get(`${A}?list-type=2&prefix=docs%2F`), bob.get(`${A}?list-type=2`), bob.get(`${A}?list-type=2&prefix=do`))).toEqual([200, 'AccessDenied', 'AccessDenied']);
  });

  it('cannot lock its owner out of mending it', async () => {
    const everything = deny('*', 's3:*', [ARN, `${ARN}/*`]);
    expect((await alice.put(`${A}?policy`, policyOf(everything))).status).toBe(204);
    expect(await codesOf(alice.get(`${A}/key`), alice.put(`${A}/key`, 'x'), alice.get(`${A}?list-type=2`), alice.put(`${A}?versioning`, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'))).toEqual(Array(4).fill('AccessDenied'));
    expect(JSON.parse((await alice.get(`${A}?policy`)).text)).toMatchObject({ Statement: [everything] });
    expect(await codesOf(world.arthur.delete(`${A}?policy`), bob.delete(`${A}?policy`))).toEqual(['AccessDenied', 'AccessDenied']);
    expect((await alice.put(`${A}?policy`, policyOf(deny('*', 's3:GetObject')))).status).toBe(204);
    expect((await alice.put(`${A}?policy`, policyOf(everything))).status).toBe(204);
    expect((await alice.delete(`${A}?policy`)).status).toBe(204);
    expect((await alice.get(`${A}/key`)).text).toBe('of alice');
  });

  it.each([
    ['no JSON', 'nothing', 'MalformedPolicy'],
    ['another bucket', policyOf(allow('*', 's3:GetObject', 'arn:aws:s3:::access-bob/*')), 'MalformedPolicy'],
    ['an unknown account', policyOf(allow({ AWS: '999988887777' }, 's3:GetObject')), 'MalformedPolicy'],
    ['no principal', policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/*` }), 'MalformedPolicy'],
    ['an unknown action', policyOf(allow({ AWS: BOB.account }, 's3:Everything')), 'MalformedPolicy'],
    ['an action that fits no resource', policyOf(allow({ AWS: BOB.account }, 's3:PutObject', ARN)), 'MalformedPolicy'],
    ['nothing', '', 'MissingRequestBodyError'],
  ])('with %s is refused, and the old one stays', async (_, text, code) => {
    await setPolicy(allow({ AWS: BOB.account }, 's3:GetObject'));
    const before = (await alice.get(`${A}?policy`)).text;
    const answer = await alice.put(`${A}?policy`, text);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await alice.get(`${A}?policy`)).text).toBe(before);
  });
});

describe('copying between accounts', () => {
  const copyToBob = () => bob.put(`${B}/copied`, undefined, { 'x-amz-copy-source': `${A}/key` });
  const copyToAlice = () => bob.put(`${A}/from-bob`, undefined, { 'x-amz-copy-source': `${B}/source` });

  it('needs what the source allows, by CopyObject and by UploadPartCopy', async () => {
    await alice.delete(`${A}?policy`);
    const uploadId = textOf((await must(bob.post(`${B}/parts?uploads`))).text, 'UploadId');
    const copyPart = () => bob.put(`${B}/parts?partNumber=1&uploadId=${uploadId}`, undefined, { 'x-amz-copy-source': `${A}/key` });
    expect(await codesOf(copyToBob(), copyPart())).toEqual(['AccessDenied', 'AccessDenied']);
    expect(await codesOf(bob.head(`${B}/copied`))).toEqual([404]);
    expect(textsOf((await bob.get(`${B}/parts?uploadId=${uploadId}`)).text, 'Part')).toEqual([]);
    await setPolicy(allow({ AWS: BOB.account }, 's3:GetObject'));
    expect(await codesOf(copyToBob(), copyPart())).toEqual([200, 200]);
    expect((await bob.get(`${B}/copied`)).text).toBe('of alice');
    expect(textOf((await bob.get(`${B}/copied?acl`)).text, 'ID')).toBe(BOB.canonicalId);
  });

  it('needs what the target allows', async () => {
    await must(bob.put(`${B}/source`, 'of bob'));
    expect(await codesOf(copyToAlice())).toEqual(['AccessDenied']);
    expect((await alice.head(`${A}/from-bob`)).status).toBe(404);
    await setPolicy(allow({ AWS: BOB.account }, 's3:PutObject'));
    expect(await codesOf(copyToAlice())).toEqual([200]);
    expect((await alice.get(`${A}/from-bob`)).text).toBe('of bob');
    // Who may write what he may not read back owns nothing there.
    expect(await codesOf(bob.get(`${A}/from-bob`))).toEqual(['AccessDenied']);
  });

  it('needs both at once of a third account', async () => {
    const copy = () => world.carol.put(`${A}/by-carol`, undefined, { 'x-amz-copy-source': `${B}/source` });
    const toCarol = { AWS: CAROL.account };
    const bobAllows = policyOf({ Effect: 'Allow', Principal: toCarol, Action: 's3:GetObject', Resource: `arn:aws:s3:::${B.slice(1)}/*` });
    await setPolicy(allow(toCarol, 's3:PutObject'));
    expect(await codesOf(copy())).toEqual(['AccessDenied']);
    await must(bob.put(`${B}?policy`, bobAllows));
    await must(alice.delete(`${A}?policy`));
    expect(await codesOf(copy())).toEqual(['AccessDenied']);
    expect((await alice.head(`${A}/by-carol`)).status).toBe(404);
    await setPolicy(allow(toCarol, 's3:PutObject'));
    expect(await codesOf(copy())).toEqual([200]);
  });

  it('takes tags along only where both sides allow it', async () => {
    await must(bob.put(`${B}/source`, 'of bob', { 'x-amz-tagging': 'a=b' }));
    await setPolicy(allow({ AWS: BOB.account }, 's3:PutObject'));
    expect(await codesOf(copyToAlice())).toEqual(['AccessDenied']);
    await setPolicy(allow({ AWS: BOB.account }, ['s3:PutObject', 's3:PutObjectTagging']));
    expect(await codesOf(copyToAlice())).toEqual([200]);
    expect(textsOf((await alice.get(`${A}/from-bob?tagging`)).text, 'Key')).toEqual(['a']);
  });
});
