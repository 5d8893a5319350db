import crypto from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, type JWTPayload } from 'jose';
import { basic } from '../harness/oci-client.js';
import { askToken, withToken } from '../harness/oci-token.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { allow, ClassWorld } from './class-world.js';

/**
 * Classes of vulnerabilities that others had in 2023 to 2026, about who somebody is. Each is tried at
 * both doors where both can have it.
 */
let world: ClassWorld;

beforeAll(async () => {
  world = await ClassWorld.start({ throttle: { perNameAndAddress: 5 } });
});
afterAll(() => world.remove());

const bearer = (token: string) => `Bearer ${token}`;
/** Statuses of the same credential at the REST API, the registry, and its token endpoint. */
const everywhere = async (authorization: string) => [
  (await world.rest(authorization).get('/session')).status,
  (await world.oci(authorization).get('/v2/')).status,
  (await askToken(world.oci(authorization), [])).status,
];

describe('class: algorithm confusion and wrong key material', () => {
  it('takes no token without a signature, with a symmetric one, or with a key that it brings along', async () => {
    const good = await world.provider.token({ roles: ['admin'] });
    expect(await everywhere(bearer(good))).toEqual([200, 200, 200]);
    const [, claims] = good.split('.') as [string, string];
    const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { keys } = (await (await fetch(`${world.provider.url}/keys`)).json()) as { keys: object[] };
    const own = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const signed = (protectedHeader: object, key: Parameters<SignJWT['sign']>[0]) => new SignJWT(payload).setProtectedHeader(protectedHeader as never).sign(key);
    const forged = [
      `${header({ alg: 'none' })}.${claims}.`,
      `${header({ alg: 'None', kid: 'k1' })}.${claims}.`,
      await signed({ alg: 'HS256', kid: 'k1' }, Buffer.from(JSON.stringify(keys[0]))),
      await signed({ alg: 'ES256', kid: 'k1' }, own.privateKey),
      await signed({ alg: 'ES256', jwk: own.publicKey.export({ format: 'jwk' }) }, own.privateKey),
      await signed({ alg: 'ES256', jku: 'http://127.0.0.1:1/keys', kid: 'x' }, own.privateKey),
      good.slice(0, -8),
      `${good.slice(0, -4)}AAAA`,
    ];
    for (const token of forged) expect(await everywhere(bearer(token))).toEqual([401, 401, 401]);
  });
});

describe('class: wrong audience, issuer or time', () => {
  it.each([
    ['another audience', { aud: 'other' }],
    ['no audience', { aud: undefined }],
    ['an issuer whose URL begins so', { iss: 'http://127.0.0.1/realm/../realm' }],
    ['an end in the past', { exp: 1_000_000_000 }],
    ['a begin in the future', { nbf: 4_000_000_000 }],
  ])('refuses a token with %s', async (_what, claims) => {
    expect(await everywhere(bearer(await world.provider.token(claims as JWTPayload)))).toEqual([401, 401, 401]);
  });
});

describe('class: requests made by tokens (SSRF)', () => {
  it('asks no address that stands in a token', async () => {
    let asked = 0;
    const trap = http.createServer((_request, response) => void (asked++, response.end('{}')));
    await new Promise<void>((resolve) => void trap.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
    const own = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const header of [{}, { jku: `${url}/keys` }, { x5u: `${url}/x5u` }]) {
      const token = await new SignJWT({ iss: url, sub: 'ann', aud: 'zas' }).setProtectedHeader({ alg: 'ES256', kid: 'k', ...header }).setExpirationTime('5m').sign(own.privateKey);
      expect(await everywhere(bearer(token))).toEqual([401, 401, 401]);
    }
    expect(asked).toBe(0);
    trap.close();
  });
});

describe('class: enumeration of logins, no throttling', () => {
  it('answers unknown names and wrong passwords alike', async () => {
    const keys = await world.rest().user('enum');
    const shown = async (authorization: string) => {
      const { status, json } = await world.rest(authorization).get('/session');
      return { status, message: json.error.message as string };
    };
    const wrong = await shown(basic({ ...keys, secretAccessKey: 'wrong' }));
    const unknown = await shown(basic({ accessKeyId: 'ZAKBBBBBBBBBBBBBBBBB', secretAccessKey: 'wrong' }));
    expect(unknown).toEqual(wrong);
    expect(wrong.status).toBe(401);
  });

  it('makes who guesses wait, whatever the name, at both doors', async () => {
    for (const name of ['guessed-name', 'ROOTACCESSKEY']) {
      let guesses = 0;
      const guess = () => world.rest(basic({ accessKeyId: name, secretAccessKey: `guess ${guesses++}` })).get('/session');
      for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(401);
      const late = await guess();
      expect(late.status).toBe(429);
      expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
      expect((await world.oci(basic({ accessKeyId: name, secretAccessKey: 'guess' })).get('/v2/')).status).toBe(429);
    }
    // Signatures show no password: whoever has the key is not locked out by who guesses.
    expect((await world.s3().get('/vault/secret')).status).toBe(200);
  });
});

