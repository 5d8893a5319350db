import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';

const MASTER_KEY = crypto.randomBytes(32).toString('base64');
/** bcrypt of "ann-password". */
const ANN = 'ann:$2b$04$UU2YO7VFUYAXNL3MMXgJi.UTEbMKYIzJs5QfyYo8nvS/BGfrcZfVO';
let server: ServerProcess;
let folder: string;
let users: string;

const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const ROOT = basic(ROOT_KEYS.accessKeyId, ROOT_KEYS.secretAccessKey);

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-sign-in-'));
  users = path.join(folder, 'htpasswd');
  await fs.writeFile(users, ANN);
  const config = { userFiles: [{ path: users, groups: ['staff'], reloadSeconds: 0 }], throttle: { perNameAndAddress: 4 }, sessions: { devicePollSeconds: 1 } };
  server = await ServerProcess.start({ config: { plugins: [{ use: 'access-rbac', config }] }, env: { ZAS_PLUGIN_ACCESS_RBAC_MASTER_KEY: MASTER_KEY } });
});
afterAll(async () => {
  await server.remove();
  await fs.rm(folder, { recursive: true });
});

const ask = (place: string, authorization?: string, options: RequestInit = {}) => fetch(server.url + place, { ...options, headers: { ...(options.headers as object), ...(authorization === undefined ? {} : { authorization }) } });
const post = (place: string, body: object, authorization?: string) => ask(place, authorization, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('who one is', () => {
  it('is told to users of a file and to access keys', async () => {
    const ann = await ask('/rbac/session', basic('ann', 'ann-password'));
    expect([ann.status, await ann.json()]).toEqual([200, expect.objectContaining({ principal: 'htpasswd:ann', groups: ['staff'], roles: [], account: expect.objectContaining({ displayName: 'root' }) })]);
    expect(await (await ask('/rbac/session', ROOT)).json()).toMatchObject({ principal: 'config:root' });
    expect((await ask('/v2/', basic('ann', 'ann-password'))).status).toBe(200);
    expect((await ask('/admin/plugins', basic('ann', 'ann-password'))).status).toBe(403);
  });

  it('is told to nobody else: a credential that nobody knows is none that was not sent', async () => {
    for (const authorization of [undefined, '', 'Bearer x', 'Bearer zas1.x', 'Bearer a.b.c', 'Digest username="ann"', 'Negotiate abc', 'AWS4-HMAC-SHA256 Credential=x']) {
      for (const place of ['/rbac/session', '/admin/plugins', '/v2/']) expect([place, authorization, (await ask(place, authorization)).status]).toEqual([place, authorization, 401]);
    }
    expect((await (await ask('/rbac/session', 'Bearer x')).json()) as object).toMatchObject({ error: { message: 'Nobody knows the credential' } });
  });

  it('follows the file', async () => {
    await fs.appendFile(users, `\n${ANN.replace('ann:', 'bea:')}`);
    expect((await ask('/rbac/session', basic('bea', 'ann-password'))).status).toBe(200);
    await fs.writeFile(users, ANN);
    expect((await ask('/rbac/session', basic('bea', 'ann-password'))).status).toBe(401);
  });
});

describe('a program without a browser', () => {
  it('gets a token that counts at both doors until it is ended', async () => {
    const { device_code: device, user_code: code, verification_uri: uri } = (await (await post('/rbac/device', { client_name: 'test' })).json()) as Record<string, string>;
    expect(uri).toBe(`${server.url}/rbac/device`);
    expect(await (await post('/rbac/device/approve', { user_code: code }, ROOT)).json()).toEqual({ client_name: 'test', approved: true });
    const { access_token: token } = (await (await post('/rbac/device/token', { device_code: device })).json()) as Record<string, string>;
    const bearer = `Bearer ${token}`;
    expect([(await ask('/rbac/session', bearer)).status, (await ask('/v2/', bearer)).status, (await ask('/admin/plugins', bearer)).status]).toEqual([200, 200, 200]);
    expect((await ask('/rbac/session', bearer, { method: 'DELETE' })).status).toBe(204);
    expect([(await ask('/rbac/session', bearer)).status, (await ask('/v2/', bearer)).status]).toEqual([401, 401]);
  });

  it('is told what is wrong with what it sends', async () => {
    expect((await post('/rbac/device/token', { device_code: 'x' })).status).toBe(400);
    expect((await post('/rbac/device', { client_name: '\n' })).status).toBe(400);
    expect((await post('/rbac/device', { unknown: 1 })).status).toBe(400);
  });
});

it('guessing is slowed down, and says for how long', async () => {
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await ask('/rbac/session', basic('carl', `x${i}`))).status);
  const answer = await ask('/rbac/session', basic('carl', 'x'));
  expect([statuses, answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([[401, 401, 401, 401, 429], 429, true]);
  expect((await ask('/rbac/session', basic('ann', 'ann-password'))).status).toBe(200);
  expect(server.log).not.toMatch(/ann-password/);
});

it.each([
  [{ issuers: [{ name: 'kc', url: 'https://a.example', audiences: [] }] }, 'issuers[0].audiences'],
  [{ issuers: [{ name: 'kc', url: 'https://a.example', audiences: ['x'], algorithms: ['HS256'] }] }, 'issuers[0].algorithms[0]'],
  [{ issuers: ['a', 'b'].map((name) => ({ name, url: 'https://a.example', audiences: ['x'] })) }, 'issuers[1].url: is the same as issuers[0].url'],
  [{ userFiles: [{ path: '/nowhere' }, { path: '/elsewhere' }] }, 'userFiles[1].name: is the same as userFiles[0].name'],
  [{ userFiles: [{ path: '/nowhere/htpasswd' }] }, '/nowhere/htpasswd'],
  [{ ldap: { url: 'ldap://ldap.example', userBase: 'dc=x' } }, 'would send passwords in clear text'],
  [{ ldap: { url: 'ldaps://ldap.example' } }, 'expected either userBase or userDn'],
  [{ ldap: { url: 'ldaps://ldap.example', userBase: 'dc=x', bindDn: 'cn=x' } }, 'bindDn and bindPassword go together'],
  [{ masterKey: 'hush' }, 'masterKey: expected the base64 of 32 bytes'],
  [{ issuer: [] }, 'did you mean "issuers"'],
])('a server does not start with %j', async (config, message) => {
  const failure = await ServerProcess.start({ config: { plugins: [{ use: 'access-rbac', config }] } }).catch((error: Error) => error.message);
  expect(failure).toContain(message);
  expect(failure).not.toContain('hush');
});
