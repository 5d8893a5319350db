import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { definePlugin, httpRoutes, metadataStore, provide, type HttpRoute, type Principal } from '@zas/plugin-api';
import { httpRoutesSuite, MemoryAuditTrail, MemoryAuthenticator, MemoryMetadataStore, startTestHost, type Runner } from '@zas/plugin-testkit';
import { z } from 'zod';
import { AccessWorld, allow, failure, HOME, request, user } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import plugin from '../index.js';
import { groupRoutes } from './group-routes.js';
import { keyRoutes } from './key-routes.js';
import { policyRoutes } from './policy-routes.js';
import { roleRoutes } from './role-routes.js';
import { userRoutes } from './user-routes.js';
import { validateRoute } from './validate-route.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };

httpRoutesSuite(runner, async () => {
  const memory = definePlugin({
    id: 'memory-metadata',
    apiVersion: '^0.1.0',
    version: '0.1.0',
    provides: [metadataStore],
    config: z.strictObject({}),
    setup: () => ({ provide: [provide(metadataStore, new MemoryMetadataStore())] }),
  });
  const host = await startTestHost({ plugins: [memory, { plugin, config: {} }] });
  return { httpRoutes: host.points.all(httpRoutes)[0]!, close: host.stop };
});

let world: AccessWorld;
let access: Access;
let boss: Principal;
const audit = new MemoryAuditTrail();

beforeEach(async () => {
  world = new AccessWorld();
  audit.events.length = 0;
  audit.failing = false;
  access = await world.home({ audit, config: { identities: [{ id: 'boss', displayName: 'Boss', accessKeyId: 'BOSSKEY', secretAccessKey: 'boss-secret-1', account: HOME }] } });
  boss = (await access.credentials.find(world.context, 'BOSSKEY'))!.principal;
  await access.parts.users.create(world.context, HOME, 'ann', {});
  await access.parts.policies.create(world.context, HOME, 'edits', { document: allow(['rbac:UpdateUser', 'rbac:CreateUser', 'rbac:CreateKey', 'rbac:UpdateRole', 'rbac:CreateGroup']) });
});

const all = (): readonly HttpRoute[] => [userRoutes, groupRoutes, roleRoutes, policyRoutes, keyRoutes].flatMap((make) => make(access.parts));
/** As the host does: checks the body and calls. */
function call(operation: string, body: unknown, { as = boss, params = {} }: { as?: Principal; params?: Record<string, string> } = {}) {
  const route = all().find(({ operationId }) => operationId === operation)!;
  return route.handle(world.as(as), request({ params, body: route.input?.parse(body) }));
}

describe('the audit trail', () => {
  it('knows of a change before it is made, and how it ended', async () => {
    await call('createUser', { id: 'bob' });
    expect(await failure(call('createUser', { id: 'bob' }))).toBe('already-exists');
    const common = { kind: 'change', action: 'rbac:CreateUser', resource: `arn:zas:rbac::${HOME}:user/bob`, principal: 'config:boss', credentialId: 'BOSSKEY', account: HOME };
    expect(audit.events).toMatchObject([
      { ...common, outcome: 'allowed', reason: 'begun' },
      { ...common, outcome: 'allowed', reason: 'done', status: 201 },
      { ...common, outcome: 'allowed', reason: 'begun' },
      { ...common, outcome: 'failed', reason: 'already-exists' },
    ]);
  });

  it('that must be written and cannot be keeps every change from being made', async () => {
    const key = (await access.parts.keys.create(world.context, HOME, 'ann', { kind: 'access' })).key.id;
    await access.parts.roles.create(world.context, HOME, 'r', {});
    await access.parts.groups.create(world.context, HOME, 'g', {});
    audit.failing = true;
    const before = world.store.writes;
    const bodies: Record<string, unknown> = {
      createUser: { id: 'bob' }, createGroup: { id: 'h' }, createRole: { id: 's' }, createPolicy: { id: 'p', document: allow('s3:*') }, createKey: {}, rotateKey: {}, attachPolicy: { kind: 'user', id: 'ann' }, detachPolicy: { kind: 'user', id: 'ann' },
    };
    const ids: Record<string, string> = { users: 'ann', groups: 'g', roles: 'r', policies: 'edits' };
    const changing = all().filter(({ method }) => method !== 'GET');
    expect(changing.length).toBeGreaterThan(15);
    for (const { operationId, path, body } of changing) {
      const params = { id: ids[path.split('/')[1]!]!, key, user: 'ann' };
      expect({ operationId, code: await failure(call(operationId!, body === 'json' ? (bodies[operationId!] ?? {}) : undefined, { params })) }).toEqual({ operationId, code: 'unavailable' });
    }
    expect(world.store.writes).toBe(before);
  });

  it('that may be left unwritten keeps nothing', async () => {
    audit.record = async () => undefined;
    expect((await call('createUser', { id: 'bob' })).status).toBe(201);
    Reflect.deleteProperty(audit, 'record');
  });

  it('and answers hold no secret but where a key is made', async () => {
    const made = (await call('createKey', {}, { params: { id: 'ann' } })).body as { id: string; secret: string };
    const listed = await call('listKeys', undefined, { params: { id: 'ann' } });
    expect(JSON.stringify([audit.events, listed.body])).not.toContain(made.secret);
    expect(JSON.stringify(listed.body)).not.toMatch(/"secret"/);
  });
});

