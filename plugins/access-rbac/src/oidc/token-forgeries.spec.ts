import { authenticatorSuite, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactSign, FlattenedSign, SignJWT, UnsecuredJWT, exportSPKI, importJWK, type JWTPayload } from 'jose';
import { makeKey, type FakeKey } from './fake-issuer.spec.fixture.js';
import type { OidcAuthenticator } from './oidc-authenticator.js';
import { OidcWorld } from './oidc-world.spec.fixture.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
let world: OidcWorld;
let authenticator: OidcAuthenticator;
let rsa: FakeKey;
let stranger: FakeKey;
let encryption: FakeKey;

beforeAll(async () => {
  world = await OidcWorld.start();
  rsa = await makeKey('rsa', 'RS256');
  stranger = await makeKey('one');
  encryption = await makeKey('enc', 'RS256', 'enc');
  world.issuer.keys.push(rsa, encryption, await makeKey('ps', 'PS256'), await makeKey('ed', 'EdDSA'), await makeKey('long', 'RS512'));
  authenticator = world.believe({ refetchSeconds: 0 });
});
afterAll(() => world.issuer.stop());

const answer = (token: string) => world.answer(authenticator, token);
const seconds = () => Math.floor(Date.now() / 1000);
const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const good = (): JWTPayload => ({ iss: world.issuer.url, sub: 'ann', aud: 'zas', iat: seconds(), exp: seconds() + 300 });
/** Signed as it should be, over whatever text. */
const signText = (text: string, header: object = {}) => new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'JWT', ...header }).sign(world.issuer.keys[0]!.privateKey);

authenticatorSuite(runner, async () => {
  const own = await OidcWorld.start();
  const token = await own.issuer.sign({});
  return {
    authenticator: own.believe(),
    accepted: [
      { authorization: `Bearer ${token}`, principalId: 'kc:ann' },
      { authorization: `bEARER ${token}`, principalId: 'kc:ann' },
    ],
    rejected: [`Bearer ${await own.issuer.sign({ aud: 'nobody' })}`, `Bearer ${token.slice(0, -4)}AAAA`, `Bearer ${'a'.repeat(17_000)}`],
    close: () => own.issuer.stop(),
  };
});

describe('a token that holds', () => {
  it.each(['one', 'rsa', 'ps', 'ed'])('is accepted under each algorithm that is taken: %s', async (kid) => {
    expect(await answer(await world.issuer.sign({}, { key: world.issuer.keys.find((key) => key.kid === kid)! }))).toBe('accepted');
  });

  it.each([{ aud: ['x', 'other'] }, { aud: 'zas', azp: 'whoever' }, { typ: 'Bearer' }])('is accepted with %j', async (claims) => {
    expect(await answer(await world.issuer.sign(claims))).toBe('accepted');
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+JWT', undefined])('is accepted with the type %s', async (typ) => {
    expect(await answer(await world.issuer.sign({}, { header: { typ } }))).toBe('accepted');
  });
});

