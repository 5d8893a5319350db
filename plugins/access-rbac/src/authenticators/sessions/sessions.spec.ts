import { authenticatorSuite, httpRoutesSuite, testPrincipal, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readCookie } from './cookies.js';
import { readUserCode } from './device/user-code.js';
import { SessionWorld } from './session-world.spec.fixture.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const ANN = { ...testPrincipal('ann'), accountRoot: false, roles: ['reader'], groups: ['team'], claims: { department: 'a' } };
const HOUR = 3_600_000;
let world: SessionWorld;
beforeEach(() => void (world = new SessionWorld()));

httpRoutesSuite(runner, async () => ({ httpRoutes: { routes: () => new SessionWorld().routes } }));

authenticatorSuite(runner, async () => {
  const own = new SessionWorld();
  const token = await own.deviceToken(ANN);
  return {
    authenticator: own.authenticator,
    accepted: [{ authorization: `Bearer ${token}`, principalId: 'config:ann' }],
    rejected: [`Bearer ${token.slice(0, -2)}AA`, 'Bearer zas1.x', `Bearer ${token.replace('zas1.', 'zas1.A')}`],
  };
});

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const cookie = (token: string, more: Record<string, string> = {}) => ({ headers: { cookie: `other=1; zas-session=${token}`, ...more } });
const csrfOf = async (token: string) => ((await world.call('GET', '/session', cookie(token))).body as { csrfToken: string }).csrfToken;

describe('a session', () => {
  it('is whose it is, with roles, groups and claims of then, and without being a key', async () => {
    const token = await world.deviceToken(ANN);
    const result = await world.authenticator.authenticate({} as never, { method: 'GET', path: '/', query: '', peerAddress: '', ...bearer(token) });
    if (result.outcome !== 'accepted') throw new Error('not accepted');
    const { id, roles, groups, claims, credentialId, account, expiresAt = 0 } = result.principal;
    expect([id, roles, groups, claims, account.id]).toEqual(['config:ann', ['reader'], ['team'], { department: 'a' }, '111111111111']);
    expect(credentialId).toMatch(/^session:[0-9a-f]{64}$/);
    expect(Math.abs(expiresAt - Date.now() - HOUR)).toBeLessThan(5_000);
    const answer = await world.call('GET', '/session', bearer(token));
    expect([answer.status, answer.headers, (answer.body as { csrfToken?: string }).csrfToken]).toEqual([200, { 'cache-control': 'no-store' }, undefined]);
  });

  it('ends by time, by logout everywhere, and when its owner may come in no more', async () => {
    const [first, second, third] = [await world.deviceToken(ANN), await world.deviceToken(ANN), await world.deviceToken(testPrincipal('bea'))];
    const other = new SessionWorld([], { store: world.store });
    expect((await other.call('GET', '/session', bearer(first))).status).toBe(200);
    const out = await other.call('DELETE', '/session', bearer(first));
    expect([out.status, out.headers]).toEqual([204, { 'set-cookie': 'zas-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict' }]);
    expect([(await world.call('GET', '/session', bearer(first))).body, (await world.call('GET', '/session', bearer(second))).status]).toEqual(['the session has ended', 200]);
    world.gone.add('config:bea');
    expect((await world.call('GET', '/session', bearer(third))).status).toBe(401);
    world.aheadMs = HOUR;
    expect((await world.call('GET', '/session', bearer(second))).body).toBe('the session has ended');
  });

  it('is not made longer by a session that it approves, nor by a token that ends sooner', async () => {
    const soon = Date.now() + 60_000;
    const token = await world.deviceToken({ ...ANN, expiresAt: soon });
    const begun = (await world.call('POST', '/device', { body: {} })).body as { device_code: string; user_code: string };
    await world.call('POST', '/device/approve', { ...bearer(token), body: { user_code: begun.user_code } });
    const next = ((await world.call('POST', '/device/token', { body: { device_code: begun.device_code } })).body as { access_token: string }).access_token;
    expect(((await world.call('GET', '/session', bearer(next))).body as { expiresAt: string }).expiresAt).toBe(new Date(soon).toISOString());
  });

  it('outlives a change of the master key as long as the old one is given', async () => {
    const token = await world.deviceToken(ANN);
    const { store } = world;
    const [old, fresh] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)];
    expect((await new SessionWorld([], { store, masterKey: fresh, previous: [old] }).call('GET', '/session', bearer(token))).status).toBe(200);
    expect((await new SessionWorld([], { store, masterKey: fresh }).call('GET', '/session', bearer(token))).status).toBe(401);
  });

  it('leaves nothing behind: those that ended go when others begin', async () => {
    for (let i = 0; i < 30; i++) await world.deviceToken(ANN);
    world.aheadMs = 2 * HOUR;
    for (let i = 0; i < 30; i++) await world.deviceToken(ANN);
    const left = await world.store.documents.list({} as never, 'access-rbac', 'sessions', { limit: 1_000 });
    expect(left.length).toBeLessThan(45);
  });
});

