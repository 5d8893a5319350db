import { describe, expect, it } from '@jest/globals';
import { withRestHeaders } from './rest-headers.js';

const headersOf = (headers: Record<string, string>, how: { secure: boolean; isPublic: boolean }) => withRestHeaders({ status: 200, headers }, how).headers;

describe('withRestHeaders', () => {
  it('says what browsers may not do with an answer', () => {
    expect(headersOf({}, { secure: false, isPublic: true })).toEqual({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it('pins TLS only over TLS, and forbids to keep only what not everybody may see', () => {
    expect(headersOf({}, { secure: true, isPublic: true })).toMatchObject({ 'strict-transport-security': 'max-age=31536000' });
    expect(headersOf({}, { secure: true, isPublic: true })).not.toHaveProperty('cache-control');
    expect(headersOf({}, { secure: false, isPublic: false })).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('leaves what the answer says itself', () => {
    const own = { 'content-security-policy': "default-src 'self'", 'cache-control': 'max-age=60' };
    expect(headersOf(own, { secure: false, isPublic: false })).toMatchObject(own);
  });
});