describe('who may change something', () => {
  it('is nobody who is capped, whatever he may', async () => {
    const { users, policies } = access.parts;
    await policies.create(world.context, HOME, 'all', { document: allow('*') });
    await users.create(world.context, HOME, 'cap', { policies: ['all'], boundary: 'all' });
    for (const as of [user('cap'), { ...boss, sessionPolicies: [allow('*')] }]) expect(await failure(call('createUser', { id: 'bob' }, { as }))).toBe('access-denied');
    await users.update(world.context, HOME, 'cap', () => ({ boundary: null, enabled: false }));
    expect(await failure(call('createUser', { id: 'bob' }, { as: user('cap') }))).toBe('access-denied');
    const nobody = all().find(({ operationId }) => operationId === 'createUser')!;
    expect(await failure(nobody.handle(world.context, request({ body: { id: 'bob' } })))).toBe('unauthenticated');
  });

  it.each<[string, object, object]>([
    ['updateUser', { displayName: 'Ann' }, { roles: ['admin'] }],
    ['updateUser', { email: 'ann@example.org' }, { groups: [] }],
    ['updateUser', {}, { policies: ['edits'] }],
    ['updateUser', {}, { boundary: null }],
    ['updateUser', {}, { enabled: true }],
    ['updateUser', {}, { revokeSessions: true }],
    ['createUser', { id: 'bob' }, { id: 'bea', roles: ['read'] }],
    ['createGroup', { id: 'g' }, { id: 'h', roles: ['read'] }],
    ['createGroup', { id: 'g' }, { id: 'h', policies: ['edits'] }],
    ['updateRole', { description: 'x' }, { policies: ['edits'] }],
    ['updateRole', {}, { trustPolicy: null }],
    ['updateRole', {}, { revokeSessions: true }],
  ])('sets only the fields that he may set: %s %j, not %j', async (operation, plain, more) => {
    await access.parts.roles.create(world.context, HOME, 'ann', {});
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ policies: ['edits'] }));
    const how = { as: user('ann'), params: { id: 'ann' } };
    expect((await call(operation, plain, how)).status).toBeLessThan(300);
    expect(await failure(call(operation, more, how))).toBe('access-denied');
    expect((await call(operation, more, { ...how, as: boss })).status).toBeLessThan(300);
  });
});

describe('a token that is looked at', () => {
  it('is active while its user is let in', async () => {
    const authenticator = new MemoryAuthenticator().add('good', { ...user('ann'), roles: ['read'], issuedAt: world.now });
    const { handle } = validateRoute(access.parts, () => authenticator);
    const look = async (token: string) => (await handle(world.as(boss), request({ body: { token } }))).body;
    expect(await look('bad')).toEqual({ active: false, reason: 'unknown token' });
    expect(await look('good')).toMatchObject({ active: true, principal: 'local:ann', roles: ['read'] });
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ revokeSessions: true }));
    expect(await look('good')).toMatchObject({ active: false, reason: 'it was revoked' });
    await access.parts.users.update(world.context, HOME, 'ann', () => ({ enabled: false }));
    expect(await look('good')).toMatchObject({ active: false, reason: 'the user is disabled' });
  });
});

describe('pages', () => {
  it('go through all users, each once', async () => {
    for (const id of ['bob', 'cid', 'dot', 'keycloak:alice']) await access.parts.users.create(world.context, HOME, id, {});
    const route = all().find(({ operationId }) => operationId === 'listUsers')!;
    const seen: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const { body } = await route.handle(world.as(boss), request({ query: { limit: 2, cursor } }));
      const page = body as { users: { id: string }[]; nextCursor?: string };
      seen.push(...page.users.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['ann', 'bob', 'cid', 'dot', 'keycloak:alice']);
  });
});
