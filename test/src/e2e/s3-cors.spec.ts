import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../harness/account-world.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const C = '/cors-bucket';
const ORIGIN = 'https://app.example.com';
const CORS = /^access-control-/;
let server: ServerProcess;
let client: SignedClient;
let browser: SignedClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' } } });
  client = new SignedClient(server.url);
  browser = new SignedClient(server.url, 'anonymous');
  for (const bucket of [C, '/cors-none']) await must(client.put(bucket));
  await must(client.put(`${C}/key`, 'x'));
});
afterAll(async () => {
  for (const one of [client, browser]) one.close();
  await server.remove();
});

const rule = (parts: Record<string, string | readonly string[]>) =>
  `<CORSRule>${Object.entries(parts)
    .flatMap(([name, values]) => [values].flat().map((value) => `<${name}>${value}</${name}>`))
    .join('')}</CORSRule>`;
const setRules = (...rules: readonly string[]) => client.put(`${C}?cors`, `<CORSConfiguration>${rules.join('')}</CORSConfiguration>`);
const preflight = (target: string, method: string | undefined, headers?: string, origin: string | undefined = ORIGIN) =>
  browser.call('OPTIONS', target, { headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers } });
const corsOf = (headers: object) => Object.fromEntries(Object.entries(headers).filter(([name]) => CORS.test(name)));

const FULL = rule({
  ID: 'full',
  AllowedOrigin: [ORIGIN, 'http://*.example.org'],
  AllowedMethod: ['GET', 'PUT'],
  AllowedHeader: ['x-amz-*', 'Content-Type'],
  ExposeHeader: ['ETag', 'x-amz-version-id'],
  MaxAgeSeconds: '3000',
});

describe('the rules', () => {
  it('are absent, set, shown, replaced and deleted', async () => {
    const absent = await client.get(`${C}?cors`);
    expect([absent.status, absent.code]).toEqual([404, 'NoSuchCORSConfiguration']);
    expect((await setRules(FULL, rule({ AllowedOrigin: '*', AllowedMethod: 'HEAD' }))).status).toBe(200);
    const { text } = await client.get(`${C}?cors`);
    expect(textsOf(text, 'AllowedOrigin')).toEqual([ORIGIN, 'http://*.example.org', '*']);
    expect([textsOf(text, 'AllowedMethod'), textsOf(text, 'AllowedHeader'), textsOf(text, 'ExposeHeader')]).toEqual([['GET', 'PUT', 'HEAD'], ['x-amz-*', 'Content-Type'], ['ETag', 'x-amz-version-id']]);
    expect([textOf(text, 'MaxAgeSeconds'), textOf(text, 'ID')]).toEqual(['3000', 'full']);
    expect((await setRules(FULL)).status).toBe(200);
    expect(textsOf((await client.get(`${C}?cors`)).text, 'CORSRule')).toHaveLength(1);
    expect((await client.delete(`${C}?cors`)).status).toBe(204);
    expect((await client.get(`${C}?cors`)).code).toBe('NoSuchCORSConfiguration');
  });

  it.each([
    ['no rule', [], 'MalformedXML'],
    ['no origin', [rule({ AllowedMethod: 'GET' })], 'MalformedXML'],
    ['no method', [rule({ AllowedOrigin: '*' })], 'MalformedXML'],
    ['a method that is none of the five', [rule({ AllowedOrigin: '*', AllowedMethod: 'PATCH' })], 'InvalidRequest'],
    ['a method in small letters', [rule({ AllowedOrigin: '*', AllowedMethod: 'get' })], 'InvalidRequest'],
    ['two stars in an origin', [rule({ AllowedOrigin: 'http://*.*', AllowedMethod: 'GET' })], 'InvalidRequest'],
    ['two stars in a header', [rule({ AllowedOrigin: '*', AllowedMethod: 'GET', AllowedHeader: 'x-*-*' })], 'InvalidRequest'],
    ['a star in an exposed header', [rule({ AllowedOrigin: '*', AllowedMethod: 'GET', ExposeHeader: 'x-*' })], 'InvalidRequest'],
    ['101 rules', Array.from({ length: 101 }, () => rule({ AllowedOrigin: '*', AllowedMethod: 'GET' })), 'InvalidRequest'],
  ])('with %s are refused, and the old ones stay', async (_, rules, code) => {
    await must(setRules(FULL));
    const answer = await setRules(...rules);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(textOf((await client.get(`${C}?cors`)).text, 'ID')).toBe('full');
  });
});

