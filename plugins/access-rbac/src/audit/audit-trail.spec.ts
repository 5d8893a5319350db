import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuditWorld, START, change, event, signer } from './audit.spec.fixture.js';
import { pruneTrail } from './prune-trail.js';
import { queryTrail } from './query-trail.js';
import { verifyTrail } from './verify-trail.js';

const DAY = 86_400_000;
let world: AuditWorld;
beforeEach(() => void (world = new AuditWorld()));

const denial = (more: Parameters<typeof event>[0] = {}) => event({ kind: 'denial', outcome: 'denied', action: 's3:GetObject', resource: 'arn:aws:s3:::b/secret', reason: 'no statement allows it', status: 403, ...more });

describe('denials', () => {
  it('are recorded in full once and then counted, per principal, address, action, kind of resource and minute', async () => {
    const { trail } = world.process();
    for (let i = 0; i < 50; i++) trail.note(denial({ at: START + i, requestId: `R${i}`, resource: `arn:aws:s3:::b/secret/${i}` }));
    trail.note(denial({ principal: 'config:bob' }));
    trail.note(denial({ address: '10.0.0.2' }));
    trail.note(denial({ action: 's3:PutObject' }));
    trail.note(denial({ resource: 'arn:aws:s3:::b' }));
    await trail.tick();
    expect((await world.records()).map(({ requestId }) => requestId)).toEqual(['R0', 'R1', 'R1', 'R1', 'R1']);
    world.now += 60_000;
    await trail.tick();
    const counted = (await world.records()).slice(5);
    expect(counted).toEqual([expect.objectContaining({ count: 49, requestId: 'R1', at: START + 1, until: START + 49, resource: 'arn:aws:s3:::b/secret/*' })]);
    trail.note(denial({ at: START + 60_000, requestId: 'next minute' }));
    await trail.tick();
    expect((await world.records()).at(-1)).toMatchObject({ requestId: 'next minute' });
  });

  it('are counted together where there are too many kinds', async () => {
    const { trail } = world.process();
    for (let i = 0; i < 10_050; i++) trail.note(denial({ address: `a${i}` }));
    await trail.close();
    const records = await world.records({ limit: 100_000 });
    expect(records).toHaveLength(10_001);
    expect(records.at(-1)).toMatchObject({ action: '*', count: 50, reason: 'more kinds of denials than are told apart' });
  });
});

describe('events that find no room', () => {
  it('are counted', async () => {
    const { trail } = world.process();
    world.metadata.failing = 'before';
    await trail.record(world.context, event());
    for (let i = 0; i < 21_000; i++) trail.note(event({ kind: 'login' }));
    world.metadata.failing = 'no';
    await trail.close();
    const records = await world.records({ limit: 100_000 });
    expect(records).toHaveLength(20_001);
    expect(records.at(-1)).toMatchObject({ action: 'rbac:DropAuditEvents', count: 1_001 });
    expect(await world.problems()).toEqual([]);
  });
});

describe('changes of the feed', () => {
  it('become records with who did it, from where and under which request, once each', async () => {
    const { listener } = world.process();
    const entries = [
      change(1),
      change(2, { kind: 'bucket-configured', key: undefined, cause: 'policy' }),
      change(3, { kind: 'bucket-configured', key: undefined, cause: '-policy' }),
      change(4, { kind: 'bucket-configured', key: undefined, cause: 'acl,objectOwnership' }),
      change(5, { kind: 'tag-set', bucket: undefined, key: undefined, repository: 'a/b', tag: 'v1', digest: 'sha256:0', cause: 'move', credentialId: 'OTHER' }),
      change(6, { kind: 'object-deleted', principal: undefined, credentialId: undefined, address: undefined }),
    ];
    await listener.handle(world.context, entries.slice(0, 4));
    await listener.handle(world.context, entries);
    await world.process().listener.handle(world.context, entries);
    const records = await world.records();
    expect(records.map(({ action, resource, account }) => [action, resource, account])).toEqual([
      ['s3:PutObject', 'arn:aws:s3:::b/k1', '123456789012'],
      ['s3:PutBucketPolicy', 'arn:aws:s3:::b', '123456789012'],
      ['s3:DeleteBucketPolicy', 'arn:aws:s3:::b', '123456789012'],
      ['s3:ConfigureBucket', 'arn:aws:s3:::b', '123456789012'],
      ['oci:OverwriteTag', 'arn:zas:oci:::a/b:v1', undefined],
      ['s3:DeleteObject', 'arn:aws:s3:::b/k6', undefined],
    ]);
    expect(records[0]).toMatchObject({ kind: 'change', outcome: 'allowed', principal: 'config:alice', credentialId: 'KEY', address: '10.0.0.1', requestId: 'R1', at: START });
  });

  it('are recorded once when the fate of a commit is unknown', async () => {
    for (const failing of ['before', 'after'] as const) {
      world = new AuditWorld();
      const { listener } = world.process();
      await listener.handle(world.context, [change(1)]);
      world.metadata.failing = failing;
      await expect(listener.handle(world.context, [change(2)])).rejects.toMatchObject({ code: 'unavailable' });
      world.metadata.failing = 'no';
      await listener.handle(world.context, [change(2), change(3)]);
      expect((await world.records()).map(({ resource }) => resource.slice(-2))).toEqual(['k1', 'k2', 'k3']);
      expect(await world.problems()).toEqual([]);
    }
  });
});

