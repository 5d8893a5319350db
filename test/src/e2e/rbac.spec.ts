import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient, type Keys } from '../harness/signed-client.js';

const allow = (action: string | string[], resource: string | string[] = '*') => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: resource } });
const deny = (action: string, resource: string) => ({ Version: '2012-10-17', Statement: { Sid: 'No', Effect: 'Deny', Action: action, Resource: resource } });

let server: ServerProcess;
let root: RestClient;
let rootS3: SignedClient;

const s3 = (keys: Keys) => new SignedClient(server.url, keys);
const get = async (keys: Keys, key: string) => (await s3(keys).get(`/box/${key}`)).status;
const put = async (keys: Keys, key: string) => (await s3(keys).put(`/box/${key}`, 'x')).status;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' } } });
  root = new RestClient(server.url);
  rootS3 = new SignedClient(server.url);
  await rootS3.put('/box');
  await rootS3.put('/box/a/one', 'hello');
});

afterAll(() => server.remove());

describe('what a user may', () => {
  it('is nothing at first, and what role, group and policies bring, at once', async () => {
    const keys = await root.user('una');
    expect(await get(keys, 'a/one')).toBe(403);
    await root.must('POST', '/users/una/roles', { role: 'read' });
    expect([await get(keys, 'a/one'), await put(keys, 'a/two')]).toEqual([200, 403]);
    await root.must('DELETE', '/users/una/roles/read');
    expect(await get(keys, 'a/one')).toBe(403);

    await root.must('POST', '/groups', { id: 'writers', roles: ['write'] });
    await root.must('PUT', '/groups/writers/members/una');
    expect([await get(keys, 'a/one'), await put(keys, 'a/two')]).toEqual([200, 200]);
    await root.must('POST', '/policies', { id: 'no-b', document: deny('s3:PutObject', 'arn:aws:s3:::box/b/*') });
    await root.must('POST', '/policies/no-b/attach', { kind: 'group', id: 'writers' });
    expect([await put(keys, 'a/two'), await put(keys, 'b/two')]).toEqual([200, 403]);
    await root.must('PUT', '/policies/no-b', { document: deny('s3:PutObject', 'arn:aws:s3:::box/a/*') });
    expect([await put(keys, 'a/two'), await put(keys, 'b/two')]).toEqual([403, 200]);
    await root.must('DELETE', '/groups/writers/members/una');
    expect(await get(keys, 'a/one')).toBe(403);
  });

  it('is capped by a boundary and by the policy of a key', async () => {
    await root.must('POST', '/policies', { id: 'only-a', document: allow('s3:*', 'arn:aws:s3:::box/a/*') });
    const keys = await root.user('bea', { roles: ['write'], boundary: 'only-a' });
    expect([await put(keys, 'a/three'), await put(keys, 'b/three')]).toEqual([200, 403]);
    const made = await root.must('POST', '/users/bea/keys', { policy: allow('s3:GetObject') });
    const capped = { accessKeyId: made.id, secretAccessKey: made.secret };
    expect([await get(capped, 'a/three'), await put(capped, 'a/three'), await get(capped, 'b/two')]).toEqual([200, 403, 403]);
  });

  it('ends with the user and with the key, at once', async () => {
    const keys = await root.user('dan', { roles: ['read'] });
    expect(await get(keys, 'a/one')).toBe(200);
    await root.must('PUT', '/users/dan', { enabled: false });
    expect((await s3(keys).get('/box/a/one')).code).toBe('InvalidAccessKeyId');
    await root.must('PUT', '/users/dan', { enabled: true });
    expect(await get(keys, 'a/one')).toBe(200);
    await root.must('PUT', `/users/dan/keys/${keys.accessKeyId}`, { enabled: false });
    expect((await s3(keys).get('/box/a/one')).code).toBe('InvalidAccessKeyId');
    await root.must('DELETE', '/users/dan');
    expect((await root.get('/users/dan/keys')).status).toBe(404);
  });

  it('goes on with the key in the place of another, for a while with both', async () => {
    const old = await root.user('rod', { roles: ['read'] });
    const made = await root.must('POST', `/users/rod/keys/${old.accessKeyId}/rotate`, { graceSeconds: 600 });
    expect([await get(old, 'a/one'), await get({ accessKeyId: made.id, secretAccessKey: made.secret }, 'a/one')]).toEqual([200, 200]);
    const next = await root.must('POST', `/users/rod/keys/${made.id}/rotate`, {});
    expect((await s3({ accessKeyId: made.id, secretAccessKey: made.secret }).get('/box/a/one')).code).toBe('InvalidAccessKeyId');
    expect(await get({ accessKeyId: next.id, secretAccessKey: next.secret }, 'a/one')).toBe(200);
  });
});

