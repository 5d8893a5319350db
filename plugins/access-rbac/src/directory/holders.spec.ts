import { beforeEach, describe, expect, it } from '@jest/globals';
import { AccessWorld, allow, failure, HOME, START } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';

let world: AccessWorld;
let parts: Access['parts'];
beforeEach(async () => {
  world = new AccessWorld();
  ({ parts } = await world.home({ config: { identities: [{ id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1', account: HOME }] } }));
  await parts.policies.create(world.context, HOME, 'p', { document: allow('s3:*') });
  await parts.roles.create(world.context, HOME, 'r', {});
  await parts.groups.create(world.context, HOME, 'g', {});
  await parts.users.create(world.context, HOME, 'u', {});
});
const here = () => [world.context, HOME] as const;

describe('names', () => {
  it('are taken once, also by what is built in and what the config has', async () => {
    const create: readonly [string, Promise<unknown>][] = [
      ['user', parts.users.create(...here(), 'u', {})],
      ['user of the config', parts.users.create(...here(), 'boss', {})],
      ['group', parts.groups.create(...here(), 'g', {})],
      ['role', parts.roles.create(...here(), 'r', {})],
      ['built-in role', parts.roles.create(...here(), 'admin', {})],
      ['policy', parts.policies.create(...here(), 'p', { document: '' })],
      ['built-in policy', parts.policies.create(...here(), 'read', { document: '' })],
    ];
    for (const [what, work] of create) expect([what, await failure(work)]).toEqual([what, 'already-exists']);
  });

  it('belong to one account', async () => {
    expect(await failure(parts.users.create(world.context, '222222222222', 'u', {}))).toBe('not-found');
    const two = world.replica();
    await two.accounts.create(world.context, '222222222222', 'Second');
    await parts.users.create(world.context, '222222222222', 'u', { displayName: 'Other' });
    expect([(await parts.users.get(...here(), 'u')).displayName, (await parts.users.get(world.context, '222222222222', 'u')).displayName]).toEqual(['u', 'Other']);
    for (const patch of [{ roles: ['r'] }, { groups: ['g'] }, { policies: ['p'] }, { boundary: 'p' }]) expect(await failure(parts.users.update(world.context, '222222222222', 'u', () => patch))).toBe('not-found');
  });

  it('that stand for nothing are refused, and nothing is written', async () => {
    const before = world.store.writes;
    for (const patch of [{ roles: ['x'] }, { groups: ['x'] }, { policies: ['x'] }, { boundary: 'x' }]) {
      expect(await failure(parts.users.create(...here(), 'v', patch))).toBe('not-found');
      expect(await failure(parts.users.update(...here(), 'u', () => patch))).toBe('not-found');
    }
    for (const patch of [{ roles: ['x'] }, { policies: ['x'] }]) expect(await failure(parts.groups.update(...here(), 'g', () => patch))).toBe('not-found');
    expect(await failure(parts.roles.create(...here(), 's', { policies: ['x'] }))).toBe('not-found');
    expect(await failure(parts.roles.update(...here(), 'r', () => ({ policies: ['x'] })))).toBe('not-found');
    for (const work of [parts.users.get(...here(), 'x'), parts.users.delete(...here(), 'x'), parts.groups.delete(...here(), 'x'), parts.roles.delete(...here(), 'x'), parts.policies.delete(...here(), 'x')]) expect(await failure(work)).toBe('not-found');
    expect(world.store.writes).toBe(before);
  });
});

describe('what is in use', () => {
  it.each<[string, () => Promise<unknown>, () => Promise<unknown>, () => Promise<unknown>]>([
    ['a policy by a user', () => parts.users.update(...here(), 'u', () => ({ policies: ['p'] })), () => parts.policies.delete(...here(), 'p'), () => parts.users.delete(...here(), 'u')],
    ['a policy as a boundary', () => parts.users.update(...here(), 'u', () => ({ boundary: 'p' })), () => parts.policies.delete(...here(), 'p'), () => parts.users.update(...here(), 'u', () => ({ boundary: null }))],
    ['a policy by a group', () => parts.policies.attach(...here(), 'p', { kind: 'group', id: 'g' }), () => parts.policies.delete(...here(), 'p'), () => parts.groups.delete(...here(), 'g')],
    ['a policy by a role', () => parts.policies.attach(...here(), 'p', { kind: 'role', id: 'r' }), () => parts.policies.delete(...here(), 'p'), () => parts.policies.detach(...here(), 'p', { kind: 'role', id: 'r' })],
    ['a role by a user', () => parts.users.update(...here(), 'u', () => ({ roles: ['r'] })), () => parts.roles.delete(...here(), 'r'), () => parts.users.update(...here(), 'u', () => ({ roles: [] }))],
    ['a role by a group', () => parts.groups.update(...here(), 'g', () => ({ roles: ['r'] })), () => parts.roles.delete(...here(), 'r'), () => parts.groups.delete(...here(), 'g')],
    ['a group by a user', () => parts.users.update(...here(), 'u', () => ({ groups: ['g'] })), () => parts.groups.delete(...here(), 'g'), () => parts.users.delete(...here(), 'u')],
  ])('stays: %s', async (_name, use, remove, leave) => {
    await use();
    expect(await failure(remove())).toBe('conflict in-use');
    await leave();
    await remove();
  });

  it('is not seen in another account', async () => {
    const { accounts } = world.replica();
    await accounts.create(world.context, '222222222222', 'Second');
    await parts.roles.create(world.context, '222222222222', 'r', {});
    await parts.users.create(world.context, '222222222222', 'u', { roles: ['r'] });
    await parts.roles.delete(...here(), 'r');
  });
});

describe('what is built in', () => {
  it('is there in each account and cannot be changed', async () => {
    expect((await parts.roles.get(...here(), 'admin')).policies).toEqual(['admin']);
    const tries = [
      parts.roles.update(...here(), 'admin', () => ({ trustPolicy: '{}' })),
      parts.roles.delete(...here(), 'read'),
      parts.policies.update(...here(), 'read', { document: allow('*') }),
      parts.policies.delete(...here(), 'write'),
      parts.policies.attach(...here(), 'p', { kind: 'role', id: 'read' }),
    ];
    for (const work of tries) expect(await failure(work)).toBe('conflict built-in');
  });
});

describe('a change', () => {
  it('sets what it names, takes away what it says is null, and leaves the rest', async () => {
    const patch = { displayName: 'U', email: 'u@example.org', roles: ['r'], groups: ['g'], policies: ['p'], boundary: 'p' };
    const full = await parts.users.update(...here(), 'u', () => patch);
    expect(full).toEqual({ id: 'u', enabled: true, createdAt: START, ...patch });
    expect(await parts.users.update(...here(), 'u', () => ({}))).toEqual(full);
    const { email, boundary, ...less } = full;
    expect([email, boundary]).toEqual(['u@example.org', 'p']);
    expect(await parts.users.update(...here(), 'u', () => ({ email: null, boundary: null }))).toEqual(less);
    world.now += 5;
    expect(await parts.users.update(...here(), 'u', () => ({ revokeSessions: true, enabled: false }))).toEqual({ ...less, enabled: false, revokedBefore: START + 5 });
    const role = await parts.roles.update(...here(), 'r', () => ({ trustPolicy: '{}', maxSessionSeconds: 900, revokeSessions: true }));
    expect(role).toMatchObject({ trustPolicy: '{}', maxSessionSeconds: 900, revokedBefore: START + 5 });
    expect(await parts.roles.update(...here(), 'r', () => ({ trustPolicy: null }))).not.toHaveProperty('trustPolicy');
    expect(await parts.policies.update(...here(), 'p', { description: 'x' })).toMatchObject({ document: allow('s3:*'), description: 'x', createdAt: START, updatedAt: START + 5 });
  });

  it('that changes nothing writes nothing', async () => {
    await parts.policies.attach(...here(), 'p', { kind: 'user', id: 'u' });
    const before = world.store.writes;
    await parts.policies.attach(...here(), 'p', { kind: 'user', id: 'u' });
    await parts.policies.detach(...here(), 'p', { kind: 'group', id: 'g' });
    expect(world.store.writes).toBe(before);
    expect((await parts.users.get(...here(), 'u')).policies).toEqual(['p']);
    expect(await failure(parts.policies.attach(...here(), 'x', { kind: 'user', id: 'u' }))).toBe('not-found');
    expect(await failure(parts.policies.attach(...here(), 'p', { kind: 'group', id: 'x' }))).toBe('not-found');
  });

  it('hangs a hundred policies somewhere, and not one more', async () => {
    const many = Array.from({ length: 100 }, (_item, i) => `q${i}`);
    for (const id of many) await parts.policies.create(...here(), id, { document: allow('s3:*') });
    await parts.groups.update(...here(), 'g', () => ({ policies: many }));
    expect(await failure(parts.policies.attach(...here(), 'p', { kind: 'group', id: 'g' }))).toBe('conflict');
  });
});

describe('administrators', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['is deleted', () => parts.users.delete(...here(), 'ada')],
    ['is disabled', () => parts.users.update(...here(), 'ada', () => ({ enabled: false }))],
    ['loses the role', () => parts.users.update(...here(), 'ada', () => ({ roles: ['read'], groups: [] }))],
  ])('stay: the last one never %s, until there is another', async (_name, fire) => {
    await parts.groups.create(...here(), 'admins', { roles: ['admin'] });
    await parts.users.create(...here(), 'ada', { roles: ['admin'], groups: ['admins'] });
    expect(await failure(fire())).toBe('conflict last-administrator');
    // Neither one who is disabled, nor a group that nobody is in, is another.
    await parts.users.create(...here(), 'bea', { roles: ['admin'], enabled: false });
    expect(await failure(fire())).toBe('conflict last-administrator');
    await parts.users.create(...here(), 'keycloak:cid', { groups: ['admins'] });
    await fire();
    expect(await failure(parts.groups.update(...here(), 'admins', () => ({ roles: [] })))).toBe('conflict last-administrator');
  });

  it('need not be there: an account that has none may go on without', async () => {
    await parts.users.update(...here(), 'u', () => ({ enabled: false }));
    await parts.users.delete(...here(), 'u');
  });
});
