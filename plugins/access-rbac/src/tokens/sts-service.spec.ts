import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Credential, Principal, RoleRequest, SessionRequest } from '@zas/plugin-api';
import { AccessWorld, allow, failure, HOME, may, START, trusting, user } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import { MasterKeyRing } from '../secrets/key-ring.js';

const CONFIG = {
  identities: [{ id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1', account: HOME }],
  issuers: [{ name: 'ci', url: 'https://keys.example.org', audiences: ['zas'], account: HOME }],
  root: { accessKeyId: 'ROOTKEY', secretAccessKey: 'root-secret-1' },
};
const MINUTES = 60_000;

let world: AccessWorld;
let access: Access;
let ann: Credential;
const arn = (role: string, account = HOME) => `arn:aws:iam::${account}:role/${role}`;
const keyOf = async (name: string, more: object = {}) => {
  const { key } = await access.parts.keys.create(world.context, HOME, name, { kind: 'access', ...more });
  return (await access.credentials.find(world.context, key.id))!;
};
const role = (id: string, more: object = {}) => access.parts.roles.create(world.context, HOME, id, { policies: ['read'], trustPolicy: trusting({ AWS: [`arn:aws:iam::${HOME}:user/ann`, `arn:aws:iam::${HOME}:role/first`] }), ...more });
const assume = (principal: Principal | undefined, more: Partial<RoleRequest> = {}) => access.tokens.assumeRole(world.as(principal), { roleArn: arn('deploy'), sessionName: 'job', ...more });
const session = (principal: Principal, more: SessionRequest = {}) => access.tokens.getSessionToken(world.as(principal), more);
const find = ({ accessKeyId, sessionToken }: { accessKeyId: string; sessionToken: string }) => access.credentials.find(world.context, accessKeyId, sessionToken);
const web = (more: Partial<RoleRequest> = {}, token = 'good') => access.tokens.assumeRoleWithWebIdentity(world.context, token, { roleArn: arn('web'), sessionName: 'job', ...more });

beforeEach(async () => {
  world = new AccessWorld();
  access = await world.home({ config: CONFIG });
  await access.parts.users.create(world.context, HOME, 'ann', {});
  ann = await keyOf('ann');
  await role('deploy');
  await role('web', { trustPolicy: trusting({ Federated: 'ci' }) });
  const repo: Principal = { ...user('ci:repo'), claims: { repository: 'team/app' }, issuedAt: START, expiresAt: START + MINUTES };
  world.webIdentities.set('good', { principal: repo, issuer: 'ci', subject: 'repo', audience: 'zas', provider: 'https://keys.example.org' });
});

describe('how long a session lasts', () => {
  it.each<[string, number | undefined, string | number]>([
    ['an hour where nothing is said', undefined, 3_600],
    ['as long as was asked', 900, 900],
    ['as long as the role lets it', 7_200, 7_200],
    ['no longer', 7_201, 'invalid-argument'],
    ['not shorter than a quarter', 899, 'invalid-argument'],
    ['whole seconds', 1_000.5, 'invalid-argument'],
    ['a number', NaN, 'invalid-argument'],
  ])('of a role: %s', async (_name, durationSeconds, expected) => {
    await access.parts.roles.update(world.context, HOME, 'deploy', () => ({ maxSessionSeconds: 7_200 }));
    const made = assume(ann.principal, { durationSeconds });
    if (typeof expected === 'string') expect(await failure(made)).toBe(expected);
    else expect((await made).expiresAt).toBe(START + expected * 1_000);
  });

  it('of a user: twelve hours, and thirty-six at most; of a root one', async () => {
    const boss = (await access.credentials.find(world.context, 'BOSSKEY'))!.principal;
    expect((await session(ann.principal)).expiresAt).toBe(START + 12 * 3_600_000);
    expect((await session(ann.principal, { durationSeconds: 129_600 })).expiresAt).toBe(START + 129_600_000);
    expect(await failure(session(ann.principal, { durationSeconds: 129_601 }))).toBe('invalid-argument');
    expect((await session(boss)).expiresAt).toBe(START + 3_600_000);
    expect(await failure(session(boss, { durationSeconds: 3_601 }))).toBe('invalid-argument');
  });

  it('is never longer than what it is made from, and an hour for a session made by a session', async () => {
    const brief = await keyOf('ann', { expiresAt: START + 20 * MINUTES });
    expect((await assume(brief.principal)).expiresAt).toBe(START + 20 * MINUTES);
    expect((await session(brief.principal)).expiresAt).toBe(START + 20 * MINUTES);
    await role('first', { maxSessionSeconds: 43_200 });
    await access.parts.roles.update(world.context, HOME, 'deploy', () => ({ maxSessionSeconds: 43_200 }));
    const first = await assume(ann.principal, { roleArn: arn('first'), durationSeconds: 43_200 });
    expect(await failure(assume(first.principal, { durationSeconds: 3_601 }))).toBe('invalid-argument');
    expect((await assume(first.principal, { durationSeconds: 3_600 })).expiresAt).toBe(START + 3_600_000);
    world.now = first.expiresAt - 15 * MINUTES;
    expect((await assume((await find(first))!.principal)).expiresAt).toBe(first.expiresAt);
  });

  it('ends on time: who finds it then is told when', async () => {
    const made = await session(ann.principal, { durationSeconds: 900 });
    world.now = made.expiresAt;
    expect((await find(made))?.expiresAt).toBe(made.expiresAt);
  });
});

describe('a session ends', () => {
  it.each<[string, (key: string) => Promise<unknown>]>([
    ['with the key', (key) => access.parts.keys.delete(world.context, HOME, 'ann', key)],
    ['when the key is disabled', (key) => access.parts.keys.update(world.context, HOME, 'ann', key, { enabled: false })],
    ['when the key is rotated', (key) => access.parts.keys.rotate(world.context, HOME, 'ann', key, 0)],
    ['when the user is disabled', () => access.parts.users.update(world.context, HOME, 'ann', () => ({ enabled: false }))],
    ['with the user', () => access.parts.users.delete(world.context, HOME, 'ann')],
  ])('%s that it was made with, and one made by it', async (_name, change) => {
    await role('first');
    const first = await assume(ann.principal, { roleArn: arn('first') });
    const made = [await session(ann.principal), first, await assume(first.principal)];
    for (const one of made) expect((await find(one))?.secret).toBe(one.secretAccessKey);
    await change(ann.principal.credentialId);
    for (const one of made) expect(await find(one)).toBeUndefined();
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['with its role', (id) => access.parts.roles.delete(world.context, HOME, id)],
    ['with the sessions of its role, at once', (id) => access.parts.roles.update(world.context, HOME, id, () => ({ revokeSessions: true }))],
  ])('%s', async (_name, change) => {
    await role('first', { trustPolicy: trusting('*') });
    const first = await assume(ann.principal, { roleArn: arn('first') });
    const second = await assume(first.principal);
    expect(await may(access, world.context, (await find(second))!.principal)).toBe(true);
    await change('first');
    expect(await may(access, world.context, (await find(first))!.principal)).toBe(false);
    expect(await find(second)).toBeUndefined();
    world.now += 1;
    await access.parts.roles.delete(world.context, HOME, 'first').catch(() => undefined);
    await role('first', { trustPolicy: trusting('*') });
    // Another role of that name is not its own.
    expect(await may(access, world.context, (await find(first))!.principal)).toBe(false);
    expect(await find(second)).toBeUndefined();
    expect(await may(access, world.context, (await assume(ann.principal, { roleArn: arn('first') })).principal)).toBe(true);
  });

  it('when the credentials of its user are revoked', async () => {
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ roles: ['read'] }));
    const made = await session(ann.principal);
    expect(await may(access, world.context, (await find(made))!.principal)).toBe(true);
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ revokeSessions: true }));
    expect(await find(made)).toBeUndefined();
    expect(await may(access, world.context, ann.principal)).toBe(true);
    world.now += 1;
    expect(await may(access, world.context, (await find(await session(ann.principal)))!.principal)).toBe(true);
  });

  it('with its account', async () => {
    await access.accounts.create(world.context, '222222222222', 'Second');
    await access.parts.users.create(world.context, '222222222222', 'eve', {});
    const { key } = await access.parts.keys.create(world.context, '222222222222', 'eve', { kind: 'access' });
    const made = await session((await access.credentials.find(world.context, key.id))!.principal);
    await access.parts.users.delete(world.context, '222222222222', 'eve');
    await access.accounts.delete(world.context, '222222222222');
    expect(await find(made)).toBeUndefined();
  });

  it('of a web identity: when its user is disabled or its tokens are revoked, or no server knows the issuer', async () => {
    const made = await web();
    expect(await may(access, world.context, (await find(made))!.principal)).toBe(true);
    await access.parts.users.create(world.context, HOME, 'ci:repo', { enabled: false });
    expect(await find(made)).toBeUndefined();
    await access.parts.users.update(world.context, HOME, 'ci:repo', () => ({ enabled: true }));
    expect(await find(made)).toBeDefined();
    await access.parts.users.update(world.context, HOME, 'ci:repo', () => ({ revokeSessions: true }));
    expect(await find(made)).toBeUndefined();
    await access.parts.users.delete(world.context, HOME, 'ci:repo');
    const other = world.replica({ config: { ...CONFIG, issuers: [{ ...CONFIG.issuers[0], enabled: false }] } });
    expect(await other.credentials.find(world.context, made.accessKeyId, made.sessionToken)).toBeUndefined();
  });
});

