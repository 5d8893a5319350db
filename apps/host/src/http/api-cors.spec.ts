import { describe, expect, it } from '@jest/globals';
import { ApiCors } from './api-cors.js';
import type { Exchange } from './exchange.js';

const ORIGIN = 'https://console.example.com';
const cors = new ApiCors({ origins: [ORIGIN, 'http://localhost:3000'], maxAgeSeconds: 60 });
const preflight = (headers: Record<string, string>, method = 'OPTIONS') => cors.preflight({ request: { method, headers } } as unknown as Exchange);
const asking = { 'access-control-request-method': 'PUT' };

describe('ApiCors', () => {
  it('answers preflights of the origins that are listed', () => {
    const answer = preflight({ ...asking, origin: ORIGIN });
    expect(answer).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': ORIGIN, 'access-control-allow-credentials': 'true', 'access-control-max-age': '60', vary: 'Origin' },
    });
    expect(answer?.headers['access-control-allow-methods']).toContain('PUT');
    expect(answer?.headers['access-control-allow-headers']).toContain('authorization');
  });

  it.each(['https://evil.example.com', 'null', 'http://console.example.com', `${ORIGIN}.evil.com`, `${ORIGIN}:8443`, ORIGIN.toUpperCase(), '*', ''])('allows nothing to %s', (origin) => {
    expect(preflight({ ...asking, origin })).toBeUndefined();
    expect(cors.shownTo(origin, { status: 200, headers: {} })).toEqual({ status: 200, headers: { vary: 'Origin' } });
  });

  it('takes nothing else for a preflight', () => {
    expect(preflight({ origin: ORIGIN })).toBeUndefined();
    expect(preflight(asking)).toBeUndefined();
    expect(preflight({ ...asking, origin: ORIGIN }, 'GET')).toBeUndefined();
  });

  it('shows answers to the page that asked, beside what they vary by', () => {
    const { headers } = cors.shownTo('http://localhost:3000', { status: 200, headers: { vary: 'Accept', etag: 'x' } });
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'http://localhost:3000', 'access-control-allow-credentials': 'true', vary: 'Accept, Origin', etag: 'x' });
    expect(headers['access-control-expose-headers']).toContain('docker-content-digest');
  });
});
