import { describe, expect, it } from '@jest/globals';
import type { CorsRule } from '@zas/plugin-api';
import type { S3Error } from '../errors/s3-error.js';
import { corsAnswerHeaders, matchCors } from './match-cors.js';
import { MAX_CORS_BYTES, parseCorsConfiguration } from './parse-cors.js';
import { corsForbidden, readPreflight, readRequestedHeaders } from './read-preflight.js';
import { renderCorsConfiguration } from './render-cors.js';

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

const ORIGIN = '<AllowedOrigin>https://a.example</AllowedOrigin>';
const METHOD = '<AllowedMethod>GET</AllowedMethod>';
const ruleXml = (content: string): string => `<CORSRule>${content}</CORSRule>`;
const put = (rules: string) =>
  parseCorsConfiguration(Buffer.from(`<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rules}</CORSConfiguration>`));

function rule(change: Partial<CorsRule> = {}): CorsRule {
  return { allowedOrigins: ['https://a.example'], allowedMethods: ['GET', 'PUT'], allowedHeaders: [], exposeHeaders: [], ...change };
}

describe('parseCorsConfiguration', () => {
  it('reads a rule whole and one with the least', () => {
    const whole = ruleXml(
      `<ID>one</ID>${ORIGIN}<AllowedOrigin>http://*.b</AllowedOrigin>${METHOD}<AllowedMethod>HEAD</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds>`,
    );
    const rules = put(whole + ruleXml(ORIGIN + METHOD));
    expect(rules).toEqual([
      {
        id: 'one',
        allowedOrigins: ['https://a.example', 'http://*.b'],
        allowedMethods: ['GET', 'HEAD'],
        allowedHeaders: ['x-amz-*'],
        exposeHeaders: ['ETag'],
        maxAgeSeconds: 3000,
      },
      { ...rule(), allowedMethods: ['GET'] },
    ]);
    expect(parseCorsConfiguration(Buffer.from(renderCorsConfiguration(rules)))).toEqual(rules);
    expect(put(ruleXml(`<AllowedOrigin/>${METHOD}`))[0]?.allowedOrigins).toEqual(['']);
  });

  it.each([
    ['no rule', ''],
    ['no origin', ruleXml(METHOD)],
    ['no method', ruleXml(ORIGIN)],
    ['another element', ruleXml(`${ORIGIN}${METHOD}<Other/>`)],
    ['another element beside rules', `${ruleXml(ORIGIN + METHOD)}<Other/>`],
    ['two ids', ruleXml(`<ID>a</ID><ID>b</ID>${ORIGIN}${METHOD}`)],
    ['two ages', ruleXml(`${ORIGIN}${METHOD}<MaxAgeSeconds>1</MaxAgeSeconds><MaxAgeSeconds>1</MaxAgeSeconds>`)],
    ['a negative age', ruleXml(`${ORIGIN}${METHOD}<MaxAgeSeconds>-1</MaxAgeSeconds>`)],
    ['an age that is no number', ruleXml(`${ORIGIN}${METHOD}<MaxAgeSeconds>1e3</MaxAgeSeconds>`)],
  ])('refuses %s', (_name, rules) => {
    expect(errorOf(() => put(rules))?.code).toBe('MalformedXML');
  });

  it.each([
    ['<AllowedMethod>MYMETHOD</AllowedMethod>', 'Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD'],
    ['<AllowedMethod>get</AllowedMethod>', 'Found unsupported HTTP method in CORS config. Unsupported method is get'],
    ['<AllowedOrigin>http://*.*</AllowedOrigin>', 'AllowedOrigin "http://*.*" can not have more than one wildcard.'],
    ['<AllowedHeader>*-*</AllowedHeader>', 'AllowedHeader "*-*" can not have more than one wildcard.'],
    ['<AllowedHeader>a b</AllowedHeader>', 'AllowedHeader "a b" contains invalid character.'],
    ['<ExposeHeader>*</ExposeHeader>', 'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.'],
    ['<ExposeHeader>a&#13;&#10;b: c</ExposeHeader>', 'ExposeHeader "a\r\nb: c" contains invalid character.'],
    [`<ID>${'x'.repeat(256)}</ID>`, 'The ID of a CORS rule should not exceed allowed limit of 255 characters.'],
  ])('refuses %j', (content, message) => {
    expect(errorOf(() => put(ruleXml(ORIGIN + METHOD + content)))).toMatchObject({ code: 'InvalidRequest', status: 400, message });
  });

  it('bounds rules and bytes', () => {
    expect(put(ruleXml(ORIGIN + METHOD).repeat(100))).toHaveLength(100);
    expect(errorOf(() => put(ruleXml(ORIGIN + METHOD).repeat(101)))?.code).toBe('InvalidRequest');
    expect(errorOf(() => parseCorsConfiguration(Buffer.alloc(MAX_CORS_BYTES + 1, ' ')))?.code).toBe('MaxMessageLengthExceeded');
  });
});