describe('when the trail cannot be written', () => {
  it('changes are refused where the config says so, until it can be written again', async () => {
    const { trail } = world.process({ onFailure: 'refuse' });
    await expect(trail.ready()).resolves.toBeUndefined();
    for (const failing of ['before', 'after'] as const) {
      world.metadata.failing = failing;
      await expect(trail.record(world.context, event({ requestId: failing }))).rejects.toMatchObject({ code: 'unavailable' });
      await expect(trail.ready()).rejects.toMatchObject({ code: 'unavailable' });
      await trail.tick();
      await expect(trail.ready()).rejects.toMatchObject({ code: 'unavailable' });
      world.metadata.failing = 'no';
      await trail.tick();
      await expect(trail.ready()).resolves.toBeUndefined();
    }
    expect(world.logged.filter((message) => message.startsWith('the audit trail'))).toEqual(Array(2).fill(['the audit trail cannot be written', 'the audit trail is written again']).flat());
    expect(await world.problems()).toEqual([]);
  });

  it('and where changes wait too long for their record', async () => {
    const { trail } = world.process({ onFailure: 'refuse', lagSeconds: 30 });
    world.lag = 30_001;
    await trail.tick();
    await expect(trail.ready()).rejects.toMatchObject({ code: 'unavailable' });
    world.lag = 29_000;
    await trail.tick();
    await expect(trail.ready()).resolves.toBeUndefined();
  });

  it('changes go on by default, and what was to be recorded waits', async () => {
    for (const failing of ['before', 'after'] as const) {
      world = new AuditWorld();
      const { trail } = world.process();
      world.metadata.failing = failing;
      await trail.record(world.context, event({ requestId: 'one' }));
      trail.note(denial({ requestId: 'two' }));
      await trail.tick();
      await expect(trail.ready()).resolves.toBeUndefined();
      trail.note(denial({ requestId: 'three', address: undefined }));
      world.metadata.failing = 'no';
      await trail.tick();
      await trail.tick();
      const ids = (await world.records()).map(({ requestId }) => requestId);
      // What was committed although it was said to have failed is written down once more rather than lost.
      expect([...new Set(ids)]).toEqual(['one', 'two', 'three']);
      expect(await world.problems()).toEqual([]);
    }
  });

  it('nothing is written where it is switched off', async () => {
    const { trail, listener } = world.process({ enabled: false, onFailure: 'refuse' });
    world.metadata.failing = 'before';
    trail.note(denial());
    await trail.record(world.context, event());
    await listener.handle(world.context, [change(1)]);
    await trail.tick();
    await trail.close();
    await expect(trail.ready()).resolves.toBeUndefined();
    expect(await world.records()).toEqual([]);
  });
});