describe('a preflight', () => {
  beforeAll(() => must(setRules(FULL, rule({ AllowedOrigin: '*', AllowedMethod: 'HEAD' }))));

  it('is answered by the first rule that allows origin, method and headers, without a signature', async () => {
    const answer = await preflight(`${C}/key`, 'PUT', 'x-amz-date, CONTENT-TYPE');
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    expect(corsOf(answer.headers)).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-date, content-type',
      'access-control-expose-headers': 'ETag, x-amz-version-id',
      'access-control-max-age': '3000',
      'access-control-allow-credentials': 'true',
    });
    expect(answer.headers.vary).toBe('Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
    expect(corsOf((await preflight(`${C}/key`, 'HEAD')).headers)).toEqual({ 'access-control-allow-origin': '*', 'access-control-allow-methods': 'HEAD' });
    expect((await preflight(`${C}/absent`, 'GET', undefined, 'http://a.b.example.org')).headers['access-control-allow-origin']).toBe('http://a.b.example.org');
    expect((await preflight(C, 'GET')).status).toBe(200);
  });

  it.each([
    ['another method', 'DELETE', undefined, ORIGIN],
    ['another origin', 'GET', undefined, 'https://evil.example'],
    ['another scheme', 'GET', undefined, 'http://app.example.com'],
    ['an origin that only begins so', 'GET', undefined, `${ORIGIN}.evil.example`],
    ['a header that is not listed', 'GET', 'x-amz-date, authorization', ORIGIN],
  ])('for %s is forbidden', async (_, method, headers, origin) => {
    const answer = await preflight(`${C}/key`, method, headers, origin);
    expect([answer.status, answer.code, textOf(answer.text, 'Method'), textOf(answer.text, 'ResourceType')]).toEqual([403, 'AccessForbidden', method, 'OBJECT']);
    expect(corsOf(answer.headers)).toEqual({});
  });

  it('without rules, bucket, origin or method says what is missing', async () => {
    const none = await preflight('/cors-none/key', 'GET');
    expect([none.status, none.code, textOf(none.text, 'Message')]).toEqual([403, 'AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.']);
    const absent = await preflight('/cors-absent/key', 'GET');
    expect([absent.status, absent.code, textOf(absent.text, 'Message')]).toEqual([403, 'AccessForbidden', 'CORSResponse: Bucket not found']);
    const noMethod = await preflight(`${C}/key`, undefined);
    expect([noMethod.status, noMethod.code]).toEqual([400, 'BadRequest']);
    const noOrigin = await browser.call('OPTIONS', `${C}/key`, { headers: { 'access-control-request-method': 'GET' } });
    expect([noOrigin.status, noOrigin.code]).toEqual([400, 'BadRequest']);
  });
});

describe('other answers', () => {
  it('carry the headers of the rule that fits, also when the request fails', async () => {
    await must(setRules(FULL));
    const read = await client.get(`${C}/key`, { origin: ORIGIN });
    expect(corsOf(read.headers)).toMatchObject({ 'access-control-allow-origin': ORIGIN, 'access-control-expose-headers': 'ETag, x-amz-version-id', 'access-control-allow-credentials': 'true' });
    expect(read.headers.vary).toContain('Origin');
    expect((await client.put(`${C}/written`, 'x', { origin: ORIGIN })).headers['access-control-allow-origin']).toBe(ORIGIN);
    const absent = await client.get(`${C}/absent`, { origin: ORIGIN });
    expect([absent.status, absent.headers['access-control-allow-origin']]).toEqual([404, ORIGIN]);
    const unsigned = await browser.get(`${C}/key`, { origin: ORIGIN });
    expect([unsigned.status, unsigned.headers['access-control-allow-origin']]).toEqual([403, ORIGIN]);
    const preconditioned = await client.get(`${C}/key`, { origin: ORIGIN, 'if-none-match': String(read.headers.etag) });
    expect([preconditioned.status, preconditioned.headers['access-control-allow-origin']]).toEqual([304, ORIGIN]);
  });

  it('carry none for other origins and methods, and are answered all the same', async () => {
    for (const [method, headers] of [['GET', { origin: 'https://evil.example' }], ['HEAD', { origin: ORIGIN }], ['GET', {}]] as const) {
      const answer = await client.call(method, `${C}/key`, { headers });
      expect([answer.status, corsOf(answer.headers)]).toEqual([200, {}]);
    }
  });

  it('grant nothing: rules are no permission', async () => {
    await must(setRules(rule({ AllowedOrigin: '*', AllowedMethod: ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'], AllowedHeader: '*' })));
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await browser.call(method, `${C}/key`, { headers: { origin: ORIGIN } })).code).toBe('AccessDenied');
    expect((await client.get(`${C}/key`)).text).toBe('x');
  });
});