describe('a session is found', () => {
  it('by its own id and token, with the same master key, and by nothing else', async () => {
    const [one, other] = [await session(ann.principal), await session(ann.principal)];
    expect(await access.credentials.find(world.context, one.accessKeyId, other.sessionToken)).toBeUndefined();
    expect(await access.credentials.find(world.context, ann.principal.credentialId, one.sessionToken)).toBeUndefined();
    expect(await access.credentials.find(world.context, one.accessKeyId)).toBeUndefined();
    const stranger = world.replica({ config: CONFIG, ring: new MasterKeyRing(Buffer.alloc(32, 9)) });
    expect(await stranger.credentials.find(world.context, one.accessKeyId, one.sessionToken)).toBeUndefined();
    const elsewhere = world.replica({ config: CONFIG });
    expect((await elsewhere.credentials.find(world.context, one.accessKeyId, one.sessionToken))?.principal).toEqual(one.principal);
  });

  it('never while the store cannot be asked', async () => {
    const made = await assume(ann.principal);
    world.now += 1_001;
    world.store.failing = true;
    expect([await failure(find(made)), await failure(assume(ann.principal)), await failure(web())]).toEqual(['unavailable', 'unavailable', 'unavailable']);
  });
});

describe('what caps it', () => {
  it('is each policy that it was made with, and what capped the key', async () => {
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ roles: ['write'] }));
    await access.parts.policies.create(world.context, HOME, 'gets', { document: allow('s3:GetObject') });
    const capped = await keyOf('ann', { policy: allow(['s3:GetObject', 's3:ListBucket']) });
    const reads = async (principal: Principal) => [await may(access, world.context, principal), await may(access, world.context, principal, 's3:PutObject')];
    expect(await reads((await session(ann.principal)).principal)).toEqual([true, true]);
    expect(await reads((await session(capped.principal)).principal)).toEqual([true, false]);
    expect(await reads((await session(capped.principal, { policy: allow('s3:*') })).principal)).toEqual([true, false]);
    expect(await reads((await session(capped.principal, { policy: allow('s3:PutObject') })).principal)).toEqual([false, false]);
    expect(await reads((await session(ann.principal, { policy: allow('s3:PutObject'), policyNames: ['gets'] })).principal)).toEqual([true, true]);
    const managed = await session(ann.principal, { policyNames: ['gets'] });
    expect(await reads((await find(managed))!.principal)).toEqual([true, false]);
    await access.parts.policies.delete(world.context, HOME, 'gets');
    expect(await reads((await find(managed))!.principal)).toEqual([false, false]);
  });

  it('is no policy that is none, or not there', async () => {
    for (const policy of ['', '{', '{"Version":"2012-10-17"}', allow('s3:Nonsense'), `${allow('s3:*')}${' '.repeat(2_048)}`]) expect((await failure(assume(ann.principal, { policy }))).split(' ')[0]).toBe('invalid-argument');
    expect(await failure(assume(ann.principal, { policyNames: ['unheard-of'] }))).toBe('invalid-argument');
  });
});

