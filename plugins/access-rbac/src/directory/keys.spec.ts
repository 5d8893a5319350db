import { beforeEach, describe, expect, it } from '@jest/globals';
import { AccessWorld, allow, failure, HOME, MASTER_KEY, START } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import { MasterKeyRing } from '../secrets/key-ring.js';
import { apiKeyIdOf, newAccessKey, newApiKey } from './key-format.js';
import type { KeyKind } from './records.js';

let world: AccessWorld;
let access: Access;
let keys: Access['parts']['keys'];
beforeEach(async () => {
  world = new AccessWorld();
  access = await world.home();
  keys = access.parts.keys;
  for (const name of ['ann', 'bob']) await access.parts.users.create(world.context, HOME, name, {});
});

const make = (kind: KeyKind = 'access', more: object = {}) => keys.create(world.context, HOME, 'ann', { kind, ...more });
const known = (id: string) => access.knownKeys.find(world.context, id);
const numbers = () => {
  let state = 0;
  return (max: number) => (state = (state * 7 + 3) % 1_009) % max;
};

describe('the format of keys', () => {
  it('is AWS’s for pairs, and its own for API keys', () => {
    const { id, secret } = newAccessKey(numbers());
    expect(id).toMatch(/^ZAK[A-Z2-7]{17}$/);
    expect(secret).toMatch(/^[A-Za-z0-9]{40}$/);
    const made = newApiKey(numbers());
    expect(apiKeyIdOf(made.token)).toBe(made.id);
  });

  it('tells typing errors without a look at the store', () => {
    const { token } = newApiKey(numbers());
    const wrong = [...token].map((c, at) => token.slice(0, at) + (c === 'B' ? 'C' : 'B') + token.slice(at + 1));
    for (const odd of [...wrong, '', 'zas_', token.slice(1), `${token} `, `${token}\n`, token.toLowerCase(), 'zas_'.repeat(100_000)]) expect(apiKeyIdOf(odd)).toBeUndefined();
  });
});

describe('a key', () => {
  it('is found with its secret, as its user, under what caps it', async () => {
    const { key, secret } = await make('access', { policy: allow('s3:*'), expiresAt: START + 5 });
    expect(await known(key.id)).toMatchObject({ secret, principal: { id: 'local:ann', account: { id: HOME }, credentialId: key.id, sessionPolicies: [allow('s3:*')], expiresAt: START + 5 } });
    world.now = START + 5;
    expect(await known(key.id)).toBeUndefined();
  });

  it('of an API is told from all others, also after the master key was changed', async () => {
    const [one, two] = [await make('api'), await make('api')];
    expect(keys.isTokenOf(one.key, one.secret)).toBe(true);
    expect([keys.isTokenOf(one.key, two.secret), keys.isTokenOf(two.key, one.secret), keys.isTokenOf(one.key, '')]).toEqual([false, false, false]);
    const later = world.replica({ ring: new MasterKeyRing(Buffer.alloc(32, 2), [MASTER_KEY]) }).parts.keys;
    expect(later.isTokenOf(one.key, one.secret)).toBe(true);
    expect(world.replica({ ring: new MasterKeyRing(Buffer.alloc(32, 2)) }).parts.keys.isTokenOf(one.key, one.secret)).toBe(false);
  });

  it('whose master key is gone is corrupt, and shows nothing', async () => {
    const { key, secret } = await make();
    const stranger = world.replica({ ring: new MasterKeyRing(Buffer.alloc(32, 2)) });
    const error = (await stranger.knownKeys.find(world.context, key.id).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: 'corrupt' });
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(secret);
    // A record moved to another id opens nothing.
    expect(() => access.parts.keys.secretOf({ ...key, id: 'ZAKAAAAAAAAAAAAAAAAA' })).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });

  it('is stored without what it opens', async () => {
    for (const kind of ['access', 'api'] as const) {
      const { key, secret } = await make(kind);
      expect(JSON.stringify(key)).not.toContain(secret);
      expect(JSON.stringify(await keys.list(world.context, HOME, 'ann'))).not.toContain(secret);
    }
  });

  it('is for stored users only, each one’s own, and at most twenty', async () => {
    for (const user of ['nobody', 'keycloak:alice']) expect(await failure(keys.create(world.context, HOME, user, { kind: 'access' }))).toBe('not-found');
    const { key } = await make();
    for (const [account, user] of [[HOME, 'bob'], ['222222222222', 'ann']] as const) {
      for (const work of [keys.update(world.context, account, user, key.id, {}), keys.rotate(world.context, account, user, key.id, 0), keys.delete(world.context, account, user, key.id)]) expect(await failure(work)).toBe('not-found');
    }
    for (let i = 1; i < 20; i++) await make();
    expect(await failure(make())).toBe('conflict');
    await keys.delete(world.context, HOME, 'ann', key.id);
    await make();
  });

  it('stays what it is but for what is changed', async () => {
    const { key } = await make('access', { policy: allow('s3:*'), expiresAt: START + 5 });
    expect(await keys.update(world.context, HOME, 'ann', key.id, { description: 'mine' })).toEqual({ ...key, description: 'mine' });
    expect((await keys.update(world.context, HOME, 'ann', key.id, { expiresAt: START + 9 })).expiresAt).toBe(START + 9);
    expect(await keys.update(world.context, HOME, 'ann', key.id, { expiresAt: null })).not.toHaveProperty('expiresAt');
  });
});

