import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient, type Credentials } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RestClient } from '../harness/rest-client.js';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { SignedClient, type Keys } from '../harness/signed-client.js';

const allow = (action: string | string[], resource: string | string[] = '*') => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: resource } });
const trust = (principal: unknown, condition?: unknown) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(condition === undefined ? {} : { Condition: condition }) },
});

let server: ServerProcess;
let root: RestClient;
let account: string;
let ann: Keys;

const common = (keys: Keys & { sessionToken?: string }) => ({ endpoint: server.url, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
const stsOf = (keys: Keys & { sessionToken?: string }) => new STSClient(common(keys));
const s3Of = (keys: Keys & { sessionToken?: string }) => new S3Client({ ...common(keys), forcePathStyle: true });
const keysOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials) => ({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! });
const arn = (role: string) => `arn:aws:iam::${account}:role/${role}`;
const put = (s3: S3Client, key: string) => s3.send(new PutObjectCommand({ Bucket: 'team', Key: key, Body: 'x' }));
const get = (s3: S3Client, key: string) => s3.send(new GetObjectCommand({ Bucket: 'team', Key: key }));
const assume = async (keys: Keys & { sessionToken?: string }, role: string, more: object = {}) =>
  keysOf((await stsOf(keys).send(new AssumeRoleCommand({ RoleArn: arn(role), RoleSessionName: 'job-1', ...more }))).Credentials!);

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' } } });
  root = new RestClient(server.url);
  account = (await root.must('GET', '/accounts')).accounts[0].id;
  const signed = new SignedClient(server.url);
  expect((await signed.put('/team')).status).toBe(200);
  expect((await signed.put('/team/a/one', 'hello')).status).toBe(200);
  await root.must('POST', '/policies', { id: 'team-rw', document: allow(['s3:GetObject', 's3:PutObject', 's3:ListBucket'], 'arn:aws:s3:::team*') });
  await root.must('POST', '/policies', { id: 'may-assume', document: allow('sts:AssumeRole', `arn:aws:iam::${account}:role/by-account`) });
  ann = await root.user('ann', { policies: ['team-rw'] });
  await root.must('POST', '/roles', { id: 'by-name', policies: ['team-rw'], trustPolicy: trust({ AWS: `arn:aws:iam::${account}:user/ann` }) });
  await root.must('POST', '/roles', { id: 'by-account', policies: ['team-rw'], trustPolicy: trust({ AWS: `arn:aws:iam::${account}:root` }) });
  await root.must('POST', '/roles', { id: 'by-secret', policies: ['team-rw'], trustPolicy: trust({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': 'sesame' } }) });
  await root.must('POST', '/roles', { id: 'by-nobody', policies: ['team-rw'] });
});

afterAll(() => server.remove());

describe('GetCallerIdentity', () => {
  it('names the root, a user and a session', async () => {
    expect(await stsOf(ROOT_KEYS).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:root`, UserId: account });
    expect(await stsOf(ann).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:user/ann` });
    const session = await assume(ann, 'by-name');
    expect(await stsOf(session).send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: `arn:aws:sts::${account}:assumed-role/by-name/job-1`, UserId: 'by-name:job-1' });
  });

  it('answers nobody, a wrong secret, an unknown key and a foreign session with AWS’s errors', async () => {
    const fails = (keys: Keys & { sessionToken?: string }) => expect(stsOf(keys).send(new GetCallerIdentityCommand({}))).rejects;
    await fails({ ...ann, secretAccessKey: 'wrong' }).toMatchObject({ name: 'SignatureDoesNotMatch' });
    await fails({ ...ann, accessKeyId: 'ZAKAAAAAAAAAAAAAAAAA' }).toMatchObject({ name: 'InvalidClientTokenId' });
    const session = await assume(ann, 'by-name');
    await fails({ ...session, sessionToken: `${session.sessionToken.slice(0, -4)}AAAA` }).toMatchObject({ name: 'InvalidClientTokenId' });
    await fails({ ...ann, sessionToken: session.sessionToken }).toMatchObject({ name: 'InvalidClientTokenId' });
    const anonymous = new SignedClient(server.url, 'anonymous');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await anonymous.post('/', 'Action=GetCallerIdentity&Version=2011-06-15', form)).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
    expect(await anonymous.post('/', 'Action=Nonsense', form)).toMatchObject({ status: 400, code: 'InvalidAction' });
    expect(await anonymous.post('/', `Action=${'x'.repeat(70_000)}`, form)).toMatchObject({ status: 413 });
  });

  it('refuses a signature that was made for S3', async () => {
    const answer = await new SignedClient(server.url, ann).post('/', 'Action=GetCallerIdentity&Version=2011-06-15', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer).toMatchObject({ status: 400, code: 'IncompleteSignature' });
  });
});

