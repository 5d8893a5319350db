import { describe, expect, it } from '@jest/globals';
import { OciError } from '../errors/oci-error.js';
import { parseQuery } from '../target/query.js';
import { isEmptyBasic, parseAuthorization } from './authorization.js';
import { formatBasicChallenge, formatBearerChallenge } from './challenge.js';
import { formatScopes, parseScopes, scopesAllow } from './scope.js';
import { parseTokenForm, readTokenQuery } from './token-request.js';
import { renderTokenResponse } from './token-response.js';

function thrown(run: () => unknown): Partial<OciError> {
  try {
    run();
  } catch (error) {
    if (error instanceof OciError) return error;
    throw error;
  }
  return {};
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('parseScopes', () => {
  it.each<[readonly string[], string]>([
    [[], ''],
    [[''], ''],
    [['repository:a/b:pull,push'], 'repository:a/b:pull,push'],
    [['repository:a:pull', 'repository:b:push,delete'], 'repository:a:pull repository:b:push,delete'],
    [['repository:a:pull repository:b:*'], 'repository:a:pull repository:b:*'],
    [['repository:a:pull', 'repository:a:push,pull'], 'repository:a:pull,push'],
    [['repository(plugin):a:pull'], 'repository:a:pull'],
    [['registry:catalog:*'], 'registry:catalog:*'],
    [['registry:catalog:* repository:a:pull'], 'repository:a:pull registry:catalog:*'],
    // Asked for, not granted.
    [['registry:catalog:pull', 'registry:other:*', 'user:a:pull', 'repository:a:fly', 'repository:A:pull', 'repository:host:5000/a:pull'], ''],
    [['repository:a:', 'repository:a', 'repository', ':', '::', ':a:pull', 'repository::pull', 'repository():a:pull', 'repository:_a:pull'], ''],
    [['repository:a:pull,fly,PULL'], 'repository:a:pull'],
    [['repository:__proto__:pull', '__proto__:a:pull', 'repository:a:__proto__'], ''],
  ])('%j is %j', (values, expected) => {
    expect(formatScopes(parseScopes(values))).toBe(expected);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 100 }, (_, i) => `repository:a${i}:pull`);
    expect(parseScopes(many)).toHaveLength(100);
    expect(thrown(() => parseScopes([...many, 'x']))).toMatchObject({ code: 'UNSUPPORTED', status: 400 });
    expect(thrown(() => parseScopes([`${many.join(' ')} x`]))).toMatchObject({ code: 'UNSUPPORTED', status: 400 });
    expect(thrown(() => parseScopes([`repository:${'a'.repeat(500)}:pull`]))).toMatchObject({ code: 'UNSUPPORTED', status: 400 });
  });

  it('allows what it holds', () => {
    const scopes = parseScopes(['repository:a:pull', 'repository:b:*', 'registry:catalog:*']);
    expect(scopesAllow(scopes, 'a', 'pull')).toBe(true);
    expect(scopesAllow(scopes, 'a', 'push')).toBe(false);
    expect(scopesAllow(scopes, 'b', 'delete')).toBe(true);
    expect(scopesAllow(scopes, 'catalog', '*')).toBe(false);
    expect(scopesAllow([], 'a', 'pull')).toBe(false);
  });
});

describe('challenges', () => {
  it('have the form that clients look for', () => {
    const scopes = parseScopes(['repository:a/b:pull,push', 'repository:c:pull']);
    expect(formatBearerChallenge({ realm: 'https://h/token', service: 'h' })).toBe('Bearer realm="https://h/token",service="h"');
    expect(formatBearerChallenge({ realm: 'https://h/token', service: 'h', scopes, error: 'insufficient_scope' })).toBe(
      'Bearer realm="https://h/token",service="h",scope="repository:a/b:pull,push repository:c:pull",error="insufficient_scope"',
    );
    expect(formatBasicChallenge('a "b" \\')).toBe('Basic realm="a \\"b\\" \\\\",charset="UTF-8"');
  });
  it.each(['a\r\nx: y', 'ä', '\0', '\x7f'])('do not carry %j', (realm) => {
    expect(() => formatBearerChallenge({ realm, service: 's' })).toThrow(RangeError);
    expect(() => formatBasicChallenge(realm)).toThrow(RangeError);
  });
});