describe('secrets', () => {
  it('are shown once, and stand nowhere readable', async () => {
    const made = await root.must('POST', '/users', { id: 'sue' }).then(() => root.must('POST', '/users/sue/keys', {}));
    const api = await root.must('POST', '/users/sue/keys', { kind: 'api' });
    expect((await root.get('/users/sue/keys')).text).not.toContain(made.secret);
    for (const text of [server.log]) for (const secret of [made.secret, api.secret]) expect(text).not.toContain(secret);
    const { default: fs } = await import('node:fs/promises');
    const files = await fs.readdir(server.dataDir, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const bytes = await fs.readFile(`${file.parentPath}/${file.name}`);
      for (const secret of [made.secret, api.secret]) expect({ file: file.name, holds: bytes.includes(secret) }).toEqual({ file: file.name, holds: false });
    }
  });
});

describe('administrators', () => {
  it('manage the account, and the last one stays', async () => {
    const ada = root.as(await root.user('ada', { roles: ['admin'] }));
    expect((await ada.get('/users')).status).toBe(200);
    expect((await ada.post('/users', { id: 'made-by-ada' })).status).toBe(201);
    expect((await new RestClient(server.url, undefined, '').as(await root.user('ab', { roles: ['admin'] })).get('/admin/plugins')).status).toBe(200);
    await root.must('DELETE', '/users/ab');
    for (const answer of [
      await root.delete('/users/ada'),
      await root.put('/users/ada', { enabled: false }),
      await root.put('/users/ada/roles', { roles: [] }),
      await root.delete('/users/ada/roles/admin'),
    ]) {
      expect(answer).toMatchObject({ status: 409, json: { error: { reason: 'last-administrator' } } });
    }
    await root.must('POST', '/groups', { id: 'admins', roles: ['admin'] });
    await root.must('POST', '/users', { id: 'adam', groups: ['admins'] });
    await root.must('DELETE', '/users/ada/roles/admin');
    expect(await root.put('/groups/admins', { roles: [] })).toMatchObject({ status: 409, json: { error: { reason: 'last-administrator' } } });
    expect(await root.delete('/groups/admins/members/adam')).toMatchObject({ status: 409 });
  });

  it('of other accounts see and change nothing here', async () => {
    await root.must('POST', '/accounts', { id: '222222222222', displayName: 'Other' });
    await root.must('POST', '/users?account=222222222222', { id: 'otto', roles: ['admin'] });
    const made = await root.must('POST', '/users/otto/keys?account=222222222222', {});
    const keys = { accessKeyId: made.id, secretAccessKey: made.secret };
    const otto = root.as(keys);
    expect((await otto.get('/users')).json.users.map(({ id }: { id: string }) => id)).toEqual(['otto']);
    const home = (await root.must('GET', '/accounts')).accounts[0].id as string;
    for (const path of [`/users?account=${home}`, `/roles/read?account=${home}`, '/accounts', `/accounts/${home}`]) expect({ path, status: (await otto.get(path)).status }).toEqual({ path, status: 403 });
    expect((await otto.post(`/users?account=${home}`, { id: 'intruder' })).status).toBe(403);
    expect((await new RestClient(server.url, undefined, '').as(keys).get('/admin/plugins')).status).toBe(403);
    expect(await get(keys, 'a/one')).toBe(403);
    expect((await s3(keys).put('/otto-box')).status).toBe(200);
    expect(await root.delete('/accounts/222222222222')).toMatchObject({ status: 409 });
    await root.must('DELETE', '/users/otto?account=222222222222').catch(() => undefined);
  });

  it('cannot lock the root of the server out', async () => {
    await root.must('POST', '/policies', { id: 'deny-all', document: deny('*', '*') });
    expect((await root.post('/policies/deny-all/attach', { kind: 'user', id: 'config:root' })).status).toBe(400);
    expect((await root.get('/users')).status).toBe(200);
  });
});

