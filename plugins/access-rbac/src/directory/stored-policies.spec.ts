import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Principal } from '@zas/plugin-api';
import { AccessWorld, allow, deny, HOME, may, START, user } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import { isRevoked, isRoleOver, principalIdOf, userIdOf } from './stored-policies.js';

const CONFIG = {
  identities: [
    { id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1', account: HOME },
    { id: 'con', displayName: 'Con', accessKeyId: 'CONKEY', secretAccessKey: 'con-secret-1', account: HOME, policies: [allow('s3:*')], boundary: allow(['s3:GetObject', 's3:PutObject']) },
  ],
  root: { accessKeyId: 'ROOTKEY', secretAccessKey: 'root-secret-1' },
};
let world: AccessWorld;
let access: Access;
let parts: Access['parts'];
const here = () => [world.context, HOME] as const;
const can = async (principal: Principal) => [await may(access, world.context, principal), await may(access, world.context, principal, 's3:PutObject')];
const configured = async (key: string) => (await access.credentials.find(world.context, key))!.principal;

beforeEach(async () => {
  world = new AccessWorld();
  access = await world.home({ config: CONFIG });
  ({ parts } = access);
  await parts.policies.create(...here(), 'gets', { document: allow('s3:GetObject') });
  await parts.policies.create(...here(), 'puts', { document: allow('s3:PutObject') });
  await parts.policies.create(...here(), 'never', { document: deny('s3:GetObject') });
  await parts.roles.create(...here(), 'getter', { policies: ['gets'] });
  await parts.groups.create(...here(), 'putters', { policies: ['puts'] });
});

describe('what somebody may', () => {
  it('comes from himself, his groups and roles, and the roles of his groups, stored or in his token', async () => {
    await parts.groups.create(...here(), 'getters', { roles: ['getter'] });
    await parts.users.create(...here(), 'ann', {});
    const cases: readonly (readonly [object, Partial<Principal>, readonly boolean[]])[] = [
      [{}, {}, [false, false]],
      [{ policies: ['puts'] }, {}, [false, true]],
      [{ policies: [], roles: ['getter'] }, {}, [true, false]],
      [{ roles: [], groups: ['putters'] }, {}, [false, true]],
      [{ groups: ['getters', 'putters'] }, {}, [true, true]],
      [{ groups: [] }, { groups: ['getters'] }, [true, false]],
      [{}, { roles: ['getter'], groups: ['putters', 'unheard-of'] }, [true, true]],
      [{}, { roles: ['unheard-of'] }, [false, false]],
    ];
    for (const [patch, more, expected] of cases) {
      await parts.users.update(...here(), 'ann', () => patch);
      expect({ patch, more, can: await can({ ...user('ann'), ...more }) }).toEqual({ patch, more, can: expected });
    }
  });

  it('is what the config says and what is stored, under both caps', async () => {
    const con = await configured('CONKEY');
    expect(await can(con)).toEqual([true, true]);
    await parts.users.create(...here(), 'config:con', { policies: ['never'] });
    expect(await can(con)).toEqual([false, true]);
    await parts.users.update(...here(), 'config:con', () => ({ policies: [], boundary: 'gets' }));
    expect(await can(con)).toEqual([true, false]);
  });

  it('is nothing for who is disabled, be he the root of the account, but never for that of the server', async () => {
    const [boss, root] = [await configured('BOSSKEY'), await configured('ROOTKEY')];
    expect(await can(boss)).toEqual([true, true]);
    await parts.users.create(...here(), 'config:boss', { enabled: false });
    expect(await can(boss)).toEqual([false, false]);
    await parts.users.create(world.context, root.account.id, 'config:root', { enabled: false });
    expect((await access.authorizer.decide(world.context, { principal: root, action: 'rbac:ListUsers', resource: { type: 'access', account: HOME, kind: 'user', name: '*' } })).allow).toBe(true);
  });

  it('of a token with very many groups and roles is what all of them bring, and what is stored of him', async () => {
    await parts.groups.create(...here(), 'barred', { policies: ['never'] });
    await parts.roles.create(...here(), 'barring', { policies: ['never'] });
    const crowd = Array.from({ length: 500 }, (_item, i) => `x${i}`);
    for (const patch of [{ groups: ['barred'] }, { groups: [], roles: ['barring'] }]) {
      await parts.users.create(...here(), 'keycloak:alice', patch).catch(() => parts.users.update(...here(), 'keycloak:alice', () => patch));
      expect(await can({ ...user('keycloak:alice'), groups: crowd, roles: ['read', ...crowd] })).toEqual([false, false]);
    }
    await parts.users.update(...here(), 'keycloak:alice', () => ({ roles: [] }));
    expect(await can({ ...user('keycloak:alice'), roles: ['read', ...crowd] })).toEqual([true, false]);
    expect(await can({ ...user('keycloak:alice'), roles: [...crowd, 'read'] })).toEqual([true, false]);
  });

  it('is told from what others of that name in other accounts may', async () => {
    await access.accounts.create(world.context, '222222222222', 'Second');
    await parts.users.create(world.context, '222222222222', 'ann', { roles: ['admin'] });
    expect(await can(user('ann'))).toEqual([false, false]);
    expect(await can(user('ann', '222222222222'))).toEqual([false, false]);
  });
});

describe('what cannot be read or found', () => {
  const put = (collection: string, id: string, value: unknown) =>
    world.store.apply(world.context, { kind: 'write-documents', namespace: 'access-rbac', writes: [{ collection, id: `${HOME}/${id}`, value }, { collection: 'state', id: 'generation', value: true }] } as never).then(() => access.generation.check(world.context));

  it('may have been a Deny: nothing is allowed', async () => {
    await parts.users.create(...here(), 'ann', { policies: ['gets'], roles: ['read'] });
    expect(await can(user('ann'))).toEqual([true, false]);
    for (const document of ['', '{', '{"Statement":[]}', '{"Statement":{"Effect":"Allow","Action":"new:*","Resource":"*","Else":1}}']) {
      await put('policies', 'gets', { id: 'gets', document });
      expect(await can(user('ann'))).toEqual([false, false]);
    }
  });

  it('as a boundary lets nothing through', async () => {
    await parts.users.create(...here(), 'ann', { roles: ['read'], boundary: 'gets' });
    expect(await can(user('ann'))).toEqual([true, false]);
    await put('policies', 'gets', undefined);
    expect(await can(user('ann'))).toEqual([false, false]);
  });
});

describe('sessions', () => {
  it.each<[number | undefined, number | undefined, number, boolean, boolean]>([
    // Made, revoked before, role made: revoked, ended.
    [START, undefined, START, false, false],
    [START, START + 1, START, true, true],
    [START, START, START, true, true],
    [START, START - 1, START - 2, false, false],
    [START, undefined, START + 1, false, true],
    [undefined, START, START, false, false],
  ])('made at %s, revoked at %s, of a role made at %s', (issuedAt, revokedBefore, createdAt, revoked, ended) => {
    expect(isRevoked({ issuedAt }, revokedBefore)).toBe(revoked);
    expect(isRoleOver({ id: 'r', description: '', policies: [], maxSessionSeconds: 900, createdAt, revokedBefore }, issuedAt)).toBe(ended);
  });

  it('have the role’s permissions and none of who took it on', async () => {
    await parts.users.create(...here(), 'ann', { roles: ['admin'] });
    expect(await can({ ...user('role:getter/ann'), assumedRole: 'getter', issuedAt: world.now })).toEqual([true, false]);
    expect(await can({ ...user('role:none/ann'), assumedRole: 'none', issuedAt: world.now })).toEqual([false, false]);
  });
});

describe('questions of what if', () => {
  it('see what would be, and keep nothing of it', async () => {
    const record = await parts.users.create(...here(), 'ann', { policies: ['gets'] });
    const asks = async (overlay: object) => {
      const own = await parts.source.read(world.context, user('ann'), overlay);
      const ask = (action: string) => access.authorizer.decideWith(own, { principal: user('ann'), action, resource: { type: 'object', bucket: 'b', key: 'k', ownerAccount: HOME, object: null } }).allow;
      return [ask('s3:GetObject'), ask('s3:PutObject')];
    };
    expect(await asks({})).toEqual([true, false]);
    expect(await asks({ policies: new Map([['gets', allow('s3:PutObject')]]) })).toEqual([false, true]);
    expect(await asks({ policies: new Map([['gets', null]]) })).toEqual([false, false]);
    expect(await asks({ user: { ...record, roles: ['write'] } })).toEqual([true, true]);
    expect(await asks({ user: { ...record, roles: ['write'], boundary: 'puts' } })).toEqual([false, true]);
    expect(await asks({ user: { ...record, enabled: false } })).toEqual([false, false]);
    expect(await can(user('ann'))).toEqual([true, false]);
  });
});

describe('ids', () => {
  it.each([['ann', 'local:ann'], ['keycloak:alice', 'keycloak:alice'], ['config:boss', 'config:boss']])('of the user %s and of his principal %s', (id, principal) => {
    expect([principalIdOf(id), userIdOf({ id: principal })]).toEqual([principal, id]);
  });
});
