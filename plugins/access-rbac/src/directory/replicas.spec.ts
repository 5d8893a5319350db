import { beforeEach, describe, expect, it } from '@jest/globals';
import { AccessWorld, allow, failure, HOME, may, user } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';

let world: AccessWorld;
let [one, two]: Access[] = [];
const SECOND = 1_001;

beforeEach(async () => {
  world = new AccessWorld();
  [one, two] = [await world.home(), world.replica()];
  await one!.parts.policies.create(world.context, HOME, 'reads', { document: allow('s3:GetObject') });
  await one!.parts.roles.create(world.context, HOME, 'reader', { policies: ['reads'] });
  await one!.parts.groups.create(world.context, HOME, 'team', {});
});

const key = async (name: string) => (await one!.parts.keys.create(world.context, HOME, name, { kind: 'access' })).key;
const credential = (access: Access, id: string) => access.credentials.find(world.context, id);
const look = () => two!.generation.check(world.context);

describe('a change in one server', () => {
  const changes: readonly [string, (id: string) => Promise<unknown>][] = [
    ['the key is disabled', (id) => one!.parts.keys.update(world.context, HOME, 'ann', id, { enabled: false })],
    ['the key is rotated', (id) => one!.parts.keys.rotate(world.context, HOME, 'ann', id, 0)],
    ['the key expires', (id) => one!.parts.keys.update(world.context, HOME, 'ann', id, { expiresAt: world.now })],
    ['the key is deleted', (id) => one!.parts.keys.delete(world.context, HOME, 'ann', id)],
    ['the user is disabled', () => one!.parts.users.update(world.context, HOME, 'ann', () => ({ enabled: false }))],
    ['the user is deleted', () => one!.parts.users.delete(world.context, HOME, 'ann')],
  ];
  it.each(changes)('ends a credential in another: %s', async (_name, change) => {
    await one!.parts.users.create(world.context, HOME, 'ann', { roles: ['reader'] });
    const { id } = await key('ann');
    expect((await credential(two!, id))?.principal.id).toBe('local:ann');
    await change(id);
    expect(await credential(one!, id)).toBeUndefined();
    await look();
    expect(await credential(two!, id)).toBeUndefined();
  });

  const losses: readonly [string, () => Promise<unknown>][] = [
    ['the policy is changed', () => one!.parts.policies.update(world.context, HOME, 'reads', { document: allow('s3:ListBucket') })],
    ['the role is taken away', () => one!.parts.users.update(world.context, HOME, 'ann', () => ({ roles: [] }))],
    ['the role loses its policy', () => one!.parts.roles.update(world.context, HOME, 'reader', () => ({ policies: [] }))],
    ['a boundary is set', () => one!.parts.users.update(world.context, HOME, 'ann', () => ({ boundary: 'ci-pusher' }))],
    ['the user is disabled', () => one!.parts.users.update(world.context, HOME, 'ann', () => ({ enabled: false }))],
    ['the user is deleted', () => one!.parts.users.delete(world.context, HOME, 'ann')],
  ];
  it.each(losses)('changes decisions in another: %s', async (_name, change) => {
    await one!.parts.users.create(world.context, HOME, 'ann', { roles: ['reader'] });
    const ann = user('ann');
    expect(await may(two!, world.context, ann)).toBe(true);
    await change();
    expect(await may(one!, world.context, ann)).toBe(false);
    expect(await may(two!, world.context, ann)).toBe(true);
    world.now += SECOND;
    expect(await may(two!, world.context, ann)).toBe(false);
  });

  it('gives what a group gets to whoever is in it, and knows a new account', async () => {
    await one!.parts.users.create(world.context, HOME, 'ann', { groups: ['team'] });
    expect(await may(two!, world.context, user('ann'))).toBe(false);
    expect(await two!.credentials.account(world.context, '222222222222')).toBeUndefined();
    await one!.parts.groups.update(world.context, HOME, 'team', () => ({ roles: ['read'] }));
    await one!.accounts.create(world.context, '222222222222', 'Second');
    await look();
    expect(await may(two!, world.context, user('ann'))).toBe(true);
    expect(await two!.credentials.account(world.context, '222222222222')).toMatchObject({ displayName: 'Second' });
  });
});

describe('without a store', () => {
  beforeEach(async () => {
    await one!.parts.users.create(world.context, HOME, 'ann', { roles: ['reader'] });
  });

  it('what was looked up within a second is believed, and nothing after that', async () => {
    const { id } = await key('ann');
    const ask = { ann: user('ann'), bob: user('bob') };
    await credential(two!, id);
    expect(await may(two!, world.context, ask.ann)).toBe(true);
    world.store.failing = true;
    world.now += 1_000;
    expect([await may(two!, world.context, ask.ann), (await credential(two!, id))?.principal.id]).toEqual([true, 'local:ann']);
    expect(await failure(may(two!, world.context, ask.bob))).toBe('unavailable');
    world.now += 1;
    for (const work of [may(two!, world.context, ask.ann), credential(two!, id), credential(two!, 'ZAKAAAAAAAAAAAAAAAAA'), two!.credentials.account(world.context, HOME)]) {
      expect(await failure(work)).toBe('unavailable');
    }
    world.store.failing = false;
    expect(await may(two!, world.context, ask.ann)).toBe(true);
  });

  it('a question waits for the look, and hears what it found', async () => {
    expect(await may(two!, world.context, user('ann'))).toBe(true);
    await one!.parts.users.update(world.context, HOME, 'ann', () => ({ roles: [] }));
    world.now += SECOND;
    const letGo = world.store.hold('state');
    let answer: boolean | undefined;
    const asked = may(two!, world.context, user('ann')).then((found) => (answer = found));
    await new Promise(setImmediate);
    expect(answer).toBeUndefined();
    letGo();
    expect(await asked).toBe(false);
  });
});