describe('matchCors', () => {
  const find = (rules: readonly CorsRule[], origin: string, method = 'GET', requestHeaders?: string[]): number =>
    rules.indexOf(matchCors(rules, { origin, method, requestHeaders }) as CorsRule);

  it('takes the first rule that allows everything', () => {
    const rules = [
      rule({ allowedMethods: ['PUT'] }),
      rule({ allowedHeaders: ['x-a'] }),
      rule({ allowedOrigins: ['*'], allowedHeaders: ['*'] }),
    ];
    expect(find(rules, 'https://a.example', 'PUT')).toBe(0);
    expect(find(rules, 'https://a.example')).toBe(1);
    expect(find(rules, 'https://a.example', 'GET', ['X-A'])).toBe(1);
    expect(find(rules, 'https://a.example', 'GET', ['x-a', 'x-b'])).toBe(2);
    expect(find(rules, 'https://b.example')).toBe(2);
    expect(find(rules, 'https://b.example', 'DELETE')).toBe(-1);
    expect(find([], 'https://a.example')).toBe(-1);
  });

  it.each([
    ['https://*.example', 'https://a.example', true],
    ['https://*.example', 'https://.example', true],
    ['https://*.example', 'https://a.example/', false],
    ['https://*.example', 'http://a.example', false],
    ['*suffix', 'foo.suffix', true],
    ['prefix*', 'prefix', true],
    ['start*end', 'startend', true],
    ['ab*ba', 'aba', false],
    ['https://A.example', 'https://a.example', false],
    ['', '', true],
    ['', 'x', false],
    ['https://a.example', 'https://aXexample', false],
  ])('origin %j and %j', (pattern, origin, expected) => {
    expect(matchCors([rule({ allowedOrigins: [pattern] })], { origin, method: 'GET' }) !== undefined).toBe(expected);
  });

  it.each([
    ['x-amz-*', 'X-Amz-Date', true],
    ['x-AMZ-server-SIDE-encryption', 'x-amz-server-side-encryption', true],
    ['*', 'anything', true],
    ['x-amz-*', 'x-am', false],
  ])('header %j and %j', (pattern, header, expected) => {
    const rules = [rule({ allowedHeaders: ['other', pattern] })];
    expect(find(rules, 'https://a.example', 'GET', [header]) === 0).toBe(expected);
  });
});

describe('corsAnswerHeaders', () => {
  const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
  it('repeats the origin, with credentials', () => {
    const allowed = rule({ exposeHeaders: ['ETag', 'x-amz-id-2'], maxAgeSeconds: 0 });
    expect(corsAnswerHeaders(allowed, { origin: 'https://a.example', requestHeaders: ['X-A', 'x-b'] })).toEqual({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-a, x-b',
      'access-control-expose-headers': 'ETag, x-amz-id-2',
      'access-control-max-age': '0',
      'access-control-allow-credentials': 'true',
      vary,
    });
    const wild = rule({ allowedOrigins: ['http://*.b'] });
    expect(corsAnswerHeaders(wild, { origin: 'http://a.b' })['access-control-allow-origin']).toBe('http://a.b');
  });
  it('answers * for *, without credentials', () => {
    const anybody = rule({ allowedOrigins: ['https://a.example', '*'] });
    expect(corsAnswerHeaders(anybody, { origin: 'https://b.example' })).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, PUT',
      vary,
    });
    expect(corsAnswerHeaders(anybody, { origin: 'https://a.example' })['access-control-allow-credentials']).toBe('true');
  });
});

describe('preflight', () => {
  it('is read', () => {
    expect(
      readPreflight({ origin: 'o', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'a,B , c' }),
    ).toEqual({ origin: 'o', method: 'PUT', requestHeaders: ['a', 'B', 'c'] });
    expect(readPreflight({ origin: 'o', 'access-control-request-method': 'GET' })).toEqual({ origin: 'o', method: 'GET', requestHeaders: [] });
    expect(readRequestedHeaders({})).toEqual([]);
  });
  it.each([
    [{}, 'Insufficient information. Origin request header needed.'],
    [{ origin: '' }, 'Insufficient information. Origin request header needed.'],
    [{ origin: 'o' }, 'Invalid Access-Control-Request-Method: null'],
    [{ origin: 'o', 'access-control-request-method': 'GET', 'access-control-request-headers': 'a,,b' }, 'Access-Control-Request-Headers "" contains invalid character.'],
    [{ origin: 'o', 'access-control-request-method': 'GET', 'access-control-request-headers': 'a b' }, 'Access-Control-Request-Headers "a b" contains invalid character.'],
  ])('refuses %j', (headers, message) => {
    expect(errorOf(() => readPreflight(headers))).toMatchObject({ code: 'BadRequest', status: 400, message });
  });
  it('is forbidden in AWS words', () => {
    expect(corsForbidden('not-enabled', { method: 'GET', resourceType: 'BUCKET' })).toMatchObject({
      code: 'AccessForbidden',
      status: 403,
      message: 'CORSResponse: CORS is not enabled for this bucket.',
      fields: { Method: 'GET', ResourceType: 'BUCKET' },
    });
    expect(corsForbidden('not-allowed', { method: 'PUT', resourceType: 'OBJECT' }).message).toContain('whitelisted');
  });
});