describe('a forged token', () => {
  it('of no algorithm', async () => {
    const unsigned = new UnsecuredJWT(good()).encode();
    expect(await answer(unsigned)).not.toBe('accepted');
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      for (const signature of ['', 'AAAA', part('x')]) expect(await answer(`${part({ alg, typ: 'JWT', kid: 'one' })}.${part(good())}.${signature}`)).not.toBe('accepted');
    }
  });

  it('under HS256 with the public key as the secret', async () => {
    const spki = await exportSPKI((await importJWK(rsa.jwk, 'RS256')) as CryptoKey);
    for (const secret of [spki, spki.trim(), JSON.stringify(rsa.jwk), rsa.jwk.n!, Buffer.from(rsa.jwk.n!, 'base64url').toString('latin1')]) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const token = await new SignJWT(good()).setProtectedHeader({ alg, kid: 'rsa', typ: 'JWT' }).sign(Buffer.from(secret.padEnd(64, '\0'), 'latin1'));
        expect(await answer(token)).toBe('the token is signed in a way that is not taken');
      }
    }
  });

  it('under an algorithm that the key can do and the config does not take', async () => {
    expect(await answer(await world.issuer.sign({}, { key: world.issuer.keys.find(({ kid }) => kid === 'long')! }))).toBe('the token is signed in a way that is not taken');
    expect(await answer(await world.issuer.sign({}, { key: rsa, header: { alg: 'RS256', kid: 'one' } }))).toBe('no key of the issuer fits the token');
  });

  it('by somebody else with the name of a good key, and by nobody’s key', async () => {
    expect(await answer(await world.issuer.sign({}, { key: stranger }))).toBe('the token does not hold');
    for (const kid of ['two', '', '../../dev/null', '/dev/null', `one' OR '1'='1`, '__proto__', 'one\0', 'x'.repeat(5_000)]) {
      expect(await answer(await world.issuer.sign({}, { key: stranger, header: { kid } }))).toBe('no key of the issuer fits the token');
    }
    for (const kid of [1, null, ['one'], { a: 'one' }, true]) expect(await answer(await world.issuer.sign({}, { key: stranger, header: { kid } }))).not.toBe('accepted');
  });

  it('by a key that is not for signatures', async () => {
    expect(await answer(await world.issuer.sign({}, { key: encryption }))).toBe('no key of the issuer fits the token');
  });

  it('that brings its key along, or says where one is: nobody goes there', async () => {
    const { jwk } = stranger;
    const here = new URL(world.issuer.url).origin;
    for (const header of [{ jwk }, { jku: `${here}/evil` }, { x5u: `${here}/evil` }, { x5c: ['AAAA'] }]) {
      expect(await answer(await world.issuer.sign({}, { key: stranger, header }))).toBe('the token brings a key along');
      expect(await answer(await world.issuer.sign({}, { header }))).toBe('the token brings a key along');
    }
    expect(world.issuer.asked.filter((path) => path.includes('evil'))).toEqual([]);
  });

  it('with a header that it declares critical and nobody knows, or with an unencoded payload', async () => {
    const key = world.issuer.keys[0]!.privateKey;
    const critical = await new CompactSign(Buffer.from(JSON.stringify(good()))).setProtectedHeader({ alg: 'ES256', kid: 'one', crit: ['zas'], zas: 1 }).sign(key, { crit: { zas: true } });
    expect(await answer(critical)).toBe('the token is signed in a way that is not taken');
    const { payload, protected: header, signature } = await new FlattenedSign(Buffer.from(part(good()))).setProtectedHeader({ alg: 'ES256', kid: 'one', crit: ['b64'], b64: false }).sign(key);
    expect(await answer(`${header}.${payload || part(good())}.${signature}`)).not.toBe('accepted');
  });

  it('with a signature that is cut, changed, empty or moved', async () => {
    const token = await world.issuer.sign({});
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const other = (await world.issuer.sign({ sub: 'bea' })).split('.')[2]!;
    for (const wrong of ['', signature.slice(0, -2), signature.slice(0, 40), `${signature}AA`, other, 'A'.repeat(86), Buffer.alloc(64).toString('base64url'), `${signature}.`, `${signature}=`]) {
      expect(await answer(`${header}.${payload}.${wrong}`)).not.toBe('accepted');
    }
    expect(await answer(`${header}.${part({ ...good(), sub: 'root' })}.${signature}`)).toBe('the token does not hold');
    expect(await answer(token)).toBe('accepted');
  });
});

