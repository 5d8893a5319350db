import { silentLogger } from '@zas/plugin-testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SessionWorld, cookiesOf } from '../../authenticators/sessions/session-world.spec.fixture.js';
import { FakeIssuer, makeKey } from '../fake-issuer.spec.fixture.js';
import { IssuerAddress } from '../issuer-address.js';
import { issuerSchema } from '../issuers-config.js';
import { OidcIssuer } from '../oidc-issuer.js';
import { ACCOUNT } from '../oidc-world.spec.fixture.js';
import { returnTarget } from './return-target.js';

let issuer: FakeIssuer;
let world: SessionWorld;
/** What the token endpoint was asked, and what it answers. */
let asked: { form: URLSearchParams; authorization: string | undefined } | undefined;
let answers: () => Promise<Record<string, unknown>>;
let challenge = '';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

beforeEach(async () => {
  issuer = new FakeIssuer();
  issuer.keys = [await makeKey('one')];
  await issuer.start();
  asked = undefined;
  issuer.answers.set('/realm/token', (response, request) => void answer(request).then((body) => response.writeHead(body ? 200 : 400).end(JSON.stringify(body ?? {}))));
  const config = issuerSchema.parse({ name: 'kc', url: issuer.url, audiences: ['zas'], roles: ['/roles'], requiredClaims: { '/typ': 'Bearer' }, login: { clientId: 'zas-web', clientSecret: 'it is: secret' } });
  const address = new IssuerAddress(config);
  world = new SessionWorld([{ issuer: new OidcIssuer(config, { address, account: ACCOUNT, clock, logger: silentLogger }), address }]);
});
afterEach(() => issuer.stop());

async function answer(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  let text = '';
  for await (const piece of request) text += String(piece);
  const form = new URLSearchParams(text);
  asked = { form, authorization: request.headers.authorization };
  const fits = hash('sha256', form.get('code_verifier') ?? '', 'base64url') === challenge;
  return fits && form.get('code') === 'good-code' ? answers() : undefined;
}

async function begin(query: Record<string, string> = {}, secure = false) {
  const begun = await world.call('GET', '/login/kc', { query, secure });
  const location = new URL(String(begun.headers!['location']));
  const param = (name: string) => location.searchParams.get(name)!;
  challenge = param('code_challenge');
  answers = async () => ({
    id_token: await issuer.sign({ aud: 'zas-web', nonce: param('nonce') }),
    access_token: await issuer.sign({ typ: 'Bearer', roles: ['admin'] }),
  });
  return { begun, location, param, cookie: cookiesOf(begun) };
}

const finish = (cookie: string, query: Record<string, string>, secure = false) => world.call('GET', '/login/callback', { query, headers: { cookie }, secure });

