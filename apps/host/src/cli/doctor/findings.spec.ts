import { describe, expect, it } from '@jest/globals';
import { againstData, difference } from './check-clock.js';
import { kindOfFileSystem, room, syncFinding } from './check-disk.js';
import { expiry, portProblem, privacy } from './check-network.js';
import { memory, nodeVersion, openFiles } from './check-runtime.js';

const GIB = 2 ** 30;
const http = { host: '0.0.0.0', port: 9000, trustedProxies: [], rateLimits: {}, cors: { origins: [], maxAgeSeconds: 1 }, apiDocs: true };

describe('what the doctor finds', () => {
  it.each([
    [nodeVersion('24.15.0'), 'good'],
    [nodeVersion('26.0.0'), 'good'],
    [nodeVersion('24.14.9'), 'problem'],
    [nodeVersion('20.20.2'), 'problem'],
    [openFiles(undefined, 10_000), 'good'],
    [openFiles('Max open files            1024                 524288               files', 10_000), 'warning'],
    [openFiles('Max open files            20000                20000                files', 10_000), 'good'],
    [openFiles('Max open files            unlimited            unlimited            files', 10_000), 'good'],
    [memory(256 * 2 ** 20, 64 * 2 ** 20), 'warning'],
    [memory(GIB, 64 * 2 ** 20), 'good'],
    [room('/x', 0.5 * GIB, 100 * GIB), 'problem'],
    [room('/x', 5 * GIB, 100 * GIB), 'warning'],
    [room('/x', 50 * GIB, 100 * GIB), 'good'],
    [kindOfFileSystem('/x', 0xef53), 'good'],
    [kindOfFileSystem('/x', 0x6969), 'warning'],
    [kindOfFileSystem('/x', 0x01021994), 'warning'],
    [syncFinding(0.5), 'good'],
    [syncFinding(80), 'warning'],
    [portProblem('127.0.0.1', 80, 'EACCES'), 'problem'],
    [portProblem('127.0.0.1', 80, 'EADDRINUSE'), 'problem'],
    [privacy(http)[0], 'warning'],
    [privacy({ ...http, host: '::1' })[0], 'good'],
    [privacy({ ...http, trustedProxies: ['10.0.0.1'] })[0], 'good'],
    [privacy({ ...http, tls: { certFile: 'c', keyFile: 'k', minVersion: 'TLSv1.3', clientCertificates: 'none' }, publicUrl: 'http://example.com' } as never)[0], 'warning'],
    [expiry('c', -1), 'problem'],
    [expiry('c', 5 * 86_400_000), 'warning'],
    [expiry('c', 90 * 86_400_000), 'good'],
    [againstData(1_000_000, 1_030_000), 'good'],
    [againstData(1_000_000, 9_000_000), 'problem'],
    [difference('u', 20 * 60_000), 'problem'],
    [difference('u', -20 * 60_000), 'problem'],
    [difference('u', 120_000), 'warning'],
    [difference('u', 1_000), 'good'],
    [difference('u', Number.NaN), 'warning'],
  ] as const)('%j', (finding, state) => {
    expect(finding?.state).toBe(state);
    expect(finding?.cure === undefined).toBe(state === 'good');
  });
});
