import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, StoreError } from '@zas/plugin-api';
import { jsonError } from './json-errors.js';

const bodyOf = (error: unknown) => (JSON.parse(String(jsonError(error, 'request-1', []).body)) as { error: Record<string, string> }).error;

describe('jsonError', () => {
  it.each(ERROR_CODES)('renders %s with a status of its own kind', (code) => {
    const answer = jsonError(new StoreError(code, 'what happened'), 'request-1', []);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(600);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'request-1' });
    expect(bodyOf(new StoreError(code, 'what happened'))).toMatchObject({ code, requestId: 'request-1' });
  });

  it('blames the server for its own faults only', () => {
    const server = ERROR_CODES.filter((code) => jsonError(new StoreError(code, 'x'), 'r', []).status >= 500);
    expect([...server].sort()).toEqual(['corrupt', 'internal', 'no-space', 'not-implemented', 'slow-down', 'unavailable']);
  });

  it.each([new Error('the password is hush'), new StoreError('internal', 'the password is hush'), 'hush', undefined, { code: 'not-found', message: 'hush' }])(
    'tells nothing about a defect: %p',
    (error) => {
      expect(bodyOf(error)).toEqual({ code: 'internal', message: 'Something went wrong in the server', requestId: 'request-1' });
      expect(jsonError(error, 'r', []).status).toBe(500);
    },
  );

  it('counts a code of the future as a defect', () => {
    expect(bodyOf(new StoreError('of-the-future' as 'internal', 'hush'))).toMatchObject({ code: 'internal' });
  });

  it('challenges those that are not known, and only them', () => {
    const challenges = ['Basic realm="x"', 'Bearer'];
    expect(jsonError(new StoreError('unauthenticated', 'x'), 'r', challenges).headers['www-authenticate']).toEqual(challenges);
    expect(jsonError(new StoreError('unauthenticated', 'x'), 'r', []).headers['www-authenticate']).toBeUndefined();
    expect(jsonError(new StoreError('access-denied', 'x'), 'r', challenges).headers['www-authenticate']).toBeUndefined();
  });

  it('says when to come back, where that is known', () => {
    const busy = new StoreError('slow-down', 'x', { details: { retryAfterSeconds: 7 } });
    expect(jsonError(busy, 'r', [])).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(jsonError(new StoreError('slow-down', 'x'), 'r', []).headers['retry-after']).toBeUndefined();
  });
});