describe('a rotated key', () => {
  it('leaves its place to one that may as much, and goes on as long as it is let', async () => {
    const old = await make('access', { policy: allow('s3:*'), description: 'ci', expiresAt: START + 1_000 });
    const made = await keys.rotate(world.context, HOME, 'ann', old.key.id, 10);
    expect(made.key).toMatchObject({ kind: 'access', policy: allow('s3:*'), description: 'ci', expiresAt: START + 1_000, enabled: true });
    expect(made.secret).not.toBe(old.secret);
    expect([(await known(old.key.id))?.secret, (await known(made.key.id))?.secret]).toEqual([old.secret, made.secret]);
    world.now += 10;
    expect([await known(old.key.id), (await known(made.key.id))?.secret]).toEqual([undefined, made.secret]);
  });

  it('does not live longer by a grace', async () => {
    const old = await make('access', { expiresAt: START + 5 });
    await keys.rotate(world.context, HOME, 'ann', old.key.id, 1_000);
    world.now += 5;
    expect(await known(old.key.id)).toBeUndefined();
  });

  it('that was disabled gets no other in its place', async () => {
    const old = await make();
    await keys.update(world.context, HOME, 'ann', old.key.id, { enabled: false });
    expect(await failure(keys.rotate(world.context, HOME, 'ann', old.key.id, 1_000))).toBe('conflict');
    expect(await known(old.key.id)).toBeUndefined();
    expect(await keys.list(world.context, HOME, 'ann')).toHaveLength(1);
  });

  it('counts: there are never more than can be deleted with their user', async () => {
    const { key } = await make();
    for (let i = 1; i < 20; i++) await keys.rotate(world.context, HOME, 'ann', key.id, 1_000);
    expect(await failure(keys.rotate(world.context, HOME, 'ann', key.id, 1_000))).toBe('conflict');
    const all = await keys.list(world.context, HOME, 'ann');
    await access.parts.users.delete(world.context, HOME, 'ann');
    for (const { id } of all) expect(await known(id)).toBeUndefined();
    await access.parts.users.create(world.context, HOME, 'ann', {});
    expect(await keys.list(world.context, HOME, 'ann')).toEqual([]);
  });
});

describe('odd ids', () => {
  it('are no keys', async () => {
    for (const odd of ['', '__proto__', 'x'.repeat(100_000), 'A'.repeat(16), `${'A'.repeat(20)}\n`, '../keys']) expect(await known(odd)).toBeUndefined();
  });
});