describe('a token for somebody else', () => {
  it.each([
    ['another issuer', (url: string) => `${url}x`],
    ['a beginning of the issuer', (url: string) => url.slice(0, -1)],
    ['the issuer with a slash', (url: string) => `${url}/`],
    ['the issuer in capitals', (url: string) => url.toUpperCase()],
    ['a list with the issuer', (url: string) => [url]],
    ['no issuer', () => undefined],
    ['an issuer with an address in it', (url: string) => `http://user@${new URL(url).host}/realm`],
  ])('of %s is not this issuer’s', async (_, make) => {
    expect(await answer(await world.issuer.sign({ iss: make(world.issuer.url) as string }))).toBe('not-mine');
  });

  it.each([['nobody'], [['x', 'y']], [undefined], [''], [[]], ['ZAS'], ['zas2'], [['zas,other']], [{ zas: 'zas' }], [1]])('for the audience %j is rejected', async (aud) => {
    expect(await answer(await world.issuer.sign({ aud: aud as string }))).toBe('the token is for another audience');
  });

  it('given to a party that is not named is rejected, where parties are', async () => {
    const strict = world.believe({ authorizedParties: ['cli'] });
    const [cli, web, none] = await Promise.all([world.issuer.sign({ azp: 'cli' }), world.issuer.sign({ azp: 'web' }), world.issuer.sign({})]);
    expect([await world.answer(strict, cli), await world.answer(strict, web), await world.answer(strict, none)]).toEqual(['accepted', 'the token was given to another party', 'the token was given to another party']);
  });

  it.each(['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'id', '', 1, null, ['JWT']])('of the type %j is rejected', async (typ) => {
    expect(await answer(await world.issuer.sign({}, { header: { typ } }))).toBe('a token of another kind');
  });

  it('of another type than the config names is rejected', async () => {
    const strict = world.believe({ tokenTypes: ['at+jwt'], requiredClaims: { '/typ': 'Bearer' } });
    const of = async (typ: string | undefined, claims: object) => world.answer(strict, await world.issuer.sign(claims as JWTPayload, { header: { typ } }));
    expect(await of('at+jwt', { typ: 'Bearer' })).toBe('accepted');
    expect(await of('at+jwt', { typ: 'ID' })).toBe('a claim of the token is not as wanted');
    expect([await of('JWT', { typ: 'Bearer' }), await of(undefined, { typ: 'Bearer' })]).toEqual(['a token of another kind', 'a token of another kind']);
  });

  it('names nobody without a subject, or with one that cannot be', async () => {
    for (const sub of [undefined, '', 5, ['ann'], 'a\nb', 'x'.repeat(600)]) expect(await answer(await world.issuer.sign({ sub: sub as string }))).toMatch(/names nobody|not as wanted/);
  });
});

describe('time', () => {
  it.each([
    ['expired', { exp: -31 }, 'the token has expired'],
    ['just expired, within the skew', { exp: -28 }, 'accepted'],
    ['not good yet', { nbf: 32 }, 'the token is not good yet'],
    ['not good yet, within the skew', { nbf: 28 }, 'accepted'],
    ['of the future', { iat: 40 }, 'the token is from the future'],
    ['of the future, within the skew', { iat: 28 }, 'accepted'],
  ])('%s', async (_, offsets, expected) => {
    const claims = Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, seconds() + offset]));
    expect(await answer(await world.issuer.sign(claims))).toBe(expected);
  });

  it('has to end', async () => {
    expect(await answer(await world.issuer.sign({ exp: undefined }))).toBe('the token never expires');
    for (const exp of ['9999999999', null, Number.MAX_VALUE * 2]) expect(await answer(await signText(JSON.stringify({ ...good(), exp })))).not.toBe('accepted');
  });

  it('ends a token that was accepted before', async () => {
    const own = world.believe();
    const token = await world.issuer.sign({});
    expect(await world.answer(own, token)).toBe('accepted');
    world.aheadMs = 331_000;
    expect(await world.answer(own, token)).toBe('the token has expired');
    world.aheadMs = 0;
  });
});

describe('a token that cannot be read in one way only', () => {
  it('is nobody’s when a claim or a header stands there twice', async () => {
    const { iss, ...rest } = good();
    const inside = JSON.stringify(rest).slice(1, -1);
    expect(await answer(await signText(`{"iss":"${iss}",${inside}}`))).toBe('accepted');
    for (const text of [`{"iss":"https://evil","iss":"${iss}",${inside}}`, `{"iss":"${iss}",${inside},"sub":"root"}`, `{"iss":"${iss}",${inside},"\\u0073ub":"root"}`]) {
      expect(await answer(await signText(text))).toBe('not-mine');
    }
    expect(await answer(`${part('{"alg":"none","alg":"ES256","kid":"one"}')}.${part(good())}.AAAA`)).toBe('not-mine');
  });

  it('is refused unread when it is too long, and is nobody’s when it is no token', async () => {
    expect(await answer(await world.issuer.sign({ pad: 'x'.repeat(13_000) }))).toBe('the token is too long');
    for (const text of ['a.b', 'a.b.c', '..', 'a.b.c.d', '{}', `${part('[]')}.${part('[]')}.x`, `${part({ alg: 'ES256' })}.${part('null')}.x`, `${part('\ud800')}.${part(good())}.x`]) {
      expect(await answer(text)).toBe('not-mine');
    }
  });

  it('is never repeated in a reason', async () => {
    const token = await world.issuer.sign({ aud: 'hush-audience', sub: 'hush' });
    expect(await answer(token)).not.toMatch(/hush/);
  });
});