describe('parseAuthorization', () => {
  it.each<[string | undefined, object]>([
    [undefined, { kind: 'none' }],
    [basic('u:p'), { kind: 'basic', username: 'u', password: 'p' }],
    [basic('u:p:q'), { kind: 'basic', username: 'u', password: 'p:q' }],
    [basic('ä:€'), { kind: 'basic', username: 'ä', password: '€' }],
    [basic(':'), { kind: 'basic', username: '', password: '' }],
    ['basic Og', { kind: 'basic', username: '', password: '' }],
    ['BASIC   dTpw  ', { kind: 'basic', username: 'u', password: 'p' }],
    ['Bearer abc.def-_~+/==', { kind: 'bearer', token: 'abc.def-_~+/==' }],
    ['bearer x', { kind: 'bearer', token: 'x' }],
    ['AWS4-HMAC-SHA256 Credential=x', { kind: 'other', scheme: 'aws4-hmac-sha256' }],
    ['Negotiate', { kind: 'other', scheme: 'negotiate' }],
    ['', { kind: 'malformed' }],
    ['Basic', { kind: 'malformed' }],
    ['Basic !!!!', { kind: 'malformed' }],
    ['Basic dTpw=x', { kind: 'malformed' }],
    [basic('nocolon'), { kind: 'malformed' }],
    [basic('u\n:p'), { kind: 'malformed' }],
    [`Basic ${Buffer.from([0x75, 0x3a, 0xff]).toString('base64')}`, { kind: 'malformed' }],
    ['Bearer', { kind: 'malformed' }],
    ['Bearer a b', { kind: 'malformed' }],
    ['Bearer a"b', { kind: 'malformed' }],
    ['(x) y', { kind: 'malformed' }],
    [`Bearer ${'a'.repeat(16_384)}`, { kind: 'malformed' }],
  ])('%j', (header, expected) => {
    expect(parseAuthorization(header)).toEqual(expected);
  });

  it('tells nobody from somebody', () => {
    expect(isEmptyBasic(parseAuthorization(basic(':')))).toBe(true);
    expect(isEmptyBasic(parseAuthorization(basic('u:')))).toBe(false);
    expect(isEmptyBasic(parseAuthorization(basic(':p')))).toBe(false);
    expect(isEmptyBasic(parseAuthorization(undefined))).toBe(false);
  });
});

describe('readTokenQuery', () => {
  it('reads what docker sends', () => {
    const raw = 'account=joe&client_id=docker&offline_token=true&service=h&scope=repository%3Aa%3Apull%2Cpush&scope=repository%3Ab%3Apull';
    expect(readTokenQuery(parseQuery(raw))).toEqual({
      account: 'joe',
      clientId: 'docker',
      offline: true,
      service: 'h',
      scopes: [
        { type: 'repository', name: 'a', actions: ['pull', 'push'] },
        { type: 'repository', name: 'b', actions: ['pull'] },
      ],
    });
    expect(readTokenQuery(parseQuery('service=&scope='))).toEqual({ offline: false, scopes: [] });
  });
  it.each(['service=a&service=b', 'account=a%0A', `client_id=${'a'.repeat(256)}`])('refuses %j', (raw) => {
    expect(thrown(() => readTokenQuery(parseQuery(raw)))).toMatchObject({ code: 'UNSUPPORTED', status: 400 });
  });
});

describe('parseTokenForm', () => {
  it('reads both grants', () => {
    expect(parseTokenForm('grant_type=password&username=joe&password=a%2Bb+c&service=h&client_id=c&access_type=offline')).toEqual({
      grantType: 'password', username: 'joe', password: 'a+b c', service: 'h', clientId: 'c', offline: true, scopes: [],
    });
    expect(parseTokenForm('grant_type=refresh_token&refresh_token=r&scope=repository:a:pull+repository:b:push')).toMatchObject({
      grantType: 'refresh_token',
      refreshToken: 'r',
      offline: false,
      scopes: [{ name: 'a' }, { name: 'b' }],
    });
    expect(parseTokenForm('grant_type=password&username=&password=')).toMatchObject({ username: '', password: '' });
  });

  it.each([
    ['', 400, 'invalid_request'],
    ['grant_type=authorization_code&code=x', 400, 'unsupported_grant_type'],
    ['grant_type=__proto__', 400, 'unsupported_grant_type'],
    ['grant_type=password&username=a', 400, 'invalid_request'],
    ['grant_type=refresh_token', 400, 'invalid_request'],
    ['grant_type=password&username=a%00&password=b', 400, 'invalid_request'],
    [`grant_type=refresh_token&refresh_token=${'a'.repeat(16_385)}`, 400, 'invalid_request'],
    ['grant_type=password&username=a&password=b&password=c', 400, undefined],
    [`grant_type=password&x=${'a'.repeat(65_536)}`, 413, undefined],
    ['a&'.repeat(300), 413, undefined],
  ])('refuses %.60s', (body, status, error) => {
    const refusal = thrown(() => parseTokenForm(body));
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED', status });
    if (error !== undefined) expect(refusal.detail).toMatchObject({ error });
  });
});

describe('renderTokenResponse', () => {
  it('names the token twice', () => {
    const issuedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
    expect(JSON.parse(renderTokenResponse({ token: 't', expiresIn: 300, issuedAt }))).toEqual({
      token: 't', access_token: 't', token_type: 'Bearer', expires_in: 300, issued_at: '2026-01-02T03:04:05.000Z',
    });
    expect(JSON.parse(renderTokenResponse({ token: 't', expiresIn: 60, issuedAt, refreshToken: 'r', scopes: [] }))).toMatchObject({ scope: '', refresh_token: 'r' });
  });
});
