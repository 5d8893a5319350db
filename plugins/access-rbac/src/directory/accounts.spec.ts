import { beforeEach, describe, expect, it } from '@jest/globals';
import { ANONYMOUS_ACCOUNT_ID } from '@zas/plugin-api';
import { AccessWorld, failure, HOME } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import { AccessStore } from './access-store.js';

const OTHER = '222222222222';
let world: AccessWorld;
let access: Access;
beforeEach(async () => {
  world = new AccessWorld();
  access = await world.home({ config: { identities: [{ id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1', account: HOME }] } });
  await access.accounts.create(world.context, OTHER, 'Other');
});

describe('accounts', () => {
  it('are those of the config and those that were made, but for that of nobody', async () => {
    const shown = await access.accounts.list(world.context);
    expect(shown.map(({ id, configured }) => [id, configured])).toEqual([[HOME, true], [OTHER, false]]);
    // A change in an account of the config stores something of it.
    await access.parts.users.create(world.context, HOME, 'ann', {});
    expect(await access.accounts.list(world.context)).toEqual(shown);
    expect(await access.accounts.find(world.context, ANONYMOUS_ACCOUNT_ID)).toBeUndefined();
  });

  it('are found by either id, and known to policies that name them', async () => {
    const made = (await access.accounts.find(world.context, OTHER))!;
    expect(await access.credentials.accountByCanonicalId(world.context, made.canonicalId)).toMatchObject({ id: OTHER });
    await access.parts.accounts.refresh(world.context);
    expect([access.parts.accounts.hasAccount(OTHER), access.parts.accounts.hasAccount(HOME), access.parts.accounts.hasCanonicalId(made.canonicalId), access.parts.accounts.hasAccount('999999999999')]).toEqual([true, true, true, false]);
    for (const odd of ['', '__proto__', '2'.repeat(13), `${OTHER}\n`, '../accounts']) expect(await access.credentials.account(world.context, odd)).toBeUndefined();
  });

  it('are made once, by whichever server is first', async () => {
    for (const id of [OTHER, HOME, ANONYMOUS_ACCOUNT_ID]) expect(await failure(access.accounts.create(world.context, id, 'Twice'))).toBe('already-exists');
    const both = [access, world.replica()].map(({ accounts }) => failure(accounts.create(world.context, '333333333333', 'Third')));
    expect((await Promise.all(both)).sort()).toEqual(['already-exists', 'nothing']);
  });

  it('go when nobody is in them and they own nothing, with all that is left in them', async () => {
    await access.parts.roles.create(world.context, OTHER, 'r', {});
    await access.parts.users.create(world.context, OTHER, 'u', { roles: ['r'] });
    expect(await failure(access.accounts.delete(world.context, OTHER))).toBe('conflict in-use');
    await access.parts.users.delete(world.context, OTHER, 'u');
    await world.store.apply(world.context, { kind: 'create-bucket', name: 'box', owner: OTHER, settings: {} } as never);
    expect(await failure(access.accounts.delete(world.context, OTHER))).toBe('conflict in-use');
    const bucket = (await world.store.buckets.find(world.context, 'box'))!;
    await world.store.apply(world.context, { kind: 'delete-bucket', bucketId: bucket.id, name: 'box' } as never);
    await access.accounts.delete(world.context, OTHER);
    expect([await access.accounts.find(world.context, OTHER), await failure(access.accounts.delete(world.context, OTHER)), await failure(access.accounts.delete(world.context, HOME))]).toEqual([undefined, 'not-found', 'conflict']);
    await access.accounts.create(world.context, OTHER, 'Again');
    expect(await failure(access.parts.roles.get(world.context, OTHER, 'r'))).toBe('not-found');
  });
});

describe('records', () => {
  it('of an account are all found, in byte order, and none of its neighbours', async () => {
    const store = new AccessStore(world.store);
    const ids = Array.from({ length: 1_203 }, (_item, i) => `u${String(i).padStart(5, '0')}`);
    const write = (account: string, list: readonly string[]) => store.write(world.context, list.map((id) => ({ collection: 'users', id: `${account}/${id}`, value: { id } })));
    for (let at = 0; at < ids.length; at += 90) await write(OTHER, ids.slice(at, at + 90));
    await write('222222222221', ['a', 'z']);
    await write('222222222223', ['a', 'z']);
    const found: string[] = [];
    for await (const { id } of store.allOwned(world.context, 'users', OTHER)) found.push(id);
    expect(found).toEqual(ids);
    expect((await store.listOwned(world.context, 'users', OTHER, { after: 'u01200', limit: 5 })).map(({ id }) => id)).toEqual(['u01201', 'u01202']);
    const none: string[] = [];
    for await (const { id } of store.allOwned(world.context, 'users', '222222222224')) none.push(id);
    expect(none).toEqual([]);
  });

  it('of keys are found by their user, not by one whose name begins so', async () => {
    for (const name of ['a', 'ab', 'a.b']) await access.parts.users.create(world.context, OTHER, name, {});
    const { key } = await access.parts.keys.create(world.context, OTHER, 'ab', { kind: 'access' });
    expect([await access.parts.store.keysOf(world.context, OTHER, 'a'), await access.parts.store.keysOf(world.context, OTHER, 'ab')]).toEqual([[], [key.id]]);
  });

  it('are written all or none, and each time there is a new generation', async () => {
    const store = new AccessStore(world.store);
    const before = await store.generation(world.context);
    const writes = [{ collection: 'users', id: `${OTHER}/x`, value: { id: 'x' } }, { collection: 'users', id: `${OTHER}/y`, value: { id: 'y' }, ifRevision: 7 }];
    expect(await failure(store.write(world.context, writes))).toContain('precondition-failed');
    expect([await store.find(world.context, 'users', `${OTHER}/x`), await store.generation(world.context)]).toEqual([undefined, before]);
    const after = await store.write(world.context, writes.slice(0, 1));
    expect([after > before, await store.generation(world.context)]).toEqual([true, after]);
  });
});