describe('AssumeRole', () => {
  it('gives what the role may to whom it trusts by name, with a short token', async () => {
    const session = await assume(ann, 'by-name');
    expect(session.sessionToken.length).toBeLessThanOrEqual(2_048);
    await put(s3Of(session), 'a/two');
    await get(s3Of(session), 'a/two');
    await expect(s3Of(session).send(new PutObjectCommand({ Bucket: 'team', Key: 'a/two', Body: 'x', Tagging: 'k=v' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('needs the account’s policy where the role trusts the account', async () => {
    await expect(assume(ann, 'by-account')).rejects.toMatchObject({ name: 'AccessDenied' });
    await root.must('POST', '/policies/may-assume/attach', { kind: 'user', id: 'ann' });
    await get(s3Of(await assume(ann, 'by-account')), 'a/one');
    await root.must('POST', '/policies/may-assume/detach', { kind: 'user', id: 'ann' });
  });

  it('looks at conditions, and trusts nobody without a trust policy', async () => {
    await expect(assume(ann, 'by-secret')).rejects.toMatchObject({ name: 'AccessDenied' });
    await assume(ann, 'by-secret', { ExternalId: 'sesame' });
    for (const role of ['by-nobody', 'unheard-of', 'admin']) await expect(assume(ann, role)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(ROOT_KEYS, 'by-name')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is capped by a policy of the session, never widened', async () => {
    const narrow = await assume(ann, 'by-name', { Policy: JSON.stringify(allow('s3:GetObject', 'arn:aws:s3:::team/a/*')) });
    await get(s3Of(narrow), 'a/one');
    await expect(put(s3Of(narrow), 'a/three')).rejects.toMatchObject({ name: 'AccessDenied' });
    const wide = await assume(ann, 'by-name', { Policy: JSON.stringify(allow('*')) });
    await expect(s3Of(wide).send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    const managed = await assume(ann, 'by-name', { PolicyArns: [{ arn: `arn:aws:iam::${account}:policy/read` }] });
    await expect(put(s3Of(managed), 'a/three')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('refuses what is malformed', async () => {
    await expect(assume(ann, 'by-name', { DurationSeconds: 60 })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assume(ann, 'by-name', { DurationSeconds: 43_201 })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assume(ann, 'by-name', { RoleArn: 'role' })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assume(ann, 'by-name', { Policy: '{"Version":"2012-10-17"}' })).rejects.toMatchObject({ name: expect.stringMatching(/^MalformedPolicyDocument/) });
  });

  it('ends with its role, with the role’s sessions and with the key that it was made with', async () => {
    await root.must('POST', '/roles', { id: 'passing', policies: ['team-rw'], trustPolicy: trust({ AWS: `arn:aws:iam::${account}:user/ann` }) });
    const first = await assume(ann, 'passing');
    await get(s3Of(first), 'a/one');
    await root.must('PUT', '/roles/passing', { revokeSessions: true });
    await expect(get(s3Of(first), 'a/one')).rejects.toMatchObject({ name: 'AccessDenied' });

    const key = await root.must('POST', '/users/ann/keys', {});
    const other = await assume({ accessKeyId: key.id, secretAccessKey: key.secret }, 'by-name');
    await get(s3Of(other), 'a/one');
    await root.must('PUT', `/users/ann/keys/${key.id}`, { enabled: false });
    await expect(get(s3Of(other), 'a/one')).rejects.toMatchObject({ name: 'InvalidToken' });

    await root.must('DELETE', '/roles/passing');
    await expect(get(s3Of(first), 'a/one')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('cannot make keys or roles out of a session that is capped', async () => {
    await root.must('POST', '/policies', { id: 'all', document: allow('*') });
    const eve = await root.user('eve', { policies: ['all'] });
    const capped = await root.must('POST', '/users/eve/keys', { policy: allow(['rbac:*', 's3:Get*']) });
    const client = root.as({ accessKeyId: capped.id, secretAccessKey: capped.secret });
    expect((await client.post('/users/eve/keys')).status).toBe(403);
    expect((await client.post('/roles', { id: 'mine', policies: ['all'] })).status).toBe(403);
    expect((await root.as(eve).post('/roles', { id: 'mine', policies: ['all'] })).status).toBe(201);
  });
});

describe('GetSessionToken', () => {
  it('gives the user’s own permissions for a while, and not to a session', async () => {
    const answer = await stsOf(ann).send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    const session = keysOf(answer.Credentials!);
    expect(answer.Credentials!.Expiration!.getTime() - Date.now()).toBeLessThanOrEqual(900_000);
    await put(s3Of(session), 'a/four');
    await expect(stsOf(session).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await root.must('PUT', '/users/ann', { revokeSessions: true });
    await expect(put(s3Of(session), 'a/five')).rejects.toMatchObject({ name: 'InvalidToken' });
    await put(s3Of(ann), 'a/five');
  });

  it('keeps the cap of the key that it is made from', async () => {
    const capped = await root.must('POST', '/users/ann/keys', { policy: allow('s3:GetObject') });
    const { Credentials: made } = await stsOf({ accessKeyId: capped.id, secretAccessKey: capped.secret }).send(new GetSessionTokenCommand({}));
    await get(s3Of(keysOf(made!)), 'a/one');
    await expect(put(s3Of(keysOf(made!)), 'a/six')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  it('takes no token where no issuer is configured', async () => {
    const web = new AssumeRoleWithWebIdentityCommand({ RoleArn: arn('by-name'), RoleSessionName: 'web-1', WebIdentityToken: 'aaaa.bbbb.cccc' });
    await expect(stsOf(ann).send(web)).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidIdentityToken/) });
  });
});
