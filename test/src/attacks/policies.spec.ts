import crypto from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ALICE, ARTHUR, type AccountWorld, BOB, CAROL, must, openBucket, policyOf } from '../harness/account-world.js';
import { sendForm, signPolicy } from '../harness/post-form.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';
import { BASE, SECRET, TARGET, attempt, expectRefused, startAttack } from './attack-world.js';

const ARN = `arn:aws:s3:::${TARGET.slice(1)}`;
const Principal = { AWS: BOB.account };
let world: AccountWorld;
let alice: SignedClient;
let bob: SignedClient;

beforeAll(async () => {
  world = await startAttack();
  ({ alice, bob } = world);
  for (const key of HIDDEN) await must(alice.put(`${TARGET}/${key}`, SECRET));
  for (const key of ['public/a', 'public/deep/b', 'public/']) await must(alice.put(`${TARGET}/${key}`, 'public'));
});
beforeEach(() => must(alice.delete(`${TARGET}?policy`)));
afterAll(() => world.remove());

/** Keys that look like those below `public/`, encoded. */
const HIDDEN = ['public', 'Public/a', 'PUBLIC/a', 'publica/a', 'xpublic/a', '/public/a', './public/a', 'x/../public/a', 'public%E2%80%8B/a', '%EF%BD%90ublic/a', 'public%5Ca', 'public%20/a', 'p%C3%BCblic/a', 'public%00/a', 'public%0A/a'];

const setPolicy = (...statements: Record<string, unknown>[]) => must(alice.put(`${TARGET}?policy`, policyOf(...statements)));
const allow = (Action: string | string[], Resource: string | string[] = `${ARN}/*`, more = {}) => ({ Effect: 'Allow', Principal, Action, Resource, ...more });

describe('what a policy names', () => {
  it('is exact to the byte, however it is written', async () => {
    await setPolicy(allow('s3:GetObject', `${ARN}/public/*`));
    for (const key of ['public/a', 'public/deep/b', 'public/', '%70ublic/a', 'public%2Fa', 'public/deep%2fb']) expect([key, (await bob.get(`${TARGET}/${key}`)).text]).toEqual([key, 'public']);
    await expectRefused(world, [...HIDDEN, 'secret', 'public/../secret', 'public%2F..%2Fsecret', 'public/%2e%2e/secret', 'public//a'].map((key) => attempt(key, () => bob.get(`${TARGET}/${key}`), 403, 'AccessDenied')));
  });

  it('of a wildcard stays in the bucket, and stands for what it can', async () => {
    await setPolicy(allow('s3:GetObject', `${ARN}/publi?/a`));
    expect((await bob.get(`${TARGET}/public/a`)).text).toBe('public');
    await expectRefused(world, ['publica/a', 'publi/a', 'Public/a', 'secret'].map((key) => attempt(key, () => bob.get(`${TARGET}/${key}`), 403, 'AccessDenied')));
    await must(alice.put('/attacked-too'));
    await must(alice.put('/attacked-too/secret', SECRET));
    await setPolicy(allow('s3:GetObject', [`${ARN}*/*`]));
    expect((await bob.get(`${TARGET}/secret`)).text).toBe(SECRET);
    await expectRefused(world, [attempt('another bucket that the wildcard fits', () => bob.get('/attacked-too/secret'), 403, 'AccessDenied')]);
    await must(alice.delete('/attacked-too/secret'));
    await must(alice.delete('/attacked-too'));
  });

  it('is what is denied, too', async () => {
    await setPolicy(allow(['s3:GetObject', 's3:PutObject']), { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [`${ARN}/secret`, `${ARN}/secret/*`] });
    expect((await bob.get(`${TARGET}/public/a`)).text).toBe('public');
    const denied = ['secret', '%73ecret', 'secret?x=y', 'secret?versionId=null', 'secret?partNumber=1'];
    await expectRefused(world, [
      ...denied.map((target) => attempt(target, () => bob.get(`${TARGET}/${target}`), 403, 'AccessDenied')),
      attempt('as a source', () => bob.put(`${BASE}/copied`, undefined, { 'x-amz-copy-source': `${TARGET}/secret` }), 403, 'AccessDenied'),
      attempt('to its owner', () => alice.get(`${TARGET}/secret`), 403, 'AccessDenied'),
      attempt('as a form', () => sendForm(world.nobody, TARGET, { key: 'secret', ...signPolicy([{ bucket: 'attacked' }, { key: 'secret' }], BOB.keys) }), 403, 'AccessDenied'),
      attempt('as the name of a file', () => sendForm(world.nobody, TARGET, { key: '${filename}', ...signPolicy([{ bucket: 'attacked' }, ['starts-with', '$key', '']], BOB.keys) }, { name: 'secret', content: 'x' }), 403, 'AccessDenied'),
      attempt('as an upload', () => bob.post(`${TARGET}/secret?uploads`), 403, 'AccessDenied'),
    ]);
  });
});

