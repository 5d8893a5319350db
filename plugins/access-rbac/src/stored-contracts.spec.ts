import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@zas/plugin-api';
import { authenticatorSuite, credentialsSuite, securityTokensSuite, type Runner } from '@zas/plugin-testkit';
import { AccessWorld, allow, HOME, START, trusting, user } from './access-world.spec.fixture.js';
import { BasicAuthenticator } from './authenticators/basic-authenticator.js';
import { ApiKeyAuthenticator, ApiKeys, ApiKeySource } from './authenticators/keys/api-keys.js';
import { StoredKeySource } from './authenticators/keys/stored-key-source.js';
import { LoginThrottle } from './authenticators/login-throttle.js';
import { throttleSchema } from './authenticators/throttle-config.js';
import type { Access } from './build-access.js';
import type { KeyKind } from './directory/records.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const CONFIG = { userFiles: [{ name: 'people', path: 'none' }], issuers: [{ name: 'ci', url: 'https://keys.example.org', audiences: ['zas'] }], identities: [{ id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1' }] };
const arn = (role: string) => `arn:aws:iam::${HOME}:role/${role}`;

/** A server with a stored user. */
async function stored() {
  const world = new AccessWorld();
  const access = await world.home({ config: CONFIG });
  await access.parts.users.create(world.context, HOME, 'ann', {});
  const make = (kind: KeyKind, more: object = {}) => access.parts.keys.create(world.context, HOME, 'ann', { kind, ...more });
  const keyOf = async () => {
    const { key } = await make('access');
    return (await access.credentials.find(world.context, key.id))!.principal;
  };
  return { world, access, make, keyOf };
}

credentialsSuite(runner, async () => {
  const { access, make } = await stored();
  const { key, secret } = await make('access');
  return { credentials: access.credentials, known: { accessKeyId: key.id, secret } };
});

credentialsSuite(runner, async () => {
  const { world, access, keyOf } = await stored();
  const made = await access.tokens.getSessionToken(world.as(await keyOf()), {});
  return { credentials: access.credentials, known: { accessKeyId: made.accessKeyId, secret: made.secretAccessKey, sessionToken: made.sessionToken } };
}, async () => {
  const { world, access, keyOf } = await stored();
  const { keys, users } = access.parts;
  // Each test makes a user anew where the one before was deleted.
  const make = async (): Promise<Principal> => {
    await users.create(world.context, HOME, 'ann', {}).catch(() => undefined);
    await users.update(world.context, HOME, 'ann', () => ({ enabled: true }));
    world.now += 1;
    return keyOf();
  };
  const update = (patch: Parameters<typeof keys.update>[4]) => async ({ credentialId }: Principal) => void (await keys.update(world.context, HOME, 'ann', credentialId, patch));
  return {
    renewal: access.credentials,
    now: world.clock.now,
    make,
    ends: {
      gone: ({ credentialId }) => keys.delete(world.context, HOME, 'ann', credentialId),
      disabled: update({ enabled: false }),
      'rotated, without grace': async ({ credentialId }) => void (await keys.rotate(world.context, HOME, 'ann', credentialId, 0)),
      expired: async (principal) => {
        await update({ expiresAt: world.now + 5 })(principal);
        world.now += 5;
      },
      'its user disabled': async () => void (await users.update(world.context, HOME, 'ann', () => ({ enabled: false }))),
      'its user’s tokens revoked': async () => void (await users.update(world.context, HOME, 'ann', () => ({ revokeSessions: true }))),
      'its user gone': () => users.delete(world.context, HOME, 'ann'),
    },
    change: async ({ credentialId }) => {
      await keys.update(world.context, HOME, 'ann', credentialId, { expiresAt: world.now + 1_000_000 });
      return { expiresAt: world.now + 1_000_000 };
    },
  };
});

securityTokensSuite(runner, async () => {
  const { world, access, keyOf } = await stored();
  const role = (id: string, principal: unknown) => access.parts.roles.create(world.context, HOME, id, { trustPolicy: trusting(principal), maxSessionSeconds: 7_200 });
  await role('open', { AWS: `arn:aws:iam::${HOME}:user/ann` });
  await role('shut', { AWS: `arn:aws:iam::${HOME}:user/bob` });
  await role('web', { Federated: 'ci' });
  const identity = { subject: 'repo', audience: 'zas', provider: 'https://keys.example.org' };
  world.webIdentities.set('good', { ...identity, principal: user('ci:repo'), issuer: 'ci' });
  const principal = await keyOf();
  return {
    tokens: access.tokens,
    credentials: access.credentials,
    now: world.clock.now,
    user: principal,
    roleArn: arn('open'),
    shutRoleArn: arn('shut'),
    policy: allow('s3:GetObject'),
    end: () => access.parts.keys.delete(world.context, HOME, 'ann', principal.credentialId),
    web: { token: 'good', identity, roleArn: arn('web') },
  };
});