describe('class: hard-coded and default secrets', () => {
  it('knows no pair that everybody knows, and makes its own at random', async () => {
    const servers = await Promise.all([0, 1].map(() => ServerProcess.start({ config: { log: { level: 'error' } }, env: { ZAS_ROOT_ACCESS_KEY: '', ZAS_ROOT_SECRET_KEY: '' } })));
    try {
      const pairs = ['minioadmin:minioadmin', 'admin:admin', 'admin:Harbor12345', 'root:root', 'rustfsadmin:rustfsadmin', ':', 'admin:'];
      for (const pair of pairs) {
        expect((await new RestClient(servers[0]!.url, `Basic ${Buffer.from(pair).toString('base64')}`).get('/session')).status).toBe(401);
      }
      const { default: fs } = await import('node:fs/promises');
      const made = await Promise.all(servers.map(async ({ dataDir }) => JSON.parse(await fs.readFile(`${dataDir}/root-credentials.json`, 'utf8')) as { secretAccessKey: string }));
      expect(made[0]!.secretAccessKey).not.toBe(made[1]!.secretAccessKey);
      const masters = await Promise.all(servers.map(({ dataDir }) => fs.readFile(`${dataDir}/plugins/access-rbac/master-key`)));
      expect(masters[0]!.equals(masters[1]!)).toBe(false);
      expect((await fs.stat(`${servers[0]!.dataDir}/plugins/access-rbac/master-key`)).mode & 0o077).toBe(0);
    } finally {
      await Promise.all(servers.map((server) => server.remove()));
    }
  });
});

describe('class: revoked groups and roles stay in force', () => {
  it('takes groups and roles from the token that is shown, not from an earlier one', async () => {
    await world.rest().must('POST', '/groups', { id: 'readers', roles: ['read'] });
    const inside = world.oci(bearer(await world.provider.token({ groups: ['readers'] })));
    const outside = world.oci(bearer(await world.provider.token({ groups: [] })));
    expect((await inside.get('/v2/team/app/manifests/latest')).status).toBe(200);
    expect((await outside.get('/v2/team/app/manifests/latest')).status).toBe(403);
    expect((await inside.get('/v2/team/app/manifests/latest')).status).toBe(200);
  });

  it('takes what is stored as it is now, for tokens of the registry too', async () => {
    const key = await world.apiKey('shrinking', ['read']);
    const token = await withToken(world.oci(basic({ accessKeyId: 'shrinking', secretAccessKey: key })), 'repository:team/app:pull');
    expect((await token.get('/v2/team/app/manifests/latest')).status).toBe(200);
    await world.rest().must('DELETE', '/users/shrinking/roles/read');
    expect((await token.get('/v2/team/app/manifests/latest')).status).toBe(403);
    await world.rest().must('DELETE', '/users/shrinking');
    expect((await token.get('/v2/team/app/manifests/latest')).status).toBe(401);
  });
});

describe('class: derived credentials that may more than what they are made from', () => {
  it('keeps an API key within its policy, at both doors and in tokens made of it', async () => {
    const key = await world.apiKey('narrow', ['admin'], allow('oci:Get*', 'arn:zas:oci:::team/app'));
    const client = world.oci(basic({ accessKeyId: 'narrow', secretAccessKey: key }));
    const token = await withToken(client, 'repository:team/app:pull,push,delete', 'repository:other/app:push');
    for (const who of [client, token]) {
      expect((await who.get('/v2/team/app/manifests/latest')).status).toBe(200);
      expect([401, 403]).toContain((await who.send('DELETE', '/v2/team/app/manifests/latest')).status);
      expect([401, 403]).toContain(await world.push('other/app', 'new', who));
    }
    for (const [method, path, body] of [
      ['POST', '/users/narrow/keys', {}],
      ['POST', '/users', { id: 'more', roles: ['admin'] }],
      ['PUT', '/users/narrow', { roles: ['admin'] }],
    ] as const) {
      expect((await world.rest(bearer(key)).send(method, path, body)).status).toBe(403);
    }
    await world.expectUntouched();
  });

  it('lets nobody sign with an API key, whose secret the server does not have', async () => {
    const key = await world.apiKey('signing', ['admin']);
    const [, id] = key.split('_') as [string, string];
    for (const secretAccessKey of [key, '', 'undefined']) expect((await world.s3({ accessKeyId: id, secretAccessKey }).get('/vault/secret')).status).toBe(403);
  });
});

describe('class: a disabled identity provider still lets in', () => {
  it('refuses tokens of an issuer that is switched off, and what was made from them', async () => {
    const off = await ClassWorld.start({ issuers: [{ ...world.provider.issuer, enabled: false }] });
    try {
      const token = await world.provider.token({ roles: ['admin'] });
      expect((await off.rest(bearer(token)).get('/session')).status).toBe(401);
      expect((await off.oci(bearer(token)).get('/v2/')).status).toBe(401);
    } finally {
      await off.remove();
    }
  });
});

describe('class: keys of caches that are cut short', () => {
  it('tells tokens apart that begin alike', async () => {
    const [head, claims, signature] = (await world.provider.token({ sub: 'first' })).split('.') as [string, string, string];
    expect((await world.rest(bearer(`${head}.${claims}.${signature}`)).get('/session')).json.principal).toBe('idp:first');
    const other = Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), sub: 'second' })).toString('base64url');
    expect((await world.rest(bearer(`${head}.${other}.${signature}`)).get('/session')).status).toBe(401);
  });
});