describe('nobody takes on a role', () => {
  it('who is not signed in, a root, or not let by role, policies and what caps him', async () => {
    const boss = (await access.credentials.find(world.context, 'BOSSKEY'))!.principal;
    const root = (await access.credentials.find(world.context, 'ROOTKEY'))!.principal;
    await access.parts.roles.update(world.context, HOME, 'deploy', () => ({ trustPolicy: trusting('*') }));
    const capped = await keyOf('ann', { policy: allow('s3:*') });
    for (const principal of [undefined, boss, root, capped.principal]) expect(await failure(assume(principal))).toBe('access-denied');
    expect(await failure(session(root))).toBe('access-denied');
    expect(await failure(session((await session(ann.principal)).principal))).toBe('access-denied');
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ boundary: 'read' }));
    expect(await failure(assume(ann.principal))).toBe('access-denied');
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ boundary: null, enabled: false }));
    expect(await failure(assume(ann.principal))).toBe('access-denied');
  });

  it('of another account unless both let him, whatever names him there', async () => {
    const other = '222222222222';
    await access.accounts.create(world.context, other, 'Second');
    await access.parts.policies.create(world.context, HOME, 'assumes', { document: allow('sts:AssumeRole', arn('far', other)) });
    const far = { roleArn: arn('far', other) };
    for (const principal of ['*', { AWS: HOME }, { AWS: `arn:aws:iam::${HOME}:user/ann` }]) {
      await access.parts.roles.create(world.context, other, 'far', { trustPolicy: trusting(principal), policies: ['read'] });
      expect(await failure(assume(ann.principal, far))).toBe('access-denied');
      await access.parts.policies.attach(world.context, HOME, 'assumes', { kind: 'user', id: 'ann' });
      expect((await assume(ann.principal, far)).principal).toMatchObject({ account: { id: other }, assumedRole: 'far' });
      await access.parts.policies.detach(world.context, HOME, 'assumes', { kind: 'user', id: 'ann' });
      await access.parts.roles.delete(world.context, other, 'far');
    }
    await access.parts.policies.attach(world.context, HOME, 'assumes', { kind: 'user', id: 'ann' });
    await access.parts.roles.create(world.context, other, 'far', { trustPolicy: trusting({ AWS: other }) });
    expect(await failure(assume(ann.principal, far))).toBe('access-denied');
  });

  it.each([['role'], ['arn:aws:iam::1:role/x'], [arn('')], [arn('a/b')], [`${arn('deploy')}\n`], ['']])('by the ARN %j', async (roleArn) => {
    expect(await failure(assume(ann.principal, { roleArn }))).toBe('invalid-argument');
  });

  it.each([[''], ['x'], ['a b'], ['x'.repeat(65)], ['job\n'], ['a/b']])('by the session name %j', async (sessionName) => {
    expect(await failure(assume(ann.principal, { sessionName }))).toBe('invalid-argument');
  });

  it('that is not there, and hears nothing else than for one that he may not take on', async () => {
    await role('shut', { trustPolicy: undefined });
    for (const name of ['shut', 'unheard-of', 'admin']) expect(await failure(assume(ann.principal, { roleArn: arn(name) }))).toBe('access-denied');
  });
});