describe('what is kept', () => {
  it('reads by rule only, and their resource is not even looked at without one', async () => {
    const { trail } = world.process({ reads: [{ actions: ['s3:get*'], resources: ['arn:aws:s3:::b/*'] }] });
    const read = (more: Parameters<typeof event>[0]) => event({ kind: 'read', action: 's3:GetObject', ...more });
    trail.note(read({ resource: 'arn:aws:s3:::b/k', requestId: 'yes' }));
    trail.note(read({ resource: 'arn:aws:s3:::c/k', requestId: 'other resource' }));
    trail.note(read({ resource: 'arn:aws:s3:::b/k', action: 's3:ListBucket', requestId: 'other action' }));
    await trail.tick();
    expect((await world.records()).map(({ requestId }) => requestId)).toEqual(['yes']);
    const lazy = { ...read({}), get resource(): string { throw new Error('asked'); } };
    const none = world.process().trail;
    none.note(lazy);
    await none.tick();
    expect(await world.records()).toHaveLength(1);
  });

  it('nothing beside what an event has, and no text without end', async () => {
    const { trail } = world.process();
    const odd = { ...event({ reason: 'r'.repeat(100_000), resource: `\ud800${'k'.repeat(9_000)}` }), authorization: 'AWS4-HMAC-SHA256 hush', secret: 'hush', headers: { cookie: 'hush' } };
    await trail.record(world.context, odd);
    trail.note(null as never);
    trail.note({} as never);
    await trail.tick();
    const [segment] = await world.documents.segments(world.context, { limit: 1 });
    expect(segment!.lines).not.toMatch(/hush|authorization|secret|cookie/);
    expect(segment!.lines.split('\n')[0]!.length).toBeLessThan(3_000);
    expect(segment!.lines.isWellFormed()).toBe(true);
    expect(await world.problems()).toEqual([]);
  });

  it('for as long as retention says, behind a checkpoint; the removal is recorded and what stays is verified', async () => {
    const { trail } = world.process();
    for (let i = 0; i < 6; i++) {
      await trail.record(world.context, event({ requestId: `R${i}`, at: world.now }));
      world.now += DAY;
      await trail.tick();
    }
    const { documents, checkpoints, clock } = world;
    const parts = { documents, checkpoints, signer, trail, clock, retentionDays: 2.5 };
    expect(await pruneTrail(world.context, parts)).toBe('done');
    const records = await world.records();
    expect(records.map(({ requestId }) => requestId)).toEqual(['R4', 'R5', 'test-request']);
    expect(records.at(-1)).toMatchObject({ action: 'rbac:PruneAudit', reason: '4 records in 4 segments are older than 2.5 days' });
    expect(await world.problems()).toEqual([]);
    world.now += 10 * DAY;
    await pruneTrail(world.context, parts);
    await trail.close();
    expect((await world.records()).map(({ action }) => action)).toEqual(['rbac:PruneAudit']);
    expect(await world.problems()).toEqual([]);
  });

  it('longer where it was altered', async () => {
    const { trail } = world.process();
    for (let i = 0; i < 4; i++) {
      await trail.record(world.context, event());
      world.now += DAY;
      await trail.tick();
    }
    const [, second] = await world.documents.segments(world.context, { limit: 2 });
    await world.tamper([{ collection: 'audit-segments', id: second!.id, value: { chain: second!.chain, first: 2, lines: second!.lines.replace('alice', 'mallory') } }]);
    const { documents, checkpoints, clock } = world;
    await pruneTrail(world.context, { documents, checkpoints, signer, trail, clock, retentionDays: 0.1 });
    expect((await world.records()).map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    expect(world.logged).toContain('audit records are not removed, they were altered');
    expect((await world.problems())[0]).toBe('chain chain1, record 2: is not what a checkpoint says');
  });
});

describe('reading', () => {
  beforeEach(async () => {
    for (let process = 0; process < 3; process++) {
      const { trail } = world.process();
      for (let i = 0; i < 40; i++) {
        const more = i % 2 === 0 ? denial({ principal: 'config:bob', account: '222222222222' }) : event();
        await trail.record(world.context, { ...more, at: world.now, requestId: `${process}-${i}` });
        world.now += i % 10 === 0 ? 7_200_000 : 1_000;
      }
      await trail.close();
    }
  });

  it('pages both ways, each record once', async () => {
    const all = Array.from({ length: 120 }, (_, i) => `${Math.floor(i / 40)}-${i % 40}`);
    for (const order of ['oldest', 'newest'] as const) {
      for (const limit of [1, 7, 1_000]) {
        const seen: string[] = [];
        for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
          const page = await queryTrail(world.context, world.documents, { order, limit, cursor, now: world.now });
          expect(page.records.length).toBeLessThanOrEqual(limit);
          seen.push(...page.records.map(({ record }) => record.requestId));
          cursor = page.cursor;
        }
        expect(seen).toEqual(order === 'oldest' ? all : all.toReversed());
      }
    }
  });

  it('finds by time, principal, resource, action, outcome, kind, account and request', async () => {
    const count = async (query: Parameters<AuditWorld['records']>[0]) => (await world.records(query)).length;
    expect(await count({ principal: 'config:bob' })).toBe(60);
    expect(await count({ account: '222222222222', kind: 'denial', outcome: 'denied', action: 'S3:Get*' })).toBe(60);
    expect(await count({ action: 's3:get' })).toBe(0);
    expect(await count({ resource: 'arn:zas:rbac::' })).toBe(60);
    expect(await count({ requestId: '1-7' })).toBe(1);
    const { at } = (await world.records({ requestId: '1-7' }))[0]!;
    for (const order of ['oldest', 'newest'] as const) {
      expect((await world.records({ order, from: at, to: at + 2_000 })).map(({ requestId }) => requestId).sort()).toEqual(['1-7', '1-8', '1-9']);
      expect(await count({ order, from: at + 1 })).toBe(120 - 48);
      expect(await count({ order, to: at })).toBe(48);
    }
  });

  it('refuses a cursor that is none', async () => {
    for (const cursor of ['', 'x', Buffer.from('0 zz').toString('base64url')]) await expect(world.records({ cursor })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(verifyTrail(world.context, world.documents, signer, { limit: 1, cursor: 'x', now: 0 })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('verifies in stretches', async () => {
    let [segments, calls] = [0, 0];
    for (let cursor: string | undefined; calls === 0 || cursor !== undefined; calls++) {
      const stretch = await verifyTrail(world.context, world.documents, signer, { limit: 2, cursor, now: world.now + DAY });
      expect(stretch.problems).toEqual([]);
      segments += stretch.segments;
      cursor = stretch.cursor;
    }
    expect(segments).toBe((await world.documents.segments(world.context, { limit: 1_000 })).length);
    expect(calls).toBeGreaterThan(5);
  });
});
