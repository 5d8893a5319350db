import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';
import { redact } from './redact.js';

const load = (http: unknown, env: Record<string, string> = {}) =>
  loadConfig({ argv: ['--config', 'zas.yaml'], env, cwd: '/srv', readFile: () => JSON.stringify({ http }) }).config;

function problemsOf(http: unknown): string {
  try {
    load(http);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  throw new Error('expected a ConfigError');
}

const TLS = { certFile: 'tls/server.crt', keyFile: '/keys/server.key' };

describe('http', () => {
  it('speaks plain HTTP, limits nobody and lets no other origin in where nothing is said', () => {
    expect(load({})).toMatchObject({ http: { tls: undefined, rateLimits: {}, cors: { origins: [], maxAgeSeconds: 600 } } });
  });

  it('finds the files of TLS from the working directory', () => {
    const { tls } = load({ tls: { ...TLS, clientCa: 'ca.crt', clientCertificates: 'require' } }).http;
    expect(tls).toEqual({ certFile: '/srv/tls/server.crt', keyFile: '/keys/server.key', clientCa: '/srv/ca.crt', clientCertificates: 'require', minVersion: 'TLSv1.2', reloadSeconds: 60 });
  });

  it('takes TLS from variables, and hides the passphrase', () => {
    const env = { ZAS_HTTP_TLS_CERT_FILE: '/a.crt', ZAS_HTTP_TLS_KEY_FILE: '/a.key', ZAS_HTTP_TLS_KEY_PASSPHRASE: 'hush' };
    const config = load({}, env);
    expect(config.http.tls).toMatchObject({ certFile: '/a.crt', keyFile: '/a.key', keyPassphrase: 'hush' });
    expect(redact(config)).not.toContain('hush');
  });

  it.each([
    ['half a pair', { tls: { certFile: 'a' } }, 'http.tls.keyFile'],
    ['an old version', { tls: { ...TLS, minVersion: 'TLSv1.1' } }, 'http.tls.minVersion'],
    ['client CAs without asking for certificates', { tls: { ...TLS, clientCa: 'ca' } }, 'clientCertificates request or require'],
    ['client certificates without CAs', { tls: { ...TLS, clientCertificates: 'request' } }, 'http.tls.clientCa'],
    ['a certificate header of nobody', { clientCertificateHeader: 'x-ssl-client-cert' }, 'trustedProxies'],
    ['a certificate header that is none', { clientCertificateHeader: 'X-Ssl', trustedProxies: ['10.0.0.1'] }, 'lower-case'],
    ['every origin', { cors: { origins: ['*'] } }, 'expected an origin'],
    ['an origin with a path', { cors: { origins: ['https://a.example/'] } }, 'expected an origin'],
    ['an origin in other letters', { cors: { origins: ['https://A.example'] } }, 'expected an origin'],
    ['the origin of no page', { cors: { origins: ['null'] } }, 'expected an origin'],
    ['a rate without a burst', { rateLimits: { perAddress: { requestsPerSecond: 5 } } }, 'http.rateLimits.perAddress.burst'],
    ['a rate of nothing', { rateLimits: { perPrincipal: { requestsPerSecond: 0, burst: 1 } } }, 'http.rateLimits.perPrincipal.requestsPerSecond'],
  ])('refuses %s', (_what, http, problem) => {
    expect(problemsOf(http)).toContain(problem);
  });
});
