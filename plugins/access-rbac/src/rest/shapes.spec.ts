import { beforeEach, describe, expect, it } from '@jest/globals';
import { AccessWorld, allow, failure, HOME, user } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import { allPrincipals, principalOf } from './principals.js';
import { resourceOfArn } from './resource-of-arn.js';
import { accountOf, cursorOf, name, names, policyDocument, readCursor, requirePolicy, userName } from './shapes.js';

let world: AccessWorld;
let access: Access;
beforeEach(async () => {
  world = new AccessWorld();
  access = await world.home({ config: { identities: [{ id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1', account: HOME }] } });
  await access.parts.users.create(world.context, HOME, 'ann', { roles: ['read'] });
  await access.parts.users.create(world.context, HOME, 'keycloak:alice', {});
  await access.parts.users.create(world.context, HOME, 'config:boss', {});
  await access.parts.roles.create(world.context, HOME, 'deploy', {});
});

describe('names', () => {
  it.each<[string, boolean, boolean]>([
    // As a name, and as a user's.
    ['ann', true, true], ['a.b_c@d+e=f-g', true, true], ['x'.repeat(128), true, true], ['keycloak:alice', false, true], ['keycloak:x:y', false, true],
    ['', false, false], ['-a', false, false], ['x'.repeat(129), false, false], ['a/b', false, false], ['a b', false, false], ['ann\n', false, false], ['ä', false, false],
    ['keycloak:', false, false], ['keycloak:a/b', false, false], ['keycloak:a\u0000', false, false], ['local:ann', false, false], ['config:root', false, false], ['../x', false, false],
  ])('%j: %s, of a user: %s', (text, plain, ofUser) => {
    expect([name.safeParse(text).success, userName.safeParse(text).success]).toEqual([plain, ofUser]);
  });

  it('stand in a list once', () => {
    expect([names.safeParse(['a', 'b']).success, names.safeParse(['a', 'a']).success, names.safeParse(Array.from({ length: 101 }, (_item, i) => `n${i}`)).success]).toEqual([true, false, false]);
  });
});

describe('policy documents', () => {
  it('come as text or as what JSON makes of it, and are no longer one way than the other', () => {
    expect(policyDocument.parse({ a: 1 })).toBe('{"a":1}');
    const long = { Statement: 'x'.repeat(20_480) };
    for (const document of [long, JSON.stringify(long)]) expect(policyDocument.safeParse(document).success).toBe(false);
    for (const odd of [null, 5, [], true]) expect(policyDocument.safeParse(odd).success).toBe(false);
    expect(requirePolicy(allow('s3:*'))).toBe(allow('s3:*'));
    expect(() => requirePolicy('{}')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('cursors and accounts', () => {
  it('say what was put into them, and odd ones are refused', () => {
    for (const id of ['ann', 'keycloak:älice', 'a'.repeat(500)]) expect(readCursor(cursorOf(id))).toBe(id);
    expect(readCursor(undefined)).toBeUndefined();
    for (const odd of ['', '=', 'a b', '../']) expect(() => readCursor(odd)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('of a request are the one that it names, the caller’s, or the server root’s', () => {
    expect(accountOf(world.as(user('ann')), { account: '222222222222' })).toBe('222222222222');
    expect(accountOf(world.as(user('ann')), {})).toBe(HOME);
    expect(accountOf(world.context, {})).toMatch(/^\d{12}$/);
  });
});

describe('resources of ARNs', () => {
  it.each<[string, object]>([
    ['arn:aws:s3:::', { type: 'service' }],
    ['*', { type: 'service' }],
    ['arn:aws:s3:::box', { type: 'bucket', bucket: 'box', ownerAccount: HOME }],
    ['arn:aws:s3:::box/a/b?c', { type: 'object', bucket: 'box', key: 'a/b?c', ownerAccount: HOME, object: null }],
    ['arn:aws:s3:::box/a\nb', { type: 'object', key: 'a\nb' }],
    ['arn:aws:s3:::none', { type: 'bucket', ownerAccount: HOME }],
    ['arn:zas:oci:::team/app', { type: 'repository', repository: 'team/app', ownerAccount: HOME }],
    [`arn:zas:rbac::${HOME}:user/keycloak:alice`, { type: 'access', account: HOME, kind: 'user', name: 'keycloak:alice' }],
    [`arn:aws:iam::${HOME}:role/deploy`, { type: 'access', account: HOME, kind: 'role', name: 'deploy' }],
    ['arn:zas:admin:::plugins', { type: 'admin', name: 'plugins' }],
  ])('%j', async (arn, expected) => {
    await world.store.apply(world.context, { kind: 'create-bucket', name: 'box', owner: HOME, settings: {} } as never);
    expect(await resourceOfArn(access.parts.resources, world.as(user('ann')), arn, HOME)).toMatchObject(expected);
  });

  it.each([[''], ['box'], ['arn:aws:s3:::/x'], ['arn:zas:rbac::1:user/x'], [`arn:zas:rbac::${HOME}:secret/x`], ['arn:aws:ec2:::x'], ['arn:zas:oci:::']])('%j is none', async (arn) => {
    expect(await failure(resourceOfArn(access.parts.resources, world.context, arn, HOME))).toBe('invalid-argument');
  });
});

describe('principals to ask about', () => {
  it.each<[string, string | object]>([
    ['ann', { id: 'local:ann', accountRoot: false }],
    ['local:ann', { id: 'local:ann' }],
    ['keycloak:alice', { id: 'keycloak:alice' }],
    ['config:boss', { id: 'config:boss', accountRoot: true }],
    ['role:deploy', { assumedRole: 'deploy' }],
    ['role:admin', { assumedRole: 'admin' }],
    ['bob', 'not-found'], ['role:none', 'not-found'], ['boss', 'not-found'], ['keycloak:bob', 'not-found'],
  ])('%s', async (id, expected) => {
    const found = principalOf(access.parts, world.context, HOME, id);
    if (typeof expected === 'string') expect(await failure(found)).toBe(expected);
    else expect(await found).toMatchObject(expected);
  });

  it('are nobody of an account that is not there, and all of one that is, each once', async () => {
    expect(await failure(principalOf(access.parts, world.context, '999999999999', 'ann'))).toBe('not-found');
    const names: string[] = [];
    for await (const { name: one } of allPrincipals(access.parts, world.context, HOME)) names.push(one);
    expect(names).toEqual(['config:boss', 'local:ann', 'keycloak:alice', 'role:deploy']);
  });
});