describe('a cookie', () => {
  it('reads without, and changes only with the token that its own pages can read', async () => {
    const [token, strange] = [await world.deviceToken(ANN), await world.deviceToken(ANN)];
    expect((await world.call('GET', '/session', cookie(token))).status).toBe(200);
    const refused = 'a change by cookie needs x-csrf-token';
    expect((await world.call('DELETE', '/session', cookie(token))).body).toBe(refused);
    for (const wrong of ['', 'x', await csrfOf(strange), token]) expect((await world.call('DELETE', '/session', cookie(token, { 'x-csrf-token': wrong }))).body).toBe(refused);
    expect((await world.call('DELETE', '/session', cookie(token, { 'x-csrf-token': await csrfOf(token) }))).status).toBe(204);
    expect((await world.call('GET', '/session', cookie(token))).body).toBe('the session has ended');
  });

  it('counts over TLS only under the name that nobody else can set', async () => {
    const token = await world.deviceToken(ANN);
    expect((await world.call('GET', '/session', { ...cookie(token), secure: true })).body).toBe('anonymous');
    expect((await world.call('GET', '/session', { headers: { cookie: `__Host-zas-session=${token}` }, secure: true })).status).toBe(200);
    expect((await world.call('GET', '/session', { headers: { cookie: `__Host-zas-session=${token}` } })).body).toBe('anonymous');
  });

  it('counts not beside another credential, nor twice', async () => {
    const token = await world.deviceToken(ANN);
    expect((await world.call('GET', '/session', cookie(token, { authorization: 'Basic eDp5' }))).body).toBe('anonymous');
    expect(readCookie({ name: 'a', sameSite: 'Lax' }, { cookie: 'a=1; a=2' }, false)).toBeUndefined();
    expect(readCookie({ name: 'a', sameSite: 'Lax' }, { cookie: 'xa=1; a=2; b=a=3' }, false)).toBe('2');
  });
});