describe('what a policy allows', () => {
  it('is that action alone', async () => {
    await setPolicy(allow('s3:GetObject'));
    expect((await bob.get(`${TARGET}/secret`)).text).toBe(SECRET);
    const tries = ['versionId=null', 'acl', 'tagging', 'versionId=null&tagging', 'attributes', 'uploadId=x'];
    await expectRefused(world, [
      ...tries.map((query) => attempt(query, () => bob.get(`${TARGET}/public/a?${query}`, { 'x-amz-object-attributes': 'ETag' }), 403, 'AccessDenied')),
      ...['legal-hold', 'retention'].map((query) => attempt(query, () => bob.get(`${TARGET}/public/a?${query}`), 403, 'AccessDenied')),
      attempt('PUT', () => bob.put(`${TARGET}/public/a`, 'x'), 403, 'AccessDenied'),
      attempt('DELETE', () => bob.delete(`${TARGET}/public/a`), 403, 'AccessDenied'),
      attempt('an override of the method', () => bob.get(`${TARGET}/none`, { 'x-http-method-override': 'PUT' }), 403, 'AccessDenied'),
    ]);
  });

  it('of writing is not reading, by no detour', async () => {
    await setPolicy(allow('s3:PutObject'));
    expect((await bob.put(`${TARGET}/his`, 'x')).status).toBe(200);
    const id = textOf((await must(bob.post(`${TARGET}/his?uploads`))).text, 'UploadId');
    await expectRefused(world, [
      attempt('GET of what he wrote', () => bob.get(`${TARGET}/his`), 403, 'AccessDenied'),
      attempt('copying the secret away', () => bob.put(`${BASE}/copied`, undefined, { 'x-amz-copy-source': `${TARGET}/secret` }), 403, 'AccessDenied'),
      attempt('copying the secret within', () => bob.put(`${TARGET}/his`, undefined, { 'x-amz-copy-source': `${TARGET}/secret` }), 403, 'AccessDenied'),
      attempt('a part of the secret', () => bob.put(`${TARGET}/his?partNumber=1&uploadId=${id}`, undefined, { 'x-amz-copy-source': `${TARGET}/secret` }), 403, 'AccessDenied'),
      attempt('the secret under another name', () => bob.put(`${TARGET}/his?renameObject`, undefined, { 'x-amz-rename-source': 'secret' }), 403, 'AccessDenied'),
      attempt('with an ACL', () => bob.put(`${TARGET}/his`, 'x', { 'x-amz-acl': 'public-read' }), 400, 'AccessControlListNotSupported'),
      attempt('with tags', () => bob.put(`${TARGET}/his`, 'x', { 'x-amz-tagging': 'a=b' }), 403, 'AccessDenied'),
      attempt('with a lock', () => bob.put(`${TARGET}/his`, 'x', { 'x-amz-object-lock-legal-hold': 'ON', 'content-md5': crypto.hash('md5', 'x', 'base64') }), 403, 'AccessDenied'),
      attempt('what a condition tells of the etag', () => bob.put(`${BASE}/copied`, undefined, { 'x-amz-copy-source': `${TARGET}/secret`, 'x-amz-copy-source-if-match': '"x"' }), 403, 'AccessDenied'),
    ]);
    await must(bob.delete(`${TARGET}/his?uploadId=${id}`));
  });

  it('of uploads is for one key, and for who began it', async () => {
    await setPolicy(allow(['s3:PutObject'], `${ARN}/his/*`));
    const own = textOf((await must(bob.post(`${TARGET}/his/a?uploads`))).text, 'UploadId');
    const hers = textOf((await must(alice.post(`${TARGET}/hers?uploads`))).text, 'UploadId');
    const beside = textOf((await must(alice.post(`${TARGET}/his/b?uploads`))).text, 'UploadId');
    const elsewhere = textOf((await must(bob.post(`${BASE}/his/a?uploads`))).text, 'UploadId');
    const part = await must(bob.put(`${TARGET}/his/a?partNumber=1&uploadId=${own}`, 'x'));
    const done = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    await expectRefused(world, [
      attempt('another key', () => bob.put(`${TARGET}/hers?partNumber=1&uploadId=${own}`, 'x'), 403, 'AccessDenied'),
      attempt('completed under another key', () => bob.post(`${TARGET}/secret?uploadId=${own}`, done), 403, 'AccessDenied'),
      attempt('completed under another key of his', () => bob.post(`${TARGET}/his/c?uploadId=${own}`, done), 404, 'NoSuchUpload'),
      attempt('an upload of another bucket', () => bob.put(`${TARGET}/his/a?partNumber=1&uploadId=${elsewhere}`, 'x'), 404, 'NoSuchUpload'),
      attempt('her upload', () => bob.put(`${TARGET}/hers?partNumber=1&uploadId=${hers}`, 'x'), 403, 'AccessDenied'),
      attempt('parts of her upload', () => bob.get(`${TARGET}/his/b?uploadId=${beside}`), 403, 'AccessDenied'),
      attempt('an end to her upload', () => bob.delete(`${TARGET}/his/b?uploadId=${beside}`), 403, 'AccessDenied'),
      attempt('a list of uploads', () => bob.get(`${TARGET}?uploads`), 403, 'AccessDenied'),
      attempt('Carol with his id', () => world.carol.put(`${TARGET}/his/a?partNumber=1&uploadId=${own}`, 'x'), 403, 'AccessDenied'),
      attempt('nobody with his id', () => world.nobody.put(`${TARGET}/his/a?partNumber=1&uploadId=${own}`, 'x'), 403, 'AccessDenied'),
    ]);
    expect((await bob.get(`${TARGET}/his/a?uploadId=${own}`)).status).toBe(200);
    expect((await bob.post(`${TARGET}/his/a?uploadId=${own}`, done)).status).toBe(200);
  });
});