describe('a web identity', () => {
  it('becomes a session that says what its token said', async () => {
    const made = await web();
    expect(made).toMatchObject({ identity: { subject: 'repo', audience: 'zas', provider: 'https://keys.example.org' }, arn: `arn:aws:sts::${HOME}:assumed-role/web/job` });
    expect((await find(made))?.principal).toMatchObject({ assumedRole: 'web', claims: { repository: 'team/app', sub: 'repo' } });
  });

  it('takes on nothing with a token that is not good, or while its user is disabled, revoked or capped', async () => {
    expect(await failure(web({}, 'forged'))).toBe('unauthenticated');
    await access.parts.users.create(world.context, HOME, 'ci:repo', { enabled: false });
    expect(await failure(web())).toBe('access-denied');
    await access.parts.users.update(world.context, HOME, 'ci:repo', () => ({ enabled: true, revokeSessions: true }));
    expect(await failure(web())).toBe('access-denied');
    await access.parts.users.delete(world.context, HOME, 'ci:repo');
    await access.parts.users.create(world.context, HOME, 'ci:repo', { boundary: 'read' });
    expect(await failure(web())).toBe('access-denied');
  });
});

describe('secrets', () => {
  it('stand in no error and in no token', async () => {
    const made = await assume(ann.principal, { policy: allow('s3:GetObject') });
    expect(made.sessionToken).not.toContain(made.secretAccessKey);
    expect(Buffer.from(made.sessionToken.split('.')[2]!, 'base64url').toString('latin1')).not.toContain(made.secretAccessKey);
    world.store.failing = true;
    world.now += 1_001;
    const error = (await find(made).catch((thrown: unknown) => thrown)) as Error;
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(made.secretAccessKey);
  });
});
