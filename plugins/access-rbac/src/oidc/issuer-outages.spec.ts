import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { makeKey } from './fake-issuer.spec.fixture.js';
import { OidcWorld } from './oidc-world.spec.fixture.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIFE = { exp: Math.floor(Date.now() / 1000) + 1_000_000 };
let world: OidcWorld;
beforeEach(async () => void (world = await OidcWorld.start()));
afterEach(() => world.issuer.stop());

const UNHAD = 'the keys of the issuer of the token cannot be had';
const fetches = () => world.issuer.asked.filter((path) => path === '/realm/keys').length;

describe('keys', () => {
  it('are fetched once for many tokens', async () => {
    const authenticator = world.believe();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => world.issuer.sign({ sub: `s${i}` })));
    const answers = await Promise.all(tokens.map((token) => world.answer(authenticator, token)));
    expect([new Set(answers), fetches()]).toEqual([new Set(['accepted']), 1]);
  });

  it('that are new are fetched when a token names one, at most so often', async () => {
    const authenticator = world.believe({ refetchSeconds: 30 });
    expect(await world.answer(authenticator, await world.issuer.sign({}))).toBe('accepted');
    const two = await makeKey('two', 'RS256');
    world.issuer.keys.push(two);
    const token = await world.issuer.sign({}, { key: two });
    expect(await world.answer(authenticator, token)).toBe('no key of the issuer fits the token');
    world.aheadMs += 31_000;
    expect([await world.answer(authenticator, token), fetches()]).toEqual(['accepted', 2]);
    const nobody = await makeKey('nobody');
    for (let i = 0; i < 20; i++) await world.answer(authenticator, await world.issuer.sign({ sub: `${i}` }, { key: nobody }));
    expect(fetches()).toBe(2);
  });

  it('that were rotated out take their tokens with them, also those that were accepted before', async () => {
    const authenticator = world.believe({ keysFreshMinutes: 10 });
    const token = await world.issuer.sign(LIFE);
    expect(await world.answer(authenticator, token)).toBe('accepted');
    world.issuer.keys = [await makeKey('two')];
    expect(await world.answer(authenticator, token)).toBe('accepted');
    world.aheadMs += 10 * MINUTE;
    expect(await world.answer(authenticator, token)).toBe('no key of the issuer fits the token');
    expect(await world.answer(authenticator, await world.issuer.sign(LIFE))).toBe('accepted');
  });

  it('of that name with another content make no old token good', async () => {
    const authenticator = world.believe();
    const token = await world.issuer.sign(LIFE);
    expect(await world.answer(authenticator, token)).toBe('accepted');
    world.issuer.keys = [await makeKey('one')];
    world.aheadMs += 10 * MINUTE;
    expect(await world.answer(authenticator, token)).toBe('the token does not hold');
  });
});

describe('an issuer that is down', () => {
  it('before its first use has no good tokens until it is back', async () => {
    const authenticator = world.believe();
    const token = await world.issuer.sign(LIFE);
    await world.issuer.stop();
    expect([await world.answer(authenticator, token), await world.answer(authenticator, token)]).toEqual([UNHAD, UNHAD]);
    expect(world.lines).toEqual(['The keys of an issuer cannot be fetched; its tokens are refused']);
    await world.issuer.start();
    world.aheadMs += 31_000;
    expect(await world.answer(authenticator, token)).toBe('accepted');
  });

  it('later is believed by its last keys for the stated time, then no more, then again', async () => {
    const authenticator = world.believe({ keysGoodForHours: 2, keysFreshMinutes: 10 });
    const [old, young] = [await world.issuer.sign(LIFE), await world.issuer.sign({ ...LIFE, sub: 'bea' })];
    expect(await world.answer(authenticator, old)).toBe('accepted');
    await world.issuer.stop();
    world.aheadMs += 11 * MINUTE;
    expect([await world.answer(authenticator, old), await world.answer(authenticator, young)]).toEqual(['accepted', 'accepted']);
    expect(world.lines).toEqual(['The keys of an issuer cannot be fetched; the last ones still count']);
    world.aheadMs += 2 * HOUR;
    expect([await world.answer(authenticator, old), await world.answer(authenticator, young)]).toEqual([UNHAD, UNHAD]);
    expect(world.lines.at(-1)).toBe('The keys of an issuer cannot be fetched; its tokens are refused');
    await world.issuer.start();
    world.aheadMs += MINUTE;
    expect(await world.answer(authenticator, old)).toBe('accepted');
  });

  it.each([
    ['answers with an error', (response: ServerResponse) => void response.writeHead(500).end()],
    ['redirects', (response: ServerResponse) => void response.writeHead(302, { location: 'http://127.0.0.1:1/keys' }).end()],
    ['answers no JSON', (response: ServerResponse) => void response.end('<html>')],
    ['answers no key set', (response: ServerResponse) => void response.end('{"keys":{}}')],
    ['answers no usable key', (response: ServerResponse) => void response.end('{"keys":[{"kty":"oct","k":"AAAA","kid":"one"}]}')],
    ['answers without end', (response: ServerResponse) => void response.end(`{"keys":[],"x":"${'x'.repeat(2_000_000)}"}`)],
    ['never answers', () => undefined],
  ])('or %s is not believed', async (_, answer) => {
    const authenticator = world.believe({ fetchSeconds: 0.3 });
    world.issuer.answers.set('/realm/keys', answer);
    expect(await world.answer(authenticator, await world.issuer.sign({}))).toBe(UNHAD);
    expect(world.lines).toHaveLength(1);
  });
});

describe('discovery', () => {
  const discovery = (value: object) => world.issuer.answers.set('/realm/.well-known/openid-configuration', (response) => void response.end(JSON.stringify(value)));

  it('of another issuer is not believed', async () => {
    for (const issuer of [`${world.issuer.url}/`, 'http://evil.example', undefined]) {
      discovery({ issuer, jwks_uri: `${world.issuer.url}/keys` });
      expect(await world.answer(world.believe(), await world.issuer.sign({}))).toBe(UNHAD);
    }
  });

  it('that names an address of another kind is not followed', async () => {
    for (const jwks_uri of ['file:///etc/passwd', 'ftp://127.0.0.1/keys', 'data:application/json,{}', '/keys', undefined, 5]) {
      discovery({ issuer: world.issuer.url, jwks_uri });
      expect(await world.answer(world.believe(), await world.issuer.sign({}))).toBe(UNHAD);
    }
  });

  it('is not needed where the config names the keys', async () => {
    expect(await world.answer(world.believe({ jwksUrl: `${world.issuer.url}/keys` }), await world.issuer.sign({}))).toBe('accepted');
    expect(world.issuer.asked).toEqual(['/realm/keys']);
  });
});

it('a disabled issuer’s tokens are rejected, and nothing is fetched', async () => {
  expect(await world.answer(world.believe({ enabled: false }), await world.issuer.sign({}))).toBe('the issuer of the token is disabled');
  expect(world.issuer.asked).toEqual([]);
});
