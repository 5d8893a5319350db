import crypto from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { TlsConfig } from '@zas/config';
import type { Logger } from '@zas/plugin-api';
import { TestAuthority, type TestCertificate } from '@zas/plugin-testkit';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ServerTls } from './server-tls.js';

const CONFIG: TlsConfig = { certFile: '/tls/c.pem', keyFile: '/tls/k.pem', minVersion: 'TLSv1.2', reloadSeconds: 60, clientCertificates: 'none' };
const authority = new TestAuthority();
const [first, second] = [authority.issue(), authority.issue()];
let files: Map<string, string>;
let logged: string[];
let waiting: { call: () => void; afterMs: number }[];
let given: SecureContextOptions[];

beforeEach(() => {
  [files, logged, waiting, given] = [new Map(), [], [], []];
  put(first);
});

const put = ({ cert, key }: TestCertificate) => files.set('/tls/c.pem', cert).set('/tls/k.pem', key);
const note = (level: string) => (_message: string, fields?: { error?: Error }) => void logged.push(`${level}: ${fields?.error?.message ?? ''}`);
const open = (config: Partial<TlsConfig> = {}) =>
  ServerTls.open(
    { ...CONFIG, ...config },
    {
      read: async (file) => {
        const text = files.get(file);
        if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
        return Buffer.from(text);
      },
      later: (call, afterMs) => {
        const entry = { call, afterMs };
        waiting.push(entry);
        return () => void (waiting = waiting.filter((one) => one !== entry));
      },
      logger: { info: note('info'), error: note('error') } as unknown as Logger,
    },
  );
const server = { setSecureContext: (options: SecureContextOptions) => void given.push(options) };

/** The time comes, and what it brings has happened. */
async function tick(): Promise<void> {
  const [next] = waiting.splice(0, 1);
  next!.call();
  for (let i = 0; waiting.length === 0 && i < 100; i++) await new Promise(setImmediate);
}

describe('ServerTls', () => {
  it('gives what the files hold, asks clients for what is wanted and never renegotiates', async () => {
    files.set('/tls/ca.pem', authority.cert);
    const { options } = await open({ clientCa: '/tls/ca.pem', clientCertificates: 'request', minVersion: 'TLSv1.3' });
    expect(options).toMatchObject({ minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: false, secureOptions: crypto.constants.SSL_OP_NO_RENEGOTIATION });
    expect([String(options.cert), String(options.key), String(options.ca)]).toEqual([first.cert, first.key, authority.cert]);
    expect((await open({ clientCa: '/tls/ca.pem', clientCertificates: 'require' })).options.rejectUnauthorized).toBe(true);
    expect((await open()).options).toMatchObject({ requestCert: false, rejectUnauthorized: false });
  });

  it('opens a key with its passphrase', async () => {
    const pem = crypto.createPrivateKey(first.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hush' }) as string;
    files.set('/tls/k.pem', pem);
    expect((await open({ keyPassphrase: 'hush' })).options.passphrase).toBe('hush');
    await expect(open()).rejects.toThrow('/tls/k.pem holds no private key in PEM, or one that needs http.tls.keyPassphrase');
    await expect(open({ keyPassphrase: 'no' })).rejects.toThrow('http.tls.keyPassphrase does not open');
  });

  it.each([
    ['a file that is not there', '/tls/c.pem', undefined, '/tls/c.pem cannot be read (ENOENT)'],
    ['a certificate that is none', '/tls/c.pem', 'x', '/tls/c.pem holds no certificate'],
    ['a key that is none', '/tls/k.pem', 'x', '/tls/k.pem holds no private key'],
    ['the key of another certificate', '/tls/k.pem', second.key, 'The private key in /tls/k.pem is not that of the certificate in /tls/c.pem'],
    ['CAs that are none', '/tls/ca.pem', 'x', '/tls/ca.pem holds no certificate'],
  ])('refuses %s', async (_what, file, text, message) => {
    files.set('/tls/ca.pem', authority.cert);
    if (text === undefined) files.delete(file);
    else files.set(file, text);
    await expect(open({ clientCa: '/tls/ca.pem', clientCertificates: 'require' })).rejects.toThrow(message);
  });

  it('uses new files from the next look on', async () => {
    (await open({ reloadSeconds: 5 })).keepCurrent(server);
    await tick();
    expect([given, logged]).toEqual([[], []]);
    put(second);
    await tick();
    expect(given.map(({ cert, key }) => [String(cert), String(key)])).toEqual([[second.cert, second.key]]);
    await tick();
    expect([given.length, logged]).toEqual([1, ['info: ']]);
    expect(waiting.map(({ afterMs }) => afterMs)).toEqual([5000]);
  });

  it('keeps the old ones where the new are not good, and says so once', async () => {
    (await open()).keepCurrent(server);
    files.set('/tls/c.pem', second.cert);
    await tick();
    await tick();
    expect([given.length, logged]).toEqual([0, ['error: The private key in /tls/k.pem is not that of the certificate in /tls/c.pem']]);
    files.delete('/tls/c.pem');
    await tick();
    await tick();
    expect(logged.slice(1)).toEqual(['error: /tls/c.pem cannot be read (ENOENT)']);
    put(second);
    await tick();
    expect([given.length, logged.slice(2)]).toEqual([1, ['info: ']]);
  });

  it('looks no more once it is stopped', async () => {
    const tls = await open();
    tls.keepCurrent(server);
    tls.stop();
    expect(waiting).toEqual([]);
    tls.keepCurrent(server);
    expect(waiting).toEqual([]);
  });
});
