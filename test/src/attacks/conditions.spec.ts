import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { presignUrl } from '@zas/s3-protocol';
import { type AccountWorld, BOB, CAROL, must, policyOf } from '../harness/account-world.js';
import { sendForm, signPolicy } from '../harness/post-form.js';
import { textsOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';
import { SECRET, TARGET, attempt, expectRefused, startAttack } from './attack-world.js';

const ARN = `arn:aws:s3:::${TARGET.slice(1)}`;
const Principal = { AWS: BOB.account };
const secret = `${TARGET}/secret`;
let world: AccountWorld;
let alice: SignedClient;
let bob: SignedClient;

beforeAll(async () => {
  world = await startAttack();
  ({ alice, bob } = world);
  for (const key of ['public/a', 'public/b', 'public/c', 'public/d']) await must(alice.put(`${TARGET}/${key}`, 'public'));
});
beforeEach(() => must(alice.delete(`${TARGET}?policy`)));
afterAll(() => world.remove());

const allow = (Action: string | string[], Condition: object, Resource = `${ARN}/*`) => must(alice.put(`${TARGET}?policy`, policyOf({ Effect: 'Allow', Principal, Action, Resource, Condition })));
const refusedReads = (headers: Record<string, string>[]) => expectRefused(world, [{}, ...headers].map((more) => attempt(JSON.stringify(more), () => bob.get(secret, more), 403, 'AccessDenied')));

describe('conditions on the connection', () => {
  it('aws:SourceIp is the address of the connection', async () => {
    await allow('s3:GetObject', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } });
    expect((await bob.get(secret)).text).toBe(SECRET);
    await allow('s3:GetObject', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } });
    await refusedReads(['x-forwarded-for', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'x-amz-source-ip', 'aws-sourceip', 'x-remote-addr', 'via'].map((name) => ({ [name]: '10.0.0.1' })).concat([{ forwarded: 'for=10.0.0.1' }] as never));
  });

  it('aws:SecureTransport is that of the connection', async () => {
    await allow('s3:GetObject', { Bool: { 'aws:SecureTransport': 'false' } });
    expect((await bob.get(secret)).text).toBe(SECRET);
    await allow('s3:GetObject', { Bool: { 'aws:SecureTransport': 'true' } });
    await refusedReads([{ 'x-forwarded-proto': 'https' }, { forwarded: 'proto=https' }, { 'x-forwarded-ssl': 'on' }, { 'front-end-https': 'on' }, { 'x-forwarded-scheme': 'https' }, { 'x-url-scheme': 'https' }]);
  });

  it('aws:Referer fits as a whole', async () => {
    await allow('s3:GetObject', { StringLike: { 'aws:Referer': 'https://example.com/*' } });
    expect((await bob.get(secret, { referer: 'https://example.com/page' })).text).toBe(SECRET);
    await refusedReads(['https://example.com', 'https://example.com.evil/', 'http://example.com/', 'https://evil/?https://example.com/', 'HTTPS://EXAMPLE.COM/', 'x https://example.com/', 'https://examplexcom/'].map((referer) => ({ referer })).concat([{ 'x-referer': 'https://example.com/' }, { referrer: 'https://example.com/' }] as never));
  });

  it('aws:CurrentTime is the server’s', async () => {
    await allow('s3:GetObject', { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } });
    expect((await bob.get(secret)).text).toBe(SECRET);
    await allow('s3:GetObject', { DateGreaterThan: { 'aws:CurrentTime': '2100-01-01T00:00:00Z' } });
    await refusedReads([{ date: 'Thu, 01 Jan 2150 00:00:00 GMT' }, { 'x-amz-meta-date': '21500101T000000Z' }]);
  });

  it('aws:Principal… is who signed', async () => {
    await allow('s3:GetObject', { StringEquals: { 'aws:PrincipalAccount': BOB.account } });
    expect((await bob.get(secret)).text).toBe(SECRET);
    await allow('s3:GetObject', { StringEquals: { 'aws:PrincipalAccount': CAROL.account } });
    await refusedReads([{ 'x-amz-principal-account': CAROL.account }, { 'aws-principalaccount': CAROL.account }]);
    await expectRefused(world, [attempt('in the query', () => bob.get(`${secret}?aws:PrincipalAccount=${CAROL.account}&aws%3Ausername=carol`), 403, 'AccessDenied')]);
  });

  it('s3:authType is how it was signed', async () => {
    await must(alice.put(`${TARGET}?policy`, policyOf({ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `${ARN}/*` }, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${ARN}/*`, Condition: { StringNotEquals: { 's3:authType': 'REST-HEADER' } } })));
    expect((await bob.get(secret)).text).toBe(SECRET);
    const url = presignUrl({ method: 'GET', host: bob.host, rawPath: secret }, { accessKeyId: BOB.keys.accessKeyId, secret: BOB.keys.secretAccessKey, region: 'us-east-1' }, 60, Date.now());
    await expectRefused(world, [attempt('presigned', () => world.nobody.get(url), 403, 'AccessDenied'), attempt('presigned, with a word for it', () => world.nobody.get(url, { 's3-authtype': 'REST-HEADER' }), 403, 'AccessDenied')]);
  });
});

describe('conditions on the request', () => {
  const list = async (query: string) => {
    const { status, text } = await bob.get(`${TARGET}?list-type=2&${query}`);
    return [status, textsOf(text, 'Key')];
  };

  /** A form that Bob signed, whatever its fields say. */
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}, key = 'by-form') =>
    sendForm(world.nobody, TARGET, { ...fields, key, ...signPolicy([{ bucket: TARGET.slice(1) }, { key }, ...Object.keys(fields).map((name) => ['starts-with', `$${name}`, ''] as const)], BOB.keys) }, 'x', headers);

  it('s3:prefix is the one that is listed', async () => {
    await allow('s3:ListBucket', { StringEquals: { 's3:prefix': 'public/' } }, ARN);
    const all = ['public/a', 'public/b', 'public/c', 'public/d'];
    expect(await list('prefix=public%2F')).toEqual([200, all]);
    // The first of two counts, for the condition and for the listing.
    expect(await list('prefix=public%2F&prefix=')).toEqual([200, all]);
    for (const query of ['', 'prefix=', 'prefix=&prefix=public%2F', 'prefix=public', 'prefix=PUBLIC%2F', 'prefix=public%2F..%2F', 'prefix=public%2F%00', 'Prefix=public%2F', 'prefix=secret&s3:prefix=public%2F', 'prefix=%2Fpublic%2F', 'prefix=public%252F']) {
      expect([query, ...(await list(query))]).toEqual([query, 403, []]);
    }
    expect(await list('prefix=public%2F&start-after=secret')).toEqual([200, []]);
    await expectRefused(world, ['versions', 'uploads'].map((resource) => attempt(resource, () => bob.get(`${TARGET}?${resource}&prefix=public%2F`), 403, 'AccessDenied')));
  });

  it('s3:max-keys is the one that is kept', async () => {
    await allow('s3:ListBucket', { NumericLessThanEquals: { 's3:max-keys': '2' } }, ARN);
    expect(await list('max-keys=2')).toEqual([200, ['public/a', 'public/b']]);
    expect(await list('max-keys=2&max-keys=1000')).toEqual([200, ['public/a', 'public/b']]);
    for (const query of ['', 'max-keys=', 'max-keys=3', 'max-keys=1000&max-keys=2', 'Max-Keys=2', 'max-keys=-1', 'max-keys=1e0', 'max-keys=0x2', 'max-keys=%202']) {
      const [status, keys] = await list(query);
      expect([query, Number(status) >= 400, keys]).toEqual([query, true, []]);
    }
  });

  it('s3:ExistingObjectTag is what the object has', async () => {
    await allow('s3:GetObject', { StringEquals: { 's3:ExistingObjectTag/class': 'public' } });
    await must(alice.put(`${TARGET}/public/a`, 'public', { 'x-amz-tagging': 'class=public' }));
    expect((await bob.get(`${TARGET}/public/a`)).text).toBe('public');
    await refusedReads([{ 'x-amz-tagging': 'class=public' }, { 'x-amz-object-tagging': 'class=public' }]);
    await expectRefused(world, [
      attempt('in the query', () => bob.get(`${secret}?x-amz-tagging=class%3Dpublic`), 403, 'AccessDenied'),
      attempt('of another version', () => bob.get(`${secret}?versionId=null`), 403, 'AccessDenied'),
      attempt('an absent object', () => bob.get(`${TARGET}/none`), 403, 'AccessDenied'),
    ]);
  });

  it('s3:RequestObjectTag is what the object is to have, also in forms', async () => {
    await allow(['s3:PutObject', 's3:PutObjectTagging'], { StringEquals: { 's3:RequestObjectTag/team': 'red' } });
    expect((await bob.put(`${TARGET}/tagged`, 'x', { 'x-amz-tagging': 'team=red' })).status).toBe(200);
    const document = (team: string) => `<Tagging><TagSet><Tag><Key>team</Key><Value>${team}</Value></Tag></TagSet></Tagging>`;
    expect((await form({ tagging: document('red') })).status).toBe(204);
    await expectRefused(world, [
      attempt('another', () => bob.put(`${TARGET}/tagged`, 'x', { 'x-amz-tagging': 'team=blue' }), 403, 'AccessDenied'),
      attempt('both', () => bob.put(`${TARGET}/tagged`, 'x', { 'x-amz-tagging': 'team=blue&team=red' }), 403, 'AccessDenied'),
      attempt('another in a form', () => form({ tagging: document('blue') }), 403, 'AccessDenied'),
      attempt('another in a form, under a good header', () => form({ tagging: document('blue') }, { 'x-amz-tagging': 'team=red' }), 403, 'AccessDenied'),
      attempt('none in a form, under a good header', () => form({}, { 'x-amz-tagging': 'team=red' }), 403, 'AccessDenied'),
      attempt('another in a field for the header, under a good header', () => form({ 'x-amz-tagging': 'team=blue' }, { 'x-amz-tagging': 'team=red' }), 403, 'AccessDenied'),
    ]);
  });

  it('s3:x-amz-… of a form is what its fields say, not an unsigned header', async () => {
    await allow('s3:PutObject', { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 's3:x-amz-storage-class': 'STANDARD_IA' } });
    const [acl, storage] = [{ 'x-amz-acl': 'bucket-owner-full-control' }, { 'x-amz-storage-class': 'STANDARD_IA' }];
    expect((await bob.put(`${TARGET}/by-form`, 'x', { ...acl, ...storage })).status).toBe(200);
    expect((await form({ acl: acl['x-amz-acl'], ...storage })).status).toBe(204);
    await expectRefused(world, [
      attempt('neither', () => form({}), 403, 'AccessDenied'),
      attempt('headers alone', () => form({}, { ...acl, ...storage }), 403, 'AccessDenied'),
      attempt('one as a header', () => form({ acl: acl['x-amz-acl'] }, storage), 403, 'AccessDenied'),
      attempt('another field under a good header', () => form({ acl: acl['x-amz-acl'], 'x-amz-storage-class': 'GLACIER' }, storage), 403, 'AccessDenied'),
    ]);
  });

  it('s3:if-none-match of a form is nothing: forms overwrite', async () => {
    await allow('s3:PutObject', { StringEquals: { 's3:if-none-match': '*' } });
    expect((await bob.put(`${TARGET}/once`, 'x', { 'if-none-match': '*' })).status).toBe(200);
    await expectRefused(world, [
      attempt('again', () => bob.put(`${TARGET}/once`, 'y', { 'if-none-match': '*' }), 412, 'PreconditionFailed'),
      attempt('without', () => bob.put(`${TARGET}/once`, 'y'), 403, 'AccessDenied'),
      attempt('of an etag', () => bob.put(`${TARGET}/once`, 'y', { 'if-none-match': '"x"' }), 403, 'AccessDenied'),
      attempt('a form under the header', () => form({}, { 'if-none-match': '*' }, 'once'), 403, 'AccessDenied'),
      attempt('an append under the header', () => bob.put(`${TARGET}/once`, 'y', { 'if-none-match': '*', 'x-amz-write-offset-bytes': '1' }), 400, 'InvalidArgument'),
    ]);
  });

  it('s3:x-amz-copy-source is the source, however it is written', async () => {
    const copy = (source: string) => () => bob.put(`${TARGET}/copied`, undefined, { 'x-amz-copy-source': source });
    await must(bob.put('/attacker/free/a', 'free'));
    const policy = policyOf(
      { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: `${ARN}/*` },
      { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${ARN}/*`, Condition: { StringLike: { 's3:x-amz-copy-source': 'attacker/own*' } } },
    );
    await must(alice.put(`${TARGET}?policy`, policy));
    expect((await copy('/attacker/free/a')()).status).toBe(200);
    await expectRefused(world, ['attacker/own', '/attacker/own', 'attacker%2Fown', '/attacker/%6fwn', '%61ttacker/own', 'attacker/own?versionId=null'].map((source) => attempt(source, copy(source), 403, 'AccessDenied')));
    await allow('s3:PutObject', { StringLike: { 's3:x-amz-copy-source': 'attacker/free/*' } });
    for (const source of ['attacker/free/a', '/attacker/free/a', 'attacker%2Ffree%2Fa']) expect([source, (await copy(source)()).status]).toEqual([source, 200]);
    await expectRefused(world, [
      ...['attacker/own', 'attacker/Free/a', 'attacker/free', 'attacked/free/a'].map((source) => attempt(source, copy(source), 403, 'AccessDenied')),
      attempt('no copy', () => bob.put(`${TARGET}/copied`, 'x'), 403, 'AccessDenied'),
      attempt('a form that says it', () => form({ 'x-amz-copy-source': 'attacker/free/a' }), 403, 'AccessDenied'),
    ]);
  });

  it('s3:VersionId is the one that is read', async () => {
    await allow('s3:GetObjectVersion', { StringEquals: { 's3:VersionId': 'null' } });
    expect((await bob.get(`${TARGET}/public/a?versionId=null`)).text).toBe('public');
    const other = '0'.repeat(27);
    await expectRefused(world, [
      attempt('another', () => bob.get(`${secret}?versionId=${other}`), 403, 'AccessDenied'),
      attempt('another first', () => bob.get(`${secret}?versionId=${other}&versionId=null`), 403, 'AccessDenied'),
      attempt('none', () => bob.get(secret), 403, 'AccessDenied'),
      attempt('in another case', () => bob.get(`${secret}?VersionId=null`), 403, 'AccessDenied'),
    ]);
  });
});