describe('a login in a browser', () => {
  it('goes to the issuer and comes back signed in', async () => {
    const { begun, location, param, cookie } = await begin({ returnTo: '/console?a=1&b=<x>'.replace('<x>', '2') });
    expect([begun.status, location.origin + location.pathname]).toEqual([302, `${issuer.url}/authorize`]);
    expect(['response_type', 'client_id', 'redirect_uri', 'scope', 'code_challenge_method'].map(param)).toEqual(['code', 'zas-web', 'http://zas.example/rbac/login/callback', 'openid profile', 'S256']);
    expect(begun.headers!['set-cookie']).toMatch(/^zas-login=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(param('state'));

    const done = await finish(cookie, { code: 'good-code', state: param('state'), iss: issuer.url });
    expect([done.status, done.body]).toEqual([200, expect.stringContaining('content="0;url=/console?a=1&#38;b=2"')]);
    expect(asked!.authorization).toBe(`Basic ${Buffer.from('zas-web:it+is%3A+secret').toString('base64')}`);
    expect([asked!.form.get('grant_type'), asked!.form.get('redirect_uri')]).toEqual(['authorization_code', 'http://zas.example/rbac/login/callback']);
    const [session, cleared] = [done.headers!['set-cookie']!].flat();
    expect([session, cleared]).toEqual([expect.stringMatching(/^zas-session=zas1\.[^;]+; Path=\/; Max-Age=3[56]\d\d; HttpOnly; SameSite=Strict$/), 'zas-login=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
    const who = await world.call('GET', '/session', { headers: { cookie: cookiesOf(done) } });
    expect(who.body).toMatchObject({ principal: 'kc:ann', roles: ['admin'], csrfToken: expect.any(String) });
  });

  it('sets cookies over TLS that are its own', async () => {
    const { begun, param, cookie } = await begin({}, true);
    expect(begun.headers!['set-cookie']).toMatch(/^__Host-zas-login=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    const done = await finish(cookie, { code: 'good-code', state: param('state') }, true);
    expect([done.headers!['set-cookie']!].flat()[0]).toMatch(/^__Host-zas-session=.*; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('takes no answer that does not belong to it', async () => {
    const [first, second] = [await begin(), await begin()];
    const state = second.param('state');
    const code = 'good-code';
    const failed = async (cookie: string, query: Record<string, string>) => (await finish(cookie, query)).body;
    expect(await failed('', { code, state })).toBe('unauthenticated');
    expect(await failed(first.cookie, { code, state })).toBe('unauthenticated');
    expect(await failed(second.cookie, { code, state: 'x' })).toBe('unauthenticated');
    expect(await failed(`${second.cookie.slice(0, -3)}AAA`, { code, state })).toBe('unauthenticated');
    expect(await failed(second.cookie, { code, state, iss: 'https://evil.example' })).toBe('unauthenticated');
    expect(await failed(second.cookie, { error: 'access_denied', state })).toBe('unauthenticated');
    expect(asked).toBeUndefined();
    expect((await finish(second.cookie, { code })).status).toBe(400);
    expect(await failed(second.cookie, { code: 'stolen', state })).toBe('unauthenticated');
    world.aheadMs = 600_001;
    expect(await failed(second.cookie, { code, state })).toBe('unauthenticated');
  });

  it.each([
    ['for another client', { aud: 'other' }],
    ['of another login', { nonce: 'x' }],
    ['without a nonce', { nonce: undefined }],
    ['given to another party', { azp: 'other' }],
    ['that has expired', { exp: 1 }],
  ])('takes no ID token %s', async (_, wrong) => {
    const { param, cookie } = await begin();
    answers = async () => ({ id_token: await issuer.sign({ aud: 'zas-web', nonce: param('nonce'), ...wrong }) });
    expect((await finish(cookie, { code: 'good-code', state: param('state') })).body).toBe('unauthenticated');
  });

  it('takes roles from no access token of somebody else', async () => {
    const { param, cookie } = await begin();
    answers = async () => ({ id_token: await issuer.sign({ aud: 'zas-web', nonce: param('nonce') }), access_token: await issuer.sign({ sub: 'bea', typ: 'Bearer', roles: ['admin'] }) });
    const done = await finish(cookie, { code: 'good-code', state: param('state') });
    expect((await world.call('GET', '/session', { headers: { cookie: cookiesOf(done) } })).body).toMatchObject({ principal: 'kc:ann', roles: [] });
  });

  it('is not to be had at an issuer that is unknown or down', async () => {
    expect((await world.call('GET', '/login/other')).body).toBe('not-found');
    await issuer.stop();
    expect((await world.call('GET', '/login/kc')).body).toBe('unavailable');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '\\\\evil.example', 'javascript:alert(1)', 'console', '', '/a\nb', '/%0d%0a ', '/\t/evil.example', '/./\\/evil', '/.//evil.example', '/x/..//evil.example'])('returns never to %j', async (returnTo) => {
    expect((await world.call('GET', '/login/kc', { query: { returnTo } })).body).toBe('invalid-argument');
  });

  it.each(['/', '/console', '/rbac/device?user_code=BCDF-GHJK', '/a//b', '/x#y'])('returns to %s', (text) => {
    expect(returnTarget(text)).toBe(text);
  });
});
