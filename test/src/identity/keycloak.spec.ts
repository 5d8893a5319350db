import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.js';
import { OciClient } from '../harness/oci-client.js';
import { withToken } from '../harness/oci-token.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { KEYCLOAK, KEYCLOAK_OBSTACLE } from './installed-servers.js';
import { ANN, BEA, ROBOT, WEB } from './keycloak-realm.js';
import { Keycloak } from './keycloak.js';
import { signIn } from './sign-in.js';
import { webIdentityStory } from './web-identity-story.js';
import { withServer } from './with-server.js';

interface Session {
  readonly principal: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly csrfToken?: string;
}

const FRESH_SECONDS = 3;

withServer('Keycloak', KEYCLOAK, (command) => {
  let keycloak: Keycloak;
  let server: ServerProcess;
  let ann: string;

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    keycloak = await Keycloak.start(command, `${url}/rbac/login/callback`);
    const issuer = {
      name: 'kc',
      url: keycloak.issuer,
      audiences: ['zas'],
      subjectClaim: '/preferred_username',
      roles: ['/realm_access/roles', '/resource_access/zas/roles'],
      roleMap: { admin: 'zas-admin', reader: 'zas-reader', pusher: 'zas-pusher' },
      groups: ['/groups'],
      requiredClaims: { '/typ': 'Bearer' },
      authorizedParties: ['cli', ROBOT.client_id, WEB.clientId],
      keysFreshMinutes: FRESH_SECONDS / 60,
      refetchSeconds: 1,
      fetchSeconds: 2,
      login: WEB,
    };
    server = await ServerProcess.start({ config: { http: { port, publicUrl: url }, plugins: [{ use: 'access-rbac', config: { issuers: [issuer] } }] } });
    ann = (await keycloak.passwordToken('cli', ANN)).access_token;
  });
  afterAll(async () => {
    await server?.remove();
    await keycloak?.remove();
  });

  const ask = (path: string, token: string) => fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  const session = async (token: string) => {
    const answer = await ask('/rbac/session', token);
    const { principal, roles, groups, error } = (await answer.json()) as Session & { error?: { message: string } };
    return answer.status === 200 ? { principal, roles: [...roles].sort(), groups } : `${answer.status} ${error!.message}`;
  };
  const registry = async (token: string) => (await ask('/v2/', token)).status;

  it('lets people in with the roles and groups that it says, at both doors', async () => {
    expect(await session(ann)).toEqual({ principal: 'kc:ann', roles: ['zas-admin', 'zas-pusher'], groups: ['/team-a'] });
    const bea = (await keycloak.passwordToken('cli', BEA)).access_token;
    expect(await session(bea)).toEqual({ principal: 'kc:bea', roles: ['zas-reader'], groups: [] });
    expect([await registry(ann), await registry(bea)]).toEqual([200, 200]);
  });

  it('lets programs in by their client', async () => {
    const { access_token: token } = await keycloak.token({ grant_type: 'client_credentials', ...ROBOT });
    expect(await session(token)).toEqual({ principal: 'kc:service-account-robot', roles: ['zas-pusher', 'zas-reader'], groups: [] });
    expect(await registry(token)).toBe(200);
  });

  it('refuses its tokens for others, its ID and refresh tokens, and what was changed', async () => {
    const { access_token: strange } = await keycloak.passwordToken('stranger', BEA);
    expect([await session(strange), await registry(strange)]).toEqual(['401 the token is for another audience', 401]);
    // Whoever has a role of a client is given that client as an audience, whichever client asks.
    const { access_token: known } = await keycloak.passwordToken('stranger', ANN);
    expect([await session(known), await registry(known)]).toEqual(['401 the token was given to another party', 401]);
    const { id_token: id = '', refresh_token: refresh = '' } = await keycloak.passwordToken('cli', ANN);
    for (const token of [id, refresh, `${ann.slice(0, -5)}AAAAA`, `${ann.split('.', 2).join('.')}.`, 'x.y.z']) {
      expect(await session(token)).toMatch(/^401 /);
      expect(await registry(token)).toBe(401);
    }
    expect((await ask('/v2/', strange)).headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('gives boto3 credentials for its token, which are limited by their role', async () => {
    await webIdentityStory(server, ann, (await keycloak.passwordToken('cli', BEA)).access_token);
  });

  it('lets people push with its token as docker does, only where their roles let them', async () => {
    const root = new RestClient(server.url);
    const onlyTeamA = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'oci:*', Resource: 'arn:zas:oci:::team-a/*' } };
    await root.must('POST', '/policies', { id: 'team-a', document: onlyTeamA });
    await root.must('POST', '/roles', { id: 'zas-pusher', policies: ['team-a'] });
    const who = new OciClient(server.url, `Bearer ${ann}`);
    const token = await withToken(who, 'repository:team-a/app:pull,push', 'repository:team-b/app:pull,push');
    const begin = async (client: OciClient, name: string) => (await client.send('POST', `/v2/${name}/blobs/uploads/`, { headers: { 'content-length': '0' } })).status;
    expect([await begin(token, 'team-a/app'), await begin(token, 'team-b/app')]).toEqual([202, 403]);
    expect([await begin(who, 'team-a/app'), await begin(who, 'team-b/app')]).toEqual([202, 403]);
    await root.must('POST', '/users', { id: 'kc:ann', enabled: false });
    expect([await begin(token, 'team-a/app'), await begin(who, 'team-a/app')]).toEqual([401, 403]);
    await root.must('DELETE', '/users/kc:ann');
    expect(await begin(who, 'team-a/app')).toBe(202);
  });

  it('lets a browser in, and out again', async () => {
    const browser = await signIn(`${server.url}/rbac/login/kc?returnTo=/rbac/session`, ANN);
    expect(browser.page).toContain('url=/rbac/session');
    const who = (await (await browser.fetch(`${server.url}/rbac/session`)).json()) as Session;
    expect(who).toMatchObject({ principal: 'kc:ann', roles: expect.arrayContaining(['zas-admin', 'zas-pusher']), groups: ['/team-a'] });
    expect((await browser.fetch(`${server.url}/v2/`)).status).toBe(200);
    expect((await browser.fetch(`${server.url}/rbac/session`, { method: 'DELETE' })).status).toBe(401);
    expect((await browser.fetch(`${server.url}/rbac/session`, { method: 'DELETE', headers: { 'x-csrf-token': who.csrfToken! } })).status).toBe(204);
    expect((await browser.fetch(`${server.url}/rbac/session`)).status).toBe(401);
  });

  it('lets a program in that somebody approves', async () => {
    const post = async (path: string, body: object, token?: string) => {
      const answer = await fetch(`${server.url}/rbac/device${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const { body: begun } = await post('', { client_name: 'test' });
    expect((await post('/token', { device_code: begun['device_code'] })).body).toEqual({ error: 'authorization_pending' });
    expect((await post('/approve', { user_code: begun['user_code'] })).status).toBe(401);
    expect((await post('/approve', { user_code: begun['user_code'] }, ann)).body).toEqual({ client_name: 'test', approved: true });
    await delay(5_100);
    const { body: granted } = await post('/token', { device_code: begun['device_code'] });
    expect(await session(granted['access_token']!)).toMatchObject({ principal: 'kc:ann', roles: ['zas-admin', 'zas-pusher'] });
    expect(await registry(granted['access_token']!)).toBe(200);
  });

  describe('while its keys change', () => {
    it('takes tokens of the new one at once, and none of one that is gone', async () => {
      const retire = await keycloak.rotateKeys();
      const fresh = (await keycloak.passwordToken('cli', ANN)).access_token;
      expect(kidOf(fresh)).not.toBe(kidOf(ann));
      await delay(1_100);
      expect([await session(fresh), await session(ann)]).toEqual([expect.objectContaining({ principal: 'kc:ann' }), expect.objectContaining({ principal: 'kc:ann' })]);
      await retire();
      await delay(FRESH_SECONDS * 1000 + 100);
      expect(await session(ann)).toBe('401 no key of the issuer fits the token');
      expect([await registry(ann), await registry(fresh)]).toEqual([401, 200]);
      ann = fresh;
    });
  });

  describe('while it is not there', () => {
    it('hangs: its last keys count, and nobody waits for long', async () => {
      keycloak.freeze(true);
      try {
        await delay(FRESH_SECONDS * 1000 + 100);
        const began = Date.now();
        expect([await registry(ann), await registry(ann)]).toEqual([200, 200]);
        expect(Date.now() - began).toBeLessThan(5_000);
      } finally {
        keycloak.freeze(false);
      }
    });

    it('is gone and comes back', async () => {
      await keycloak.stop();
      await delay(FRESH_SECONDS * 1000 + 100);
      expect(await session(ann)).toMatchObject({ principal: 'kc:ann' });
      expect(server.log).toContain('The keys of an issuer cannot be fetched; the last ones still count');
      expect((await fetch(`${server.url}/rbac/login/kc`, { redirect: 'manual' })).status).toBe(503);
      await keycloak.launch();
      const after = (await keycloak.passwordToken('cli', BEA)).access_token;
      expect(await session(after)).toMatchObject({ principal: 'kc:bea' });
      expect(await session(ann)).toMatchObject({ principal: 'kc:ann' });
    });
  });
}, KEYCLOAK_OBSTACLE);

const kidOf = (token: string): string => (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
