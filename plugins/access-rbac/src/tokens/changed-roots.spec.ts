import { describe, expect, it } from '@jest/globals';
import { MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { configSchema } from '../config.js';
import { buildDirectory } from '../directory.js';
import { AccessStore, nameOf, put } from '../directory/access-store.js';
import { Generation } from '../directory/generation.js';
import type { KnownKeys } from '../directory/known-keys.js';
import type { RoleRecord, UserRecord } from '../directory/records.js';
import { MasterKeyRing } from '../secrets/key-ring.js';
import { SessionRoots } from './session-roots.js';

const ACCOUNT = '111111111111';
const NOW = 1_800_000_000_000;
const context = testContext();
const ann = { id: 'ann', displayName: 'Ann', accessKeyId: 'ANN1', secretAccessKey: 'ann-secret', account: ACCOUNT };

function rootsOf(identities: readonly object[], store = new AccessStore(new MemoryMetadataStore())) {
  const clock = { now: () => NOW, monotonic: () => 0 };
  const config = buildDirectory(configSchema.parse({ identities }));
  const keys = { find: async () => undefined } as unknown as KnownKeys;
  const generation = new Generation((asking) => store.generation(asking), clock);
  const roots = new SessionRoots({ config, keys, store, generation, ring: new MasterKeyRing(Buffer.alloc(32, 1)), clock, hasIssuer: () => false });
  return { roots, store, principal: config.keys.get('ANN1')?.principal, generation };
}

describe('a session of a key of the config', () => {
  const root = () => {
    const { roots, principal } = rootsOf([ann]);
    return roots.rootOf(principal!);
  };

  it('goes on while the config stays, with any number of servers', async () => {
    expect(await rootsOf([ann]).roots.isGood(context, root())).toBe(true);
    expect(root()).not.toContain(ann.secretAccessKey);
  });

  it.each([
    ['the key has another secret', [{ ...ann, secretAccessKey: 'another-secret' }]],
    ['the key is somebody else’s', [{ ...ann, id: 'abe' }]],
    ['the key is gone', []],
  ])('ends once %s', async (_what, identities) => {
    expect(await rootsOf(identities).roots.isGood(context, root())).toBe(false);
  });
});

describe('what is revoked or made in the very moment', () => {
  const user = (more: Partial<UserRecord>): UserRecord => ({ id: 'idp:ann@x@1', displayName: 'x', enabled: true, roles: [], groups: [], policies: [], createdAt: 0, ...more });

  it('of users does not count any more', async () => {
    const { roots, store, generation } = rootsOf([]);
    const isGood = (time: number) => roots.isGood(context, `user:${ACCOUNT}/idp:ann@x@1@${time}`);
    expect(await isGood(NOW)).toBe(true);
    generation.advance(await store.write(context, [put('users', nameOf(ACCOUNT, 'idp:ann@x@1'), user({ revokedBefore: NOW }))]));
    expect([await isGood(NOW - 1), await isGood(NOW), await isGood(NOW + 1)]).toEqual([false, false, true]);
    generation.advance(await store.write(context, [put('users', nameOf(ACCOUNT, 'idp:ann@x@1'), user({ enabled: false }))]));
    expect(await isGood(NOW + 1)).toBe(false);
  });

  it('of roles counts from then on', async () => {
    const { roots, store } = rootsOf([]);
    const role: RoleRecord = { id: 'deploy', description: '', policies: [], maxSessionSeconds: 3_600, createdAt: NOW };
    await store.write(context, [put('roles', nameOf(ACCOUNT, 'deploy'), role)]);
    const isGood = (time: number) => roots.isGood(context, `role:${ACCOUNT}/deploy@${time}`);
    expect([await isGood(NOW - 1), await isGood(NOW), await roots.isGood(context, `role:${ACCOUNT}/gone@${NOW}`), await roots.isGood(context, 'nonsense')]).toEqual([false, true, false, false]);
  });
});