describe('the login of a program', () => {
  const begin = async (body: object = {}) => (await world.call('POST', '/device', { body })).body as Record<string, string> & { expires_in: number; interval: number };
  const poll = async (deviceCode: string) => {
    const { status, body } = await world.call('POST', '/device/token', { body: { device_code: deviceCode } });
    return [status, (body as { error?: string }).error];
  };

  it('begins with two codes, as RFC 8628 has them', async () => {
    const begun = await begin({ client_name: 'zasctl on host-1' });
    expect(begun).toMatchObject({ verification_uri: 'http://zas.example/rbac/device', interval: 5 });
    expect([599, 600]).toContain(begun.expires_in);
    expect(begun['user_code']).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    expect(begun['verification_uri_complete']).toBe(`http://zas.example/rbac/device?user_code=${begun['user_code']}`);
    expect(JSON.stringify(await world.store.documents.list({} as never, 'access-rbac', 'devices', { limit: 10 }))).not.toContain(begun['device_code']!.split('.')[1]);
  });

  it('waits, is told to slow down, and gets its token once, on any server', async () => {
    const { device_code: device = '', user_code: code = '' } = await begin({ client_name: 'zasctl' });
    expect([await poll(device), await poll(device)]).toEqual([[400, 'authorization_pending'], [400, 'slow_down']]);
    world.aheadMs += 5_000;
    expect(await poll(device)).toEqual([400, 'slow_down']);
    world.aheadMs += 15_000;
    expect(await poll(device)).toEqual([400, 'authorization_pending']);
    const other = new SessionWorld([], { store: world.store });
    const decided = await other.call('POST', '/device/approve', { body: { user_code: ` ${code.toLowerCase().replace('-', ' ')}` } }, ANN);
    expect(decided.body).toEqual({ client_name: 'zasctl', approved: true });
    world.aheadMs += 20_000;
    const both = await Promise.all([world.call('POST', '/device/token', { body: { device_code: device } }), world.call('POST', '/device/token', { body: { device_code: device } })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(both.find(({ status }) => status === 200)!.body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), access_token: expect.stringMatching(/^zas1\./) });
    expect(await poll(device)).toEqual([400, 'expired_token']);
  });

  it('is refused, and ends by itself', async () => {
    const first = await begin();
    expect((await world.call('POST', '/device/approve', { body: { user_code: first['user_code'], approve: false } }, ANN)).body).toEqual({ client_name: 'unnamed', approved: false });
    expect((await world.call('POST', '/device/approve', { body: { user_code: first['user_code'] } }, ANN)).body).toBe('not-found');
    expect(await poll(first['device_code']!)).toEqual([400, 'access_denied']);
    const second = await begin();
    world.aheadMs += 600_001;
    expect([await poll(second['device_code']!), (await world.call('POST', '/device/approve', { body: { user_code: second['user_code'] } }, ANN)).body]).toEqual([[400, 'expired_token'], 'not-found']);
  });

  it('gives nothing for codes that are not its own', async () => {
    const { device_code: device = '' } = await begin();
    const [code, secret] = device.split('.') as [string, string];
    for (const wrong of [code, `${code}.`, `${code}.${'A'.repeat(43)}`, `BCDFGHJK.${secret}`, '', '.', `${code}.${secret}x`]) expect(await poll(wrong)).toEqual([400, 'expired_token']);
  });

  it('is approved by nobody, nor by cookie without the token of its page', async () => {
    const { user_code } = await begin();
    expect((await world.call('POST', '/device/approve', { body: { user_code } })).body).toBe('anonymous');
    const token = await world.deviceToken(ANN);
    expect((await world.call('POST', '/device/approve', { ...cookie(token), body: { user_code } })).status).toBe(401);
    expect((await world.call('POST', '/device/approve', { ...cookie(token, { 'x-csrf-token': await csrfOf(token) }), body: { user_code } })).status).toBe(200);
  });

  it('is approved by no page of another site, whatever the browser sends with it', async () => {
    const { user_code } = await begin();
    for (const site of ['cross-site', 'same-site']) expect((await world.call('POST', '/device/approve', { body: { user_code }, headers: { 'sec-fetch-site': site } }, ANN)).body).toBe('access-denied');
    expect((await world.call('POST', '/device/approve', { body: { user_code }, headers: { 'sec-fetch-site': 'same-origin' } }, ANN)).status).toBe(200);
  });

  it('is slowed down for who guesses codes, and for who begins many', async () => {
    for (let i = 0; i < 10; i++) expect((await world.call('POST', '/device/approve', { body: { user_code: 'BCDF-GHJK' } }, ANN)).body).toBe('not-found');
    expect((await world.call('POST', '/device/approve', { body: { user_code: 'BCDF-GHJK' } }, ANN)).body).toBe('slow-down');
    const answers = [];
    for (let i = 0; i < 102; i++) answers.push((await world.call('POST', '/device', { body: {} })).status);
    expect(answers).toEqual([...Array.from({ length: 100 }, () => 200), 0, 0]);
  });

  it.each(['BCDF-GHJ', 'BCDF-GHJKL', 'AEIO-UYAE', '', 'BCDF_GHJK', '１BCDFGHJ'])('has no code like %j', (text) => {
    expect(readUserCode(text)).toBeUndefined();
  });
});