describe('decisions', () => {
  it('say which statement decided, and what was missing', async () => {
    await root.user('dee', { roles: ['read'] });
    await root.must('POST', '/policies', { id: 'no-secret', document: deny('s3:*', 'arn:aws:s3:::box/secret/*') });
    await root.must('POST', '/policies/no-secret/attach', { kind: 'user', id: 'dee' });
    const ask = (action: string, resource: string) => root.must('POST', '/authorize', { principal: 'dee', action, resource });
    expect(await ask('s3:GetObject', 'arn:aws:s3:::box/a/one')).toMatchObject({ allowed: true, decidedBy: { policy: 'read', effect: 'Allow' } });
    expect(await ask('s3:GetObject', 'arn:aws:s3:::box/secret/one')).toMatchObject({ allowed: false, decidedBy: { policy: 'no-secret', statement: 'statement "No"', effect: 'Deny' } });
    expect(await ask('s3:PutObject', 'arn:aws:s3:::box/a/one')).toMatchObject({ allowed: false, missing: expect.stringContaining('s3:PutObject on arn:aws:s3:::box/a/one') });
    expect(await ask('oci:PutManifest', 'arn:zas:oci:::team/app')).toMatchObject({ allowed: false, missing: expect.stringContaining('oci:PutManifest') });
  });

  it('are simulated with other policies and roles, and nothing changes', async () => {
    await root.user('sim');
    const question = { principal: 'sim', action: 's3:PutObject', resource: 'arn:aws:s3:::box/a/one' };
    expect(await root.must('POST', '/simulate', question)).toMatchObject({ allowed: false });
    expect(await root.must('POST', '/simulate', { ...question, user: { roles: ['write'] } })).toMatchObject({ allowed: true, decidedBy: { policy: 'write' } });
    expect(await root.must('POST', '/simulate', { ...question, user: { policies: ['p'] }, policies: { p: allow('s3:*') } })).toMatchObject({ allowed: true, decidedBy: { policy: 'p' } });
    expect(await root.must('POST', '/simulate', { ...question, user: { roles: ['write'], boundary: 'read' } })).toMatchObject({ allowed: false });
    expect(await root.must('POST', '/simulate', { ...question, user: { roles: ['write'], enabled: false } })).toMatchObject({ allowed: false });
    expect((await root.get('/users/sim')).json).toMatchObject({ roles: [], policies: [] });
  });

  it('say who can, and where conditions decide', async () => {
    await root.must('POST', '/policies', {
      id: 'from-home',
      document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } } },
    });
    await root.user('wes', { policies: ['from-home'] });
    await root.user('wim', { roles: ['read'] });
    await root.user('wil');
    const { principals } = await root.must('GET', '/who-can?action=s3:GetObject&resource=arn:aws:s3:::box/a/one');
    const found = Object.fromEntries(principals.map(({ principal, answer }: { principal: string; answer: string }) => [principal, answer]));
    expect(found).toMatchObject({ 'config:root': 'yes', 'local:wim': 'yes', 'local:wes': 'conditional' });
    expect(found).not.toHaveProperty('local:wil');
  });

  it('about others are for who may know, and say nothing of other accounts’ things', async () => {
    const keys = await root.user('cur');
    const cur = root.as(keys);
    expect((await cur.post('/authorize', { principal: 'wim', action: 's3:GetObject', resource: 'arn:aws:s3:::box/a' })).status).toBe(403);
    expect(await cur.must('POST', '/authorize', { action: 's3:GetObject', resource: 'arn:aws:s3:::box/a' })).toMatchObject({ allowed: false });
    expect((await cur.post('/simulate', { principal: 'cur', action: 's3:GetObject', resource: '*' })).status).toBe(403);
    await root.must('POST', '/accounts', { id: '333333333333', displayName: 'Third' });
    await root.must('POST', '/users?account=333333333333', { id: 'tim' });
    const made = await root.must('POST', '/users/tim/keys?account=333333333333', {});
    const tim = root.as({ accessKeyId: made.id, secretAccessKey: made.secret });
    const about = async (resource: string) => tim.must('POST', '/authorize', { action: 's3:GetObject', resource });
    expect(await about('arn:aws:s3:::box/a/one')).toEqual({ allowed: false, reason: 'not allowed', steps: [] });
    // What is not there would be his: he is told what he lacks.
    expect(await about('arn:aws:s3:::no-such-box/a/one')).toMatchObject({ allowed: false, missing: expect.stringContaining('no identity policy') });
  });
});

