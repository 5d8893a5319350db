import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OciClient } from '../harness/oci-client.js';
import { withToken } from '../harness/oci-token.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { SLAPD } from './installed-servers.js';
import { BASE, READER, Slapd } from './slapd.js';
import { withServer } from './with-server.js';

interface Seen {
  readonly status: number;
  readonly principal?: string;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly message?: string;
}

const PEOPLE = `ou=people,${BASE}`;
const SEARCH = { ...READER, userBase: PEOPLE, groupBase: `ou=groups,${BASE}`, roleMap: { admins: 'zas-admin' }, rememberSeconds: 0 };

withServer('OpenLDAP', SLAPD, (command) => {
  let slapd: Slapd;
  const servers: ServerProcess[] = [];
  beforeAll(async () => void (slapd = await Slapd.start(command)));
  afterAll(async () => {
    for (const server of servers) await server.remove();
    await slapd?.remove();
  });

  const start = async (ldap: object, more: object = {}) => {
    const server = await ServerProcess.start({ config: { plugins: [{ use: 'access-rbac', config: { ldap, throttle: { enabled: false }, ...more } }] } });
    servers.push(server);
    return server;
  };
  const login = async ({ url }: ServerProcess, name: string, password: string): Promise<Seen> => {
    const answer = await fetch(`${url}/rbac/session`, { headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` } });
    const { principal, roles, groups, error } = (await answer.json()) as Seen & { error?: { message: string } };
    return answer.status === 200 ? { status: 200, principal, roles, groups } : { status: answer.status, message: error!.message };
  };
  const REFUSED: Seen = { status: 401, message: 'unknown access key or wrong secret' };

  describe('searched by a reader', () => {
    let server: ServerProcess;
    beforeAll(async () => void (server = await start({ url: slapd.url, ...SEARCH })));

    it('lets people in with their groups, and the roles that groups bring', async () => {
      expect(await login(server, 'ann', 'ann-password')).toEqual({ status: 200, principal: 'ldap:ann', roles: ['zas-admin'], groups: ['admins', 'developers'] });
      expect(await login(server, 'bea', 'bea:passwordü')).toEqual({ status: 200, principal: 'ldap:bea', roles: [], groups: ['developers'] });
      expect(await login(server, 'last', 'last-password')).toEqual({ status: 200, principal: 'ldap:last', roles: ['zas-admin'], groups: ['admins'] });
      expect(await login(server, 's(*)', 'star-password')).toMatchObject({ principal: 'ldap:s(*)', groups: [] });
      expect(await login(server, 'Zoë', 'zoe-password')).toMatchObject({ principal: 'ldap:Zoë' });
    });

    it('lets them in at the registry door', async () => {
      const answer = await fetch(`${server.url}/v2/`, { headers: { authorization: `Basic ${Buffer.from('ann:ann-password').toString('base64')}` } });
      expect(answer.status).toBe(200);
    });

    it('gives them tokens of the registry, for what their groups may', async () => {
      const root = new RestClient(server.url);
      await root.must('POST', '/policies', { id: 'dev', document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'oci:*', Resource: 'arn:zas:oci:::dev/*' } } });
      await root.must('POST', '/groups', { id: 'developers', policies: ['dev'] });
      const token = await withToken(new OciClient(server.url, `Basic ${Buffer.from('bea:bea:passwordü').toString('base64')}`), 'repository:dev/app:pull,push', 'repository:ops/app:pull,push');
      const begin = async (name: string) => (await token.send('POST', `/v2/${name}/blobs/uploads/`, { headers: { 'content-length': '0' } })).status;
      expect([await begin('dev/app'), await begin('ops/app')]).toEqual([202, 403]);
      await root.must('DELETE', '/groups/developers');
      expect(await begin('dev/app')).toBe(403);
    });

    it('names people as the directory does, however they type', async () => {
      for (const name of ['ANN', 'Ann', ' ann ', 'ann ']) expect(await login(server, name, 'ann-password')).toMatchObject({ principal: 'ldap:ann' });
    });

    it('refuses a wrong password, an empty one, and names that nobody or more than one has, all in the same words', async () => {
      for (const [name, password] of [['ann', 'wrong'], ['ann', ''], ['nobody', 'x'], ['nobody', ''], ['keyless', 'x'], ['keyless', ''], ['twin', 'twin-password'], ['ann', 'ann-password\0'], ['ann', 'p'.repeat(2_000)]] as const) {
        expect([name, await login(server, name, password)]).toEqual([name, REFUSED]);
      }
    });

    it.each(['*', 'a*', 'an?', 'ann)(uid=*', '*)(uid=*))(|(uid=*', 'ann)(|(password=*)', '(ann)', 'ann\\2a', '\\61nn', 'ann\\', 'ann)(objectClass=*', 'x)(!(uid=y', 'ann\n', '{name}', '{dn}', '$&', 'twin)(cn=Twin 1'])('finds nobody by the filter %j', async (name) => {
      expect(await login(server, name, 'ann-password')).toEqual(REFUSED);
    });

    it('still takes access keys, and only with their own secrets', async () => {
      expect(await login(server, 'ROOTACCESSKEY', 'root-secret-for-tests')).toMatchObject({ principal: 'config:root' });
      expect(await login(server, 'ROOTACCESSKEY', 'ann-password')).toEqual(REFUSED);
    });

    it('is "unavailable" while it is down, and back when it is back', async () => {
      await slapd.stop();
      expect(await login(server, 'ann', 'ann-password')).toEqual({ status: 503, message: 'The directory cannot be asked' });
      expect(await login(server, 'ROOTACCESSKEY', 'root-secret-for-tests')).toMatchObject({ status: 200 });
      await slapd.launch();
      expect(await login(server, 'ann', 'ann-password')).toMatchObject({ status: 200 });
      expect(server.log).not.toMatch(/ann-password|reader-password/);
    });
  });

  it('with a reader who may not in is "unavailable", not "wrong password"', async () => {
    const server = await start({ url: slapd.url, ...SEARCH, bindPassword: 'wrong' });
    expect((await login(server, 'ann', 'ann-password')).status).toBe(503);
  });

  it('without a reader takes the user’s own entry by its name, whatever is typed', async () => {
    const server = await start({ url: slapd.url, userDn: `uid={name},${PEOPLE}` });
    expect(await login(server, 'ann', 'ann-password')).toEqual({ status: 200, principal: 'ldap:ann', roles: [], groups: [] });
    expect(await login(server, 'Zoë', 'zoe-password')).toMatchObject({ status: 200, principal: 'ldap:Zoë' });
    for (const name of [`ann,${PEOPLE}`, 'ann+cn=Ann', 'x,cn=Last\\2C First', 'ann#', '"ann"', 'ann,ou=people', 'ann;', '\\61nn', '*']) expect([name, await login(server, name, 'ann-password')]).toEqual([name, REFUSED]);
    for (const [name, password] of [['ann', ''], ['ann', 'wrong'], ['', 'x'], ['keyless', '']] as const) expect(await login(server, name, password)).toEqual(REFUSED);
  });

  it('is asked over TLS, and by StartTLS, only where its certificate is trusted', async () => {
    for (const config of [{ url: slapd.tlsUrl }, { url: slapd.url, startTls: true }]) {
      const trusting = await start({ ...config, ...SEARCH, caFile: slapd.caFile });
      expect(await login(trusting, 'ann', 'ann-password')).toMatchObject({ status: 200, principal: 'ldap:ann' });
      const strange = await start({ ...config, ...SEARCH });
      expect((await login(strange, 'ann', 'ann-password')).status).toBe(503);
    }
  });

  it('is not asked again at once about what was right, and slows guessing down', async () => {
    const server = await start({ url: slapd.url, ...SEARCH, rememberSeconds: 60 }, { throttle: { perNameAndAddress: 3 } });
    expect((await login(server, 'ann', 'ann-password')).status).toBe(200);
    await slapd.stop();
    expect((await login(server, 'ann', 'ann-password')).status).toBe(200);
    expect((await login(server, 'ann', 'wrong')).status).toBe(503);
    await slapd.launch();
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await login(server, 'ann', `wrong ${i}`)).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    const answer = await fetch(`${server.url}/v2/`, { headers: { authorization: `Basic ${Buffer.from('ann:ann-password').toString('base64')}` } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d$/)]);
  });
});
