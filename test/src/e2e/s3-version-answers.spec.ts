import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const BOB = { accessKeyId: 'BOBSACCESSKEY', secretAccessKey: 'bobs-secret-for-tests' };

let server: ServerProcess;
let alice: SignedClient;
let bob: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { identities: [{ id: 'bob', displayName: 'Bob', ...BOB }] } });
  alice = new SignedClient(server.url);
  bob = new SignedClient(server.url, BOB);
});
afterAll(async () => {
  alice.close();
  bob.close();
  await server.remove();
});

async function versionedBucket(bucket: string): Promise<void> {
  await alice.send({ method: 'PUT', path: bucket });
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  expect((await alice.send({ method: 'PUT', path: bucket, query: 'versioning=', body })).status).toBe(200);
}

describe('versions', () => {
  it('takes no delete marker for a source that names one by its version', async () => {
    await versionedBucket('/markers');
    const marker = await alice.send({ method: 'DELETE', path: '/markers/gone' });
    const source = `/markers/gone?versionId=${String(marker.headers['x-amz-version-id'])}`;
    const upload = await alice.send({ method: 'POST', path: '/markers/joined', query: 'uploads=' });
    const uploadId = /<UploadId>(\w+)</.exec(upload.text)![1]!;
    for (const target of [{ path: '/markers/copy' }, { path: '/markers/joined', query: `partNumber=1&uploadId=${uploadId}` }]) {
      const answer = await alice.send({ method: 'PUT', ...target, headers: { 'x-amz-copy-source': source } });
      expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
    }
  });

  it('appends nothing where there are versions, not even a first piece', async () => {
    await versionedBucket('/appended');
    const answer = await alice.send({ method: 'PUT', path: '/appended/new', headers: { 'x-amz-write-offset-bytes': '0' }, body: 'first' });
    expect([answer.status, answer.code]).toEqual([409, 'InvalidBucketState']);
    expect((await alice.send({ method: 'GET', path: '/appended/new' })).status).toBe(404);
  });
});

describe('owners in listings', () => {
  it('are the bucket’s owner once ACLs are off, whoever wrote', async () => {
    const headers = { 'x-amz-object-ownership': 'ObjectWriter' };
    await alice.send({ method: 'PUT', path: '/owned', headers });
    await alice.send({ method: 'DELETE', path: '/owned', query: 'publicAccessBlock=' });
    expect((await alice.send({ method: 'PUT', path: '/owned', query: 'acl=', headers: { 'x-amz-acl': 'public-read-write' } })).status).toBe(200);
    expect((await bob.send({ method: 'PUT', path: '/owned/his', body: 'x' })).status).toBe(200);
    await alice.send({ method: 'PUT', path: '/owned/hers', body: 'x' });
    const owners = async () => {
      const { text } = await alice.send({ method: 'GET', path: '/owned', query: 'versions=' });
      return [...text.matchAll(/<Owner><ID>(\w+)<\/ID>/g)].map(([, id]) => id);
    };
    const [hers, his] = await owners();
    expect(his).not.toBe(hers);
    await alice.send({ method: 'PUT', path: '/owned', query: 'acl=', headers: { 'x-amz-acl': 'private' } });
    const body = '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>';
    expect((await alice.send({ method: 'PUT', path: '/owned', query: 'ownershipControls=', body })).status).toBe(200);
    expect(await owners()).toEqual([hers, hers]);
  });
});

describe('who may delete but not list', () => {
  it('is not told by a condition whether a key is there', async () => {
    await alice.send({ method: 'PUT', path: '/secret' });
    await alice.send({ method: 'PUT', path: '/secret/there', body: 'x' });
    const { text } = await bob.send({ method: 'GET', path: '/' });
    const Principal = { CanonicalUser: /<ID>(\w+)</.exec(text)![1] };
    const statement = { Effect: 'Allow', Principal, Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::secret/*' };
    const policy = await alice.send({ method: 'PUT', path: '/secret', query: 'policy=', body: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) });
    expect(policy.status).toBe(204);
    const single = await bob.send({ method: 'DELETE', path: '/secret/absent', headers: { 'if-match': '"e"' } });
    const body = '<Delete><Object><Key>absent</Key><ETag>e</ETag></Object></Delete>';
    const many = await bob.send({ method: 'POST', path: '/secret', query: 'delete=', headers: { 'content-md5': crypto.hash('md5', body, 'base64') }, body });
    expect([single.code, many.code]).toEqual(['AccessDenied', 'AccessDenied']);
  });
});