describe('lists', () => {
  it('hold everything once, in pages, and nothing of other accounts', async () => {
    await root.must('POST', '/accounts', { id: '444444444444', displayName: 'Lists' });
    const at = (path: string, more = '') => `${path}?account=444444444444${more}`;
    const ids = Array.from({ length: 7 }, (_, i) => `u${i}`);
    await root.must('POST', at('/groups'), { id: 'some' });
    for (const [i, id] of ids.entries()) await root.must('POST', at('/users'), { id, groups: i % 2 === 0 ? ['some'] : [] });
    for (const id of ids) for (const path of ['/roles', '/policies', '/groups']) await root.must('POST', at(path), { id, ...(path === '/policies' ? { document: allow('s3:GetObject') } : {}) });
    const all = async (path: string, field: string) => {
      const found: unknown[] = [];
      for (let cursor = ''; ; ) {
        const page = await root.must('GET', at(path, `&limit=3${cursor}`));
        found.push(...page[field]);
        if (page.nextCursor === undefined) return found.map((one) => (typeof one === 'string' ? one : (one as { id: string }).id));
        cursor = `&cursor=${page.nextCursor}`;
      }
    };
    expect(await all('/users', 'users')).toEqual(ids);
    expect(await all('/groups', 'groups')).toEqual(['some', ...ids]);
    for (const field of ['roles', 'policies']) expect(await all(`/${field}`, field)).toEqual(['admin', 'read', 'write', 'auditor', 'ci-pusher', ...ids]);
    expect(await all('/groups/some/members', 'members')).toEqual(['u0', 'u2', 'u4', 'u6']);
  });
});

describe('many changes at once', () => {
  it('all count, one after the other', async () => {
    await root.must('POST', '/users', { id: 'busy' });
    const groups = Array.from({ length: 12 }, (_, i) => `g${i}`);
    for (const id of groups) await root.must('POST', '/groups', { id });
    const answers = await Promise.all(groups.map((id) => root.put(`/groups/${id}/members/busy`)));
    const added = groups.filter((_id, i) => answers[i]!.status === 204);
    expect(answers.every(({ status }) => status === 204 || status === 409)).toBe(true);
    expect(new Set((await root.get('/users/busy')).json.groups)).toEqual(new Set(added));
    expect(added.length).toBeGreaterThan(0);
  });
});

describe('restart', () => {
  it('keeps users, keys and what they may', async () => {
    const keys = await root.user('ken', { roles: ['read'] });
    await server.stop();
    server = await ServerProcess.start({ config: { log: { level: 'error' } }, dataDir: server.dataDir });
    root = new RestClient(server.url);
    expect(await get(keys, 'a/one')).toBe(200);
  });
});