describe('a record that was being read while it changed', () => {
  it('is not kept', async () => {
    await one!.parts.users.create(world.context, HOME, 'ann', { roles: ['reader'] });
    const { id } = await key('ann');
    await look();
    const letGo = [world.store.hold('users'), world.store.hold('keys')];
    const asked = [may(two!, world.context, user('ann')), credential(two!, id)] as const;
    await new Promise(setImmediate);
    const write = (collection: string, name: string, value: unknown) =>
      world.store.apply(world.context, { kind: 'write-documents', namespace: 'access-rbac', writes: [{ collection, id: name, value }, { collection: 'state', id: 'generation', value: true }] } as never);
    await write('users', `${HOME}/ann`, { id: 'ann', enabled: true, roles: [], groups: [], policies: [] });
    await write('keys', id, undefined);
    await look();
    for (const go of letGo) go();
    expect([await asked[0], (await asked[1])?.principal.id]).toEqual([true, 'local:ann']);
    expect(await may(two!, world.context, user('ann'))).toBe(false);
    expect(await credential(two!, id)).toBeUndefined();
  });
});

describe('changes of one account by two servers at once', () => {
  it('are all made', async () => {
    await one!.parts.users.create(world.context, HOME, 'ann', {});
    const groups = Array.from({ length: 6 }, (_item, i) => `g${i}`);
    for (const id of groups) await one!.parts.groups.create(world.context, HOME, id, {});
    const add = (access: Access, id: string) => access.parts.users.update(world.context, HOME, 'ann', (present) => ({ groups: [...present.groups, id] }));
    await Promise.all(groups.map((id, i) => add([one!, two!][i % 2]!, id)));
    expect([...(await two!.parts.users.get(world.context, HOME, 'ann')).groups].sort()).toEqual(groups);
  });

  it.each(['delete', 'disable', 'unassign', 'leave'] as const)('leave one of the last two administrators: %s', async (way) => {
    await one!.parts.groups.create(world.context, HOME, 'admins', { roles: ['admin'] });
    const grant = way === 'leave' ? { groups: ['admins'] } : { roles: ['admin'] };
    const patch = { disable: { enabled: false }, unassign: { roles: [] }, leave: { groups: [] } };
    for (let round = 0; round < 3; round++) {
      for (const name of ['ada', 'bea']) await one!.parts.users.create(world.context, HOME, name, grant).catch(() => one!.parts.users.update(world.context, HOME, name, () => ({ ...grant, enabled: true })));
      const fire = ({ parts }: Access, name: string) => failure(way === 'delete' ? parts.users.delete(world.context, HOME, name) : parts.users.update(world.context, HOME, name, () => patch[way]));
      expect((await Promise.all([fire(one!, 'ada'), fire(two!, 'bea')])).sort()).toEqual(['conflict last-administrator', 'nothing']);
    }
  });

  it('do not take the role from a group while its other holder goes', async () => {
    await one!.parts.groups.create(world.context, HOME, 'admins', { roles: ['admin'] });
    await one!.parts.users.create(world.context, HOME, 'ada', { groups: ['admins'] });
    await one!.parts.users.create(world.context, HOME, 'bea', { roles: ['admin'] });
    const both = [failure(one!.parts.groups.update(world.context, HOME, 'admins', () => ({ roles: [] }))), failure(two!.parts.users.delete(world.context, HOME, 'bea'))];
    expect((await Promise.all(both)).sort()).toEqual(['conflict last-administrator', 'nothing']);
  });

  it('give up in the end, and say that it can be tried again', async () => {
    const busy = one!.parts.users.create(world.context, HOME, 'ann', {
      get displayName() {
        // Somebody else is faster each time.
        world.store.apply(world.context, { kind: 'write-documents', namespace: 'access-rbac', writes: [{ collection: 'accounts', id: HOME, value: { id: HOME, changes: 1 } }] } as never).catch(() => undefined);
        return 'Ann';
      },
    });
    await expect(busy).rejects.toMatchObject({ code: 'conflict', details: { retriable: true } });
    expect(await failure(one!.parts.users.get(world.context, HOME, 'ann'))).toBe('not-found');
  });

  it('either make a user or delete the account', async () => {
    await one!.accounts.create(world.context, '222222222222', 'Second');
    const outcome = await Promise.all([failure(one!.accounts.delete(world.context, '222222222222')), failure(two!.parts.users.create(world.context, '222222222222', 'ann', {}))]);
    expect(['nothing,not-found', 'conflict in-use,nothing', 'conflict,nothing']).toContain(outcome.join());
  });
});
