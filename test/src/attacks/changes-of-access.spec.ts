import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RestClient } from '../harness/rest-client.js';
import type { Keys } from '../harness/signed-client.js';
import { allow, ClassWorld } from './class-world.js';

/** Who may what is changed by several routes; none of them lets more through than another. */
let world: ClassWorld;
let root: RestClient;
const OTHER = '222222222222';
const THIRD = '333333333333';

const statement = (Effect: 'Allow' | 'Deny', Action: string | string[], Resource: string, more: object = {}) => ({ Effect, Action, Resource, ...more });
const statements = (...all: object[]) => ({ Version: '2012-10-17', Statement: all });
const ALL = statement('Allow', 'rbac:*', '*');
const rbac = (place: string) => `arn:zas:rbac::*:${place}`;
let count = 0;
const helper = async (...rules: object[]): Promise<RestClient> => {
  const id = `helper-${++count}`;
  await root.must('POST', '/policies', { id, document: statements(...rules) });
  return root.as(await root.user(id, { policies: [id] }));
};

beforeAll(async () => {
  world = await ClassWorld.start({ identities: [{ id: 'cora', displayName: 'Cora', accessKeyId: 'CORA1', secretAccessKey: 'cora-secret', account: THIRD }] });
  root = world.rest();
  await root.must('POST', '/policies', { id: 'leash', document: statements(statement('Deny', 's3:*', '*')) });
  await root.must('POST', '/groups', { id: 'bosses', roles: ['admin'] });
  await root.must('POST', '/groups', { id: 'watched' });
  await root.must('POST', '/users', { id: 'ann', policies: ['leash'], groups: ['watched'] });
  await root.must('POST', '/accounts', { id: OTHER, displayName: 'other' });
});
afterAll(() => world.remove());

