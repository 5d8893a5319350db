import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient, type Credentials } from '@aws-sdk/client-sts';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askToken, postToken, tokenOf } from '../harness/oci-token.js';
import type { Json } from '../harness/rest-client.js';
import { ROOT_KEYS } from '../harness/server-process.js';
import { SignedClient, type Keys } from '../harness/signed-client.js';
import { allow, ClassWorld } from './class-world.js';

/** What is made of a credential is never more than it, and ends with it: sessions, roles and tokens. */
type SessionKeys = Keys & { readonly sessionToken?: string };

let world: ClassWorld;
let account: string;
let ann: Keys;
const OTHER = '222222222222';

const common = (keys: SessionKeys) => ({ endpoint: world.server.url, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
const keysOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials): SessionKeys => ({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! });
const arn = (role: string, owner = account) => `arn:aws:iam::${owner}:role/${role}`;
const assume = async (keys: SessionKeys, role: string, owner = account) =>
  keysOf((await new STSClient(common(keys)).send(new AssumeRoleCommand({ RoleArn: arn(role, owner), RoleSessionName: 'job-1' }))).Credentials!);
const assumeWeb = async (role: string, token: string) =>
  keysOf((await new STSClient(common(ROOT_KEYS)).send(new AssumeRoleWithWebIdentityCommand({ RoleArn: arn(role), RoleSessionName: 'web-1', WebIdentityToken: token }))).Credentials!);
const reads = async (keys: SessionKeys): Promise<boolean> => {
  const s3 = new S3Client({ ...common(keys), forcePathStyle: true });
  return s3.send(new GetObjectCommand({ Bucket: 'vault', Key: 'secret' })).then(
    () => true,
    () => false,
  );
};
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const nobodyAsks = (fields: Record<string, string>) => new SignedClient(world.server.url, 'anonymous').post('/', String(new URLSearchParams({ Version: '2011-06-15', ...fields })), form);
const trust = (principal: object, more: object = {}) => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'], ...more } });
const deviceToken = async (credential: string): Promise<string> => {
  const begun = await world.rest(null).must('POST', '/device', { client_name: 'tool' });
  await world.rest(credential).must('POST', '/device/approve', { user_code: begun.user_code });
  return `Bearer ${(await world.rest(null).must('POST', '/device/token', { device_code: begun.device_code })).access_token}`;
};

beforeAll(async () => {
  world = await ClassWorld.start();
  const root = world.rest();
  account = (await root.must('GET', '/accounts')).accounts[0].id;
  await root.must('POST', '/policies', { id: 'read-vault', document: allow('s3:GetObject', 'arn:aws:s3:::vault/*') });
  ann = await root.user('ann');
  await root.must('POST', '/roles', { id: 'reader', policies: ['read-vault'], trustPolicy: trust({ AWS: `arn:aws:iam::${account}:user/ann` }) });
  await root.must('POST', '/roles', { id: 'web', policies: ['read-vault'], trustPolicy: trust({ Federated: 'idp' }) });
  await root.must('POST', '/accounts', { id: OTHER, displayName: 'other' });
});
afterAll(() => world.remove());

describe('a role', () => {
  it('is not taken on by a key whose own policy leaves that out', async () => {
    const capped = await world.rest().must('POST', '/users/ann/keys', { policy: allow('s3:ListBucket') });
    await expect(assume({ accessKeyId: capped.id, secretAccessKey: capped.secret }, 'reader')).rejects.toMatchObject({ name: 'AccessDenied' });
    const free = await world.rest().must('POST', '/users/ann/keys', { policy: allow('sts:AssumeRole') });
    expect(await reads(await assume({ accessKeyId: free.id, secretAccessKey: free.secret }, 'reader'))).toBe(true);
  });

  it('that was deleted and made again does not know the sessions of the one before', async () => {
    const role = { id: 'passing', policies: ['read-vault'], trustPolicy: trust({ AWS: `arn:aws:iam::${account}:user/ann` }) };
    await world.rest().must('POST', '/roles', role);
    const session = await assume(ann, 'passing');
    expect(await reads(session)).toBe(true);
    await world.rest().must('DELETE', '/roles/passing');
    await world.rest().must('POST', '/roles', role);
    expect(await reads(session)).toBe(false);
    expect(await reads(await assume(ann, 'passing'))).toBe(true);
  });

  it('is let go when the sessions of whoever took it on are revoked', async () => {
    const session = await assume(ann, 'reader');
    expect(await reads(session)).toBe(true);
    await world.rest().must('PUT', '/users/ann', { revokeSessions: true });
    expect(await reads(session)).toBe(false);
    expect(await reads(await assume(ann, 'reader'))).toBe(true);
  });

  it('that is not there is answered as one that trusts others, to whoever tries names', async () => {
    const web = (role: string) => nobodyAsks({ Action: 'AssumeRoleWithWebIdentity', RoleArn: arn(role), RoleSessionName: 'web-1', WebIdentityToken: 'a.b.c' });
    const [there, missing] = [await web('web'), await web('unheard-of')];
    expect([there.status, there.code]).toEqual([missing.status, missing.code]);
    const stranger = await world.rest().must('POST', `/users?account=${OTHER}`, { id: 'eve' }).then(() => world.rest().must('POST', `/users/eve/keys?account=${OTHER}`, {}));
    const eve = { accessKeyId: stranger.id, secretAccessKey: stranger.secret };
    const textOf = (role: string) => assume(eve, role).then(() => 'taken', ({ message }: Error) => message.replace(role, 'ROLE'));
    expect(await textOf('reader')).toBe(await textOf('unheard-of'));
  });

  it('is not taken on over an unsafe connection by who may do nothing there', async () => {
    const guard = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } } };
    await world.rest().must('POST', '/policies', { id: 'tls-only', document: guard });
    const bob = await world.rest().user('bob', { policies: ['tls-only'] });
    await world.rest().must('POST', '/roles', { id: 'bobs', policies: ['read-vault'], trustPolicy: trust({ AWS: `arn:aws:iam::${account}:user/bob` }) });
    await expect(assume(bob, 'bobs')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a role taken on with a token of an issuer', () => {
  it('is not for who is disabled here, and ends when he is', async () => {
    const token = await world.provider.token({ sub: 'wim' });
    const session = await assumeWeb('web', token);
    expect(await reads(session)).toBe(true);
    await world.rest().must('POST', '/users', { id: 'idp:wim', enabled: false });
    await expect(assumeWeb('web', token)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await reads(session)).toBe(false);
  });

  it('ends when his sessions are revoked, and older tokens make no new one', async () => {
    const token = await world.provider.token({ sub: 'wes' });
    const session = await assumeWeb('web', token);
    await world.rest().must('POST', '/users', { id: 'idp:wes' });
    expect(await reads(session)).toBe(true);
    await world.rest().must('PUT', '/users/idp:wes', { revokeSessions: true });
    expect(await reads(session)).toBe(false);
    await expect(assumeWeb('web', token)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('revoked sessions', () => {
  const status = async (authorization: string) => (await world.oci(authorization).get('/v2/team/app/manifests/latest')).status;
  const both = (answer: Json) => `Bearer ${answer.token}`;

  it.each(['access', 'api'])('end tokens of the registry that were made with a key of kind %s, and those that renew them', async (kind) => {
    const user = `dev-${kind}`;
    await world.rest().must('POST', '/users', { id: user, roles: ['read'] });
    const { id, secret } = await world.rest().must('POST', `/users/${user}/keys`, { kind });
    const own = world.oci({ accessKeyId: kind === 'api' ? user : id, secretAccessKey: secret });
    const made = tokenOf(await askToken(own, ['repository:team/app:pull'], '&offline_token=true'));
    const refresh = () => postToken(world.oci(null), { grant_type: 'refresh_token', service: 'zot-artifact-store', client_id: 'x', scope: 'repository:team/app:pull', refresh_token: made.refresh_token! });
    expect([await status(both(made)), await status(both(tokenOf(await refresh())))]).toEqual([200, 200]);
    await world.rest().must('PUT', `/users/${user}`, { revokeSessions: true });
    expect(await status(both(made))).not.toBe(200);
    const renewed = await refresh();
    expect(renewed.status === 200 ? await status(both(tokenOf(renewed))) : renewed.status).not.toBe(200);
  });

  it('make no new ones by approving a program', async () => {
    const key = await world.apiKey('dan', ['admin']);
    const first = await deviceToken(`Bearer ${key}`);
    expect((await world.rest(first).get('/users')).status).toBe(200);
    await world.rest().must('PUT', '/users/dan', { revokeSessions: true });
    expect((await world.rest(first).get('/users')).status).toBe(401);
    const second = await deviceToken(first).catch(() => undefined);
    if (second !== undefined) expect((await world.rest(second).get('/users')).status).not.toBe(200);
    const token = await world.provider.token({ sub: 'dot', roles: ['admin'] });
    await world.rest().must('POST', '/users', { id: 'idp:dot' });
    expect((await world.rest(`Bearer ${token}`).get('/users')).status).toBe(200);
    await world.rest().must('PUT', '/users/idp:dot', { revokeSessions: true });
    const third = await deviceToken(`Bearer ${token}`).catch(() => undefined);
    if (third !== undefined) expect((await world.rest(third).get('/users')).status).not.toBe(200);
  });
});

describe('a program approved by a user of an account that was made later', () => {
  it('speaks for him', async () => {
    await world.rest().must('POST', `/users?account=${OTHER}`, { id: 'olga' });
    const { secret } = await world.rest().must('POST', `/users/olga/keys?account=${OTHER}`, { kind: 'api' });
    const token = await deviceToken(`Bearer ${secret}`);
    expect((await world.rest(token).get('/session')).json).toMatchObject({ principal: 'local:olga', account: { id: OTHER } });
  });
});