describe('listing tokens', () => {
  it('are for one bucket, one listing and one account', async () => {
    for (const key of ['x', 'y', 'z']) await must(bob.put(`${BASE}/${key}`, key));
    const listed = await must(bob.get(`${BASE}?list-type=2&max-keys=1`));
    const ofObjects = textOf(listed.text, 'NextContinuationToken')!;
    await must(bob.put('/attacker-two'));
    const ofBuckets = textOf((await must(bob.get('/?max-buckets=1'))).text, 'ContinuationToken')!;
    expect(textsOf((await bob.get(`${BASE}?list-type=2&continuation-token=${encodeURIComponent(ofObjects)}`)).text, 'Key').length).toBeGreaterThan(0);
    expect(textsOf((await bob.get(`/?continuation-token=${encodeURIComponent(ofBuckets)}`)).text, 'Name')).toEqual(['attacker-two']);
    const forged = [
      ofObjects.slice(0, -2),
      `${ofObjects}AA`,
      Buffer.from('secret').toString('base64url'),
      Buffer.concat([Buffer.from(ofObjects, 'base64url').subarray(0, 16), Buffer.from('secret')]).toString('base64url'),
      ofBuckets,
      'A'.repeat(5000),
      '%00',
    ];
    await expectRefused(world, [
      ...forged.map((token) => attempt(token.slice(0, 40), () => bob.get(`${BASE}?list-type=2&continuation-token=${encodeURIComponent(token)}`), 400, 'InvalidArgument')),
      attempt('of another bucket', () => bob.get(`/attacker-two?list-type=2&continuation-token=${encodeURIComponent(ofObjects)}`), 400, 'InvalidArgument'),
      attempt('of another account’s buckets', () => world.carol.get(`/?continuation-token=${encodeURIComponent(ofBuckets)}`), 400, 'InvalidArgument'),
      attempt('of objects for buckets', () => bob.get(`/?continuation-token=${encodeURIComponent(ofObjects)}`), 400, 'InvalidArgument'),
      attempt('in a bucket that is not his', () => bob.get(`${TARGET}?list-type=2&continuation-token=${encodeURIComponent(ofObjects)}`), 403, 'AccessDenied'),
    ]);
  });
});