describe('an explicit deny', () => {
  it.each([
    ['of putting people into a group', statement('Deny', 'rbac:AddGroupMember', rbac('group/bosses')), '/users/ann', { groups: ['watched', 'bosses'] }],
    ['of taking people out of a group', statement('Deny', 'rbac:RemoveGroupMember', rbac('group/watched')), '/users/ann', { groups: [] }],
    ['of attaching a policy', statement('Deny', 'rbac:AttachPolicy', rbac('policy/admin')), '/users/ann', { policies: ['leash', 'admin'] }],
    ['of detaching a policy', statement('Deny', 'rbac:DetachPolicy', rbac('policy/leash')), '/users/ann', { policies: [] }],
    ['of attaching a policy', statement('Deny', 'rbac:AttachPolicy', rbac('policy/admin')), '/groups/watched', { policies: ['admin'] }],
  ])('%s holds where a whole record is changed', async (_what, rule, path, change) => {
    const client = await helper(ALL, rule);
    expect((await client.put(path, change)).status).toBe(403);
    const harmless = path.startsWith('/users') ? { displayName: 'Ann', groups: ['watched'], policies: ['leash'] } : { description: 'watched', policies: [] };
    expect((await client.put(path, harmless)).status).toBe(200);
  });

  it('of a name holds when something of that name is made', async () => {
    const client = await helper(ALL, statement('Deny', 'rbac:*', rbac('*/reserved-*')));
    for (const place of ['users', 'groups', 'roles']) expect((await client.post(`/${place}`, { id: 'reserved-1' })).status).toBe(403);
    expect((await client.post('/policies', { id: 'reserved-1', document: allow('s3:GetObject') })).status).toBe(403);
    expect((await client.post('/groups', { id: 'open-1' })).status).toBe(201);
  });

  it('by the address or the connection holds for single fields too', async () => {
    const client = await helper(ALL, statement('Deny', 'rbac:AssignRole', '*', { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } }));
    expect((await client.put('/users/ann', { roles: ['admin'] })).status).toBe(403);
    const overTls = await helper(ALL, statement('Deny', 'rbac:EnableUser', '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    expect((await overTls.put('/users/ann', { enabled: true })).status).toBe(403);
  });
});

describe('the last administrator', () => {
  it('cannot be capped so that nobody administers any more', async () => {
    await root.must('POST', `/users?account=${OTHER}`, { id: 'boss', roles: ['admin'] });
    const capped = await root.put(`/users/boss?account=${OTHER}`, { boundary: 'read' });
    expect([capped.status, capped.json.error.reason]).toEqual([409, 'last-administrator']);
  });
});

describe('names', () => {
  it('that the config gave in one account tell nothing in another', async () => {
    expect((await root.post(`/users?account=${THIRD}`, { id: 'cora' })).status).toBe(409);
    expect((await root.post(`/users?account=${OTHER}`, { id: 'cora' })).status).toBe(201);
  });
});

describe('keys', () => {
  it('do not pile up by rotation, and go with their user', async () => {
    const { id } = await root.must('POST', '/users', { id: 'rota' }).then(() => root.must('POST', '/users/rota/keys', {}));
    let now = id as string;
    let refused = 0;
    for (let i = 0; i < 30; i++) {
      const answer = await root.post(`/users/rota/keys/${now}/rotate`, { graceSeconds: 3_600 });
      if (answer.status === 201) now = answer.json.id;
      else refused++;
    }
    expect(refused).toBe(11);
    expect((await root.get('/users/rota/keys')).json.keys).toHaveLength(20);
    expect((await root.delete('/users/rota')).status).toBe(204);
  });

  it('that are disabled are not made good by rotation', async () => {
    const { id } = await root.must('POST', '/users', { id: 'rene' }).then(() => root.must('POST', '/users/rene/keys', {}));
    await root.must('PUT', `/users/rene/keys/${id}`, { enabled: false });
    expect((await root.post(`/users/rene/keys/${id}/rotate`)).status).toBe(409);
  });

  it('that have ended make room for new ones', async () => {
    let now = (await root.must('POST', '/users', { id: 'roto' }).then(() => root.must('POST', '/users/roto/keys', {}))).id as string;
    for (let i = 0; i < 30; i++) now = (await root.must('POST', `/users/roto/keys/${now}/rotate`, {})).id;
    expect((await root.get('/users/roto/keys')).json.keys.length).toBeLessThanOrEqual(20);
  });
});

describe('a token that is shown for validation', () => {
  const keyOf = async (path: string): Promise<string> => (await root.must('POST', path, { kind: 'api' })).secret;

  it('of another account is told nothing of', async () => {
    await root.must('POST', `/users?account=${OTHER}`, { id: 'clerk', roles: ['read'] });
    const token = await keyOf(`/users/clerk/keys?account=${OTHER}`);
    const admin = root.as((await root.user('asker', { roles: ['admin'] })) as Keys);
    expect((await admin.post('/validate', { token })).json).toEqual({ active: false, reason: expect.any(String) });
    expect((await root.post('/validate', { token })).json).toMatchObject({ active: true, account: OTHER, roles: ['read'] });
  });

  it('is not called good once it is revoked', async () => {
    const token = await world.provider.token({ sub: 'vic' });
    expect((await root.post('/validate', { token })).json.active).toBe(true);
    await root.must('POST', '/users', { id: 'idp:vic' });
    await root.must('PUT', '/users/idp:vic', { revokeSessions: true });
    expect((await root.post('/validate', { token })).json.active).toBe(false);
  });
});

describe('a deny that hangs on a group', () => {
  it('holds however many other groups and roles a token names', async () => {
    await root.must('POST', '/groups', { id: 'banned', policies: ['leash'] });
    const many = Array.from({ length: 300 }, (_, i) => `g${i}`);
    await root.must('POST', '/users', { id: 'idp:max', groups: ['banned'], roles: ['read'] });
    for (const claims of [{ sub: 'max', groups: many }, { sub: 'mix', groups: [...many, 'banned'], roles: [...many, 'read'] }]) {
      const asked = { action: 's3:GetObject', resource: 'arn:aws:s3:::vault/secret' };
      const answer = await world.rest(`Bearer ${await world.provider.token(claims)}`).post('/authorize', asked);
      expect(answer.json).toMatchObject({ allowed: false, decidedBy: { policy: 'leash', effect: 'Deny' } });
    }
  });
});

describe('names in tokens that could be none here', () => {
  it('name nothing, and do no harm', async () => {
    const odd = ['x'.repeat(1_024), 'a\u0000b', '\ud800', '../admin', 'bosses/x', '__proto__', ''];
    const token = await world.provider.token({ sub: 'odd/one of them', groups: odd, roles: odd });
    const answer = await world.rest(`Bearer ${token}`).post('/authorize', { action: 's3:GetObject', resource: 'arn:aws:s3:::vault/secret' });
    expect([answer.status, answer.json.allowed]).toEqual([200, false]);
  });
});

describe('questions about things of other accounts', () => {
  it('tell nothing of the rules that stand there', async () => {
    const clerk = root.as(await root.must('POST', `/users?account=${OTHER}`, { id: 'nosy', roles: ['admin'] }).then(() => root.must('POST', `/users/nosy/keys?account=${OTHER}`, {})).then(({ id, secret }) => ({ accessKeyId: id, secretAccessKey: secret })));
    const rule = { Version: '2012-10-17', Statement: { Sid: 'Hush', Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::vault/*' } };
    expect((await world.s3().put('/vault?policy', JSON.stringify(rule))).status).toBe(204);
    const asked = { action: 's3:GetObject', resource: 'arn:aws:s3:::vault/secret' };
    for (const answer of [await clerk.post('/authorize', asked), await clerk.post('/simulate', { principal: 'nosy', ...asked })]) {
      expect([answer.json, answer.text.includes('Hush')]).toEqual([{ allowed: false, reason: 'not allowed', steps: [] }, false]);
    }
    expect((await root.post('/simulate', { principal: 'roto', ...asked })).text).toContain('Hush');
  });
});

describe('what is longer or deeper than anybody writes', () => {
  it('is answered in few words, however much is wrong', async () => {
    const fields = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`kkk${i}`, 1]));
    for (const answer of [await world.rest(null).post('/device', fields), await root.post('/authorize', { action: 's3:GetObject', resource: '*', attributes: fields })]) {
      expect([answer.status, answer.text.length < 4_000]).toEqual([400, true]);
    }
  });

  it('is refused as such', async () => {
    const deep = `{"id":"deep","document":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    expect((await root.send('POST', '/policies', deep)).status).toBe(400);
  });
});
