import { isStoreError } from '@zas/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JWTPayload } from 'jose';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { claimAt } from './claim-path.js';
import { issuerSchema } from './issuers-config.js';
import { ACCOUNT, OidcWorld } from './oidc-world.spec.fixture.js';

let world: OidcWorld;
beforeAll(async () => void (world = await OidcWorld.start()));
afterAll(() => world.issuer.stop());

async function principalOf(config: Partial<z.input<typeof issuerSchema>>, claims: JWTPayload) {
  const result = await world.send(world.believe(config), await world.issuer.sign(claims));
  return result.outcome === 'accepted' ? result.principal : result;
}

const KEYCLOAK = {
  realm_access: { roles: ['admin', 'offline_access'] },
  resource_access: { zas: { roles: ['pusher'] }, 'other/app': { roles: ['x'] } },
  groups: ['/team-a', '/team-b'],
  preferred_username: 'ann',
  email_verified: true,
  department: ['a', 'b'],
};

describe('the principal of a token', () => {
  it('has subject, roles, groups, claims and times of it', async () => {
    const config = {
      roles: ['/realm_access/roles', '/resource_access/zas/roles', '/resource_access/other~1app/roles', '/nowhere/roles'],
      groups: ['/groups'],
      claims: { user: '/preferred_username', verified: '/email_verified', department: '/department', missing: '/missing', all: '/realm_access' },
    };
    const now = Math.floor(Date.now() / 1000);
    expect(await principalOf(config, { ...KEYCLOAK, sub: 'f81d4fae', jti: 'token-1', iat: now, exp: now + 60 })).toEqual({
      id: 'kc:f81d4fae',
      account: ACCOUNT,
      accountRoot: false,
      serverRoot: false,
      credentialId: 'jwt:token-1',
      roles: ['admin', 'offline_access', 'pusher', 'x'],
      groups: ['/team-a', '/team-b'],
      claims: { user: 'ann', verified: 'true', department: ['a', 'b'] },
      issuedAt: now * 1000,
      expiresAt: (now + 60) * 1000,
    });
  });

  it('has only roles that the map names, where there is one', async () => {
    const config = { roles: ['/realm_access/roles', '/role'], roleMap: { admin: 'zas-admins', toString: 'x' } };
    expect(await principalOf(config, { ...KEYCLOAK, role: 'constructor' })).toMatchObject({ roles: ['zas-admins'] });
  });

  it('has none of what is of another form', async () => {
    const config = { roles: ['/realm_access/roles'], groups: ['/groups', '/groups/0', '/__proto__/x', '/constructor/name'] };
    expect(await principalOf(config, { realm_access: { roles: { admin: true } }, groups: [1, null, ['x'], '', 'good'] })).toMatchObject({ roles: [], groups: ['good'] });
    expect(await principalOf(config, { realm_access: 'admin' })).toMatchObject({ roles: [], groups: [] });
  });

  it('is named by the claim that the config says', async () => {
    expect(await principalOf({ subjectClaim: '/preferred_username' }, { ...KEYCLOAK, sub: 'x' })).toMatchObject({ id: 'kc:ann' });
    expect(await principalOf({ subjectClaim: '/preferred_username' }, { sub: 'x' })).toEqual({ outcome: 'rejected', reason: 'the token names nobody' });
  });

  it('changes with the next token: groups that are gone are gone', async () => {
    const authenticator = world.believe({ groups: ['/groups'] });
    const groupsOf = async (groups: readonly string[]) => {
      const result = await world.send(authenticator, await world.issuer.sign({ groups }));
      return result.outcome === 'accepted' && result.principal.groups;
    };
    expect([await groupsOf(['a', 'b']), await groupsOf(['a']), await groupsOf([])]).toEqual([['a', 'b'], ['a'], []]);
  });
});

describe('a service account of Kubernetes', () => {
  const config = { name: 'k8s', kind: 'kubernetes' } as const;
  const subject = 'system:serviceaccount:build:ci.runner';

  it('has the groups that Kubernetes gives it; its tokens have no type', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-k8s-'));
    const tokenFile = path.join(folder, 'token');
    await fs.writeFile(tokenFile, 'own-token\n');
    const shown: (string | undefined)[] = [];
    world.issuer.answers.set('/realm/openid/v1/jwks', (response, request) => {
      shown.push(request.headers.authorization);
      response.end(JSON.stringify({ keys: world.issuer.keys.map(({ jwk }) => jwk) }));
    });
    const authenticator = world.believe({ ...config, tokenFile });
    const result = await world.send(authenticator, await world.issuer.sign({ sub: subject }, { header: { typ: undefined } }));
    expect(result).toMatchObject({ outcome: 'accepted', principal: { id: `k8s:${subject}`, groups: ['system:serviceaccounts', 'system:serviceaccounts:build'] } });
    expect(shown).toEqual(['Bearer own-token']);
    for (const sub of ['system:node:n1', 'ann', 'system:serviceaccount:build', 'system:serviceaccount::ci', 'system:serviceaccount:a:b:c']) {
      expect(await world.answer(authenticator, await world.issuer.sign({ sub }))).toBe('the token names nobody');
    }
    await fs.rm(folder, { recursive: true });
  });
});

describe('a web identity', () => {
  it('is whom a token names, with what of it counts', async () => {
    const authenticator = world.believe();
    const identity = await authenticator.verifyWebIdentity(world.context, await world.issuer.sign({ sub: 'a:b', aud: ['x', 'zas'] }));
    expect(identity).toEqual({ principal: expect.objectContaining({ id: 'kc:a:b' }), issuer: world.issuer.url, audience: ['zas'], subject: 'a:b' });
  });

  it('is refused for tokens that do not hold and for those of strangers', async () => {
    const authenticator = world.believe();
    for (const token of [await world.issuer.sign({ aud: 'x' }), await world.issuer.sign({ iss: 'https://evil.example' }), 'x', '']) {
      const error: unknown = await authenticator.verifyWebIdentity(world.context, token).catch((thrown: unknown) => thrown);
      expect(isStoreError(error) && error.code).toBe('unauthenticated');
    }
  });
});

describe('the config of an issuer', () => {
  const good = { name: 'kc', url: 'https://idp.example/realm', audiences: ['zas'] };
  it.each([
    [{ audiences: [] }],
    [{ audiences: undefined }],
    [{ algorithms: ['HS256'] }],
    [{ algorithms: ['none'] }],
    [{ algorithms: [] }],
    [{ url: 'ftp://idp.example' }],
    [{ url: 'https://user:password@idp.example' }],
    [{ name: 'a:b' }],
    [{ name: 'config' }],
    [{ name: 'callback' }],
    [{ roles: ['realm_access.roles'] }],
    [{ roles: ['/a~2b'] }],
    [{ kind: 'kubernetes', login: { clientId: 'x' } }],
    [{ unknown: 1 }],
  ])('is refused with %j', (wrong) => {
    expect(issuerSchema.safeParse(good).success).toBe(true);
    expect(issuerSchema.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});

it('a path leads nowhere through what objects inherit', () => {
  const claims = { a: { b: 1 }, 'x/y': { '~': 2 } };
  expect([claimAt(claims, '/a/b'), claimAt(claims, '/x~1y/~0'), claimAt(claims, '/a/toString'), claimAt(claims, '/__proto__'), claimAt(claims, '/a/b/c')]).toEqual([1, 2, undefined, undefined, undefined]);
});