describe('ACLs', () => {
  const C = '/attacked-acl';
  const grant = (id: string, permission: string) => `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${id}</ID></Grantee><Permission>${permission}</Permission></Grant>`;
  const document = (owner: string, grants: string) => `<AccessControlPolicy><Owner><ID>${owner}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`;

  it('grant what they say, and take over nothing', async () => {
    await openBucket(alice, C);
    await must(alice.put(`${C}/secret`, SECRET));
    await must(alice.put(`${C}/shared`, 'shared', { 'x-amz-grant-read': `id="${BOB.canonicalId}"` }));
    await must(alice.put(`${C}/ruled`, 'ruled', { 'x-amz-grant-write-acp': `id="${BOB.canonicalId}"` }));
    expect((await bob.get(`${C}/shared`)).text).toBe('shared');
    await expectRefused(world, [
      attempt('its ACL', () => bob.get(`${C}/shared?acl`), 403, 'AccessDenied'),
      attempt('more by header', () => bob.put(`${C}/shared?acl`, undefined, { 'x-amz-grant-full-control': `id="${BOB.canonicalId}"` }), 403, 'AccessDenied'),
      attempt('a new owner', () => bob.put(`${C}/ruled?acl`, document(BOB.canonicalId, grant(BOB.canonicalId, 'FULL_CONTROL'))), 403, 'AccessDenied'),
      attempt('a bucket of his owner', () => bob.put(`${C}?acl`, document(BOB.canonicalId, grant(BOB.canonicalId, 'FULL_CONTROL'))), 403, 'AccessDenied'),
      attempt('reading by the right to rule', () => bob.get(`${C}/ruled`), 403, 'AccessDenied'),
      attempt('both ways at once', () => bob.put(`${C}/ruled?acl`, document(ALICE.canonicalId, ''), { 'x-amz-acl': 'public-read' }), 400, 'UnexpectedContent'),
      attempt('neither way', () => bob.put(`${C}/ruled?acl`), 400, 'MissingSecurityHeader'),
      attempt('Carol', () => world.carol.get(`${C}/shared`), 403, 'AccessDenied'),
      attempt('a user in the account', () => world.arthur.get(`${C}/secret`), 403, 'AccessDenied'),
      attempt('the other object', () => bob.get(`${C}/secret`), 403, 'AccessDenied'),
      attempt('deleting what he may read', () => bob.delete(`${C}/shared`), 403, 'AccessDenied'),
    ]);
    // Who may rule may give himself more; that is what WRITE_ACP is.
    expect((await bob.put(`${C}/ruled?acl`, document(ALICE.canonicalId, grant(BOB.canonicalId, 'READ')))).status).toBe(200);
    expect((await bob.get(`${C}/ruled`)).text).toBe('ruled');
  });

  it('are for ids that are exactly so', async () => {
    const wrong = [BOB.canonicalId.slice(0, -1), `${BOB.canonicalId}2`, ` ${BOB.canonicalId.slice(1)}`, BOB.account, BOB.keys.accessKeyId, '*', '', `${BOB.canonicalId},${CAROL.canonicalId}`];
    const header = (value: string) => () => alice.put(`${C}/secret?acl`, undefined, { 'x-amz-grant-read': value });
    await expectRefused(world, [
      ...wrong.map((id) => attempt(`id="${id}"`, header(`id="${id}"`), 400, 'InvalidArgument')),
      ...['id', 'id=', 'id="x', `id="${BOB.canonicalId}" x`, `ID:${BOB.canonicalId}`, 'uri="http://acs.amazonaws.com/groups/global/allusers"', 'uri="https://acs.amazonaws.com/groups/global/AllUsers"'].map((value) => attempt(value, header(value), 400, 'InvalidArgument')),
      attempt('an e-mail address', header('emailAddress="bob@example.com"'), 405, 'MethodNotAllowed'),
    ]);
  });
});

describe('who is not the owner', () => {
  it('changes nothing of a bucket, and gives himself nothing', async () => {
    await must(alice.put(`${TARGET}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ARTHUR.account}:user/${ARTHUR.id}` }, Action: ['s3:GetObject', 's3:PutObject'], Resource: `${ARN}/public/*` })));
    const everything = policyOf({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: [ARN, `${ARN}/*`] });
    const settings: [string, string | undefined][] = [
      ['policy', everything],
      ['acl', undefined],
      ['cors', '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'],
      ['ownershipControls', '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>'],
      ['publicAccessBlock', '<PublicAccessBlockConfiguration/>'],
      ['requestPayment', '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'],
      ['tagging', '<Tagging><TagSet/></Tagging>'],
      ['versioning', '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'],
      ['object-lock', '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>'],
    ];
    const tries = (who: SignedClient, name: string) => [
      ...settings.map(([resource, body]) => attempt(`${name} puts ${resource}`, () => who.put(`${TARGET}?${resource}`, body, body ? {} : { 'x-amz-acl': 'public-read' }), 403, 'AccessDenied')),
      ...['policy', 'cors', 'ownershipControls', 'publicAccessBlock', 'tagging'].map((resource) => attempt(`${name} deletes ${resource}`, () => who.delete(`${TARGET}?${resource}`), 403, 'AccessDenied')),
      attempt(`${name} deletes it`, () => who.delete(TARGET), 403, 'AccessDenied'),
      attempt(`${name} reads the secret`, () => who.get(`${TARGET}/secret`), 403, 'AccessDenied'),
    ];
    expect((await world.arthur.get(`${TARGET}/public/a`)).text).toBe('public');
    await expectRefused(world, [
      ...tries(bob, 'Bob'),
      ...tries(world.arthur, 'Arthur'),
      ...tries(world.nobody, 'nobody'),
      attempt('Bob makes it anew', () => bob.put(TARGET, undefined, { 'x-amz-acl': 'public-read' }), 400, 'InvalidBucketAclWithObjectOwnership'),
      attempt('Bob makes it anew with other rules', () => bob.put(TARGET, undefined, { 'x-amz-object-ownership': 'ObjectWriter' }), 409, 'BucketAlreadyExists'),
    ]);
  });
});