const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
/** As the plugin puts them together. */
function comingIn({ parts, knownKeys }: Access, world: AccessWorld) {
  const apiKeys = new ApiKeys(parts.keys, knownKeys);
  const throttle = new LoginThrottle(world.clock, throttleSchema.parse({ enabled: false }));
  return { bearer: new ApiKeyAuthenticator(apiKeys), basic: new BasicAuthenticator([new ApiKeySource(apiKeys), new StoredKeySource(knownKeys)], throttle) };
}

/** What no way in may take. */
async function badKeys() {
  const { world, access, make } = await stored();
  const [good, pair, disabled, expired, gone, other] = [await make('api'), await make('access'), await make('api'), await make('api', { expiresAt: START + 1 }), await make('api'), await make('api')];
  const { keys } = access.parts;
  await keys.update(world.context, HOME, 'ann', disabled.key.id, { enabled: false });
  await keys.delete(world.context, HOME, 'ann', gone.key.id);
  world.now += 1;
  const mixed = `${good.secret.slice(0, 21)}${other.secret.slice(21)}`;
  return { world, access, good, pair, bad: [disabled.secret, expired.secret, gone.secret, mixed, `${good.secret}x`, good.secret.slice(0, -1), 'zas_'] };
}

authenticatorSuite(runner, async () => {
  const { world, access, good, bad } = await badKeys();
  return { authenticator: comingIn(access, world).bearer, accepted: [{ authorization: `Bearer ${good.secret}`, principalId: 'local:ann' }, { authorization: `bearer ${good.secret}`, principalId: 'local:ann' }], rejected: bad.map((token) => `Bearer ${token}`) };
});

authenticatorSuite(runner, async () => {
  const { world, access, good, pair, bad } = await badKeys();
  const names = ['ann', good.key.id, 'token'];
  return {
    authenticator: comingIn(access, world).basic,
    accepted: [...names.map((name) => basic(name, good.secret)), basic(pair.key.id, pair.secret)].map((authorization) => ({ authorization, principalId: 'local:ann' })),
    rejected: [...bad.map((token) => basic('token', token)), basic('bob', good.secret), basic('', good.secret), basic(pair.key.id, ''), basic(pair.key.id, good.key.secret), basic(good.key.id, ''), basic('ann', pair.secret)],
  };
});

describe('what is renewed', () => {
  const renewed = async (access: Access, world: AccessWorld, principal: Principal, since = world.now) => (await access.credentials.renew(world.context, principal, since))?.id;

  it('of the config ends with the stored user of that name too, but never the root of the server', async () => {
    const world = new AccessWorld();
    const access = world.replica({ config: { ...CONFIG, root: { accessKeyId: 'ROOTKEY', secretAccessKey: 'root-secret-1' } } });
    const [boss, root] = [(await access.credentials.find(world.context, 'BOSSKEY'))!.principal, (await access.credentials.find(world.context, 'ROOTKEY'))!.principal];
    expect([await renewed(access, world, boss), await renewed(access, world, root)]).toEqual(['config:boss', 'config:root']);
    await access.parts.users.create(world.context, boss.account.id, 'config:boss', { revokeSessions: true });
    expect([await renewed(access, world, boss), await renewed(access, world, boss, world.now + 1)]).toEqual([undefined, 'config:boss']);
    await access.parts.users.update(world.context, boss.account.id, 'config:boss', () => ({ enabled: false }));
    expect(await renewed(access, world, boss, world.now + 1)).toBeUndefined();
    await access.parts.users.create(world.context, root.account.id, 'config:root', { enabled: false });
    expect(await renewed(access, world, root)).toBe('config:root');
  });

  it('of who comes from elsewhere lasts an hour, while the source is there and he is let', async () => {
    const { world, access } = await stored();
    const alice: Principal = { ...user('people:alice'), roles: ['read'], credentialId: 'people:alice' };
    const since = world.now;
    expect(await access.credentials.renew(world.context, alice, since)).toMatchObject({ id: 'people:alice', roles: ['read'], issuedAt: since });
    expect(await renewed(access, world, { ...alice, id: 'gone:alice' })).toBeUndefined();
    expect(await renewed(access, world, { ...alice, account: { ...alice.account, id: '999999999999' } })).toBeUndefined();
    await access.parts.users.create(world.context, HOME, 'people:alice', { revokeSessions: true });
    expect([await renewed(access, world, alice, since), await renewed(access, world, alice, since + 1)]).toEqual([undefined, 'people:alice']);
    await access.parts.users.update(world.context, HOME, 'people:alice', () => ({ enabled: false }));
    expect(await renewed(access, world, alice, since + 1)).toBeUndefined();
    await access.parts.users.delete(world.context, HOME, 'people:alice');
    world.now += 3_599_999;
    expect(await renewed(access, world, alice, since)).toBe('people:alice');
    world.now += 1;
    expect(await renewed(access, world, alice, since)).toBeUndefined();
  });

  it('is nothing while the store cannot be asked', async () => {
    const { world, access, keyOf } = await stored();
    const principal = await keyOf();
    world.store.failing = true;
    await expect(access.credentials.renew(world.context, principal, world.now)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
