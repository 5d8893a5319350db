import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryAuditTrail, silentLogger, testPrincipal } from '@zas/plugin-testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError, errorCodeOf, noopMeter } from '@zas/plugin-api';
import { ClientAddresses } from './client-address.js';
import { ClientCertificates } from './client-certificates.js';
import type { Door } from './door.js';
import type { Exchange } from './exchange.js';
import { ExchangeAudit } from './exchange-audit.js';
import { Exchanges } from './exchanges.js';
import { HttpMeters } from './http-meters.js';

const clock = { now: () => 42, monotonic: () => 0 };
const object = { type: 'object', bucket: 'b', ownerAccount: '222222222222', key: 'k' } as const;
const refusal = { action: 's3:GetObject', resource: object, decision: { allow: false, reason: 'no statement allows it' } };
let trail: MemoryAuditTrail;
let exchanges: Exchanges;
let server: http.Server;
let handle: (exchange: Exchange) => number;
let handled: number;

beforeEach(async () => {
  trail = new MemoryAuditTrail();
  handled = 0;
  const audit = new ExchangeAudit(trail, clock);
  const addresses = new ClientAddresses([]);
  const certificates = new ClientCertificates(addresses, undefined, clock);
  exchanges = new Exchanges({ logger: silentLogger, clock, requestId: () => 'R', addresses, certificates, meters: new HttpMeters(noopMeter), audit, requestSeconds: 60, drainBytes: 0 });
  const door = (name: string): Door => ({
    name,
    handle: async (exchange) => {
      handled++;
      exchange.operation = 'GetObject';
      return { status: handle(exchange), headers: {} };
    },
    renderError: (_exchange, error) => ({ status: errorCodeOf(error) === 'unavailable' ? 503 : 403, headers: {} }),
  });
  server = http.createServer((request, response) => void exchanges.run(door(request.headers['x-door'] as string), request, response, request.url!));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  await exchanges.drain(1_000);
  server.closeAllConnections();
  server.close();
});

/** @returns the status, once the exit has been passed */
async function send(method: string, as: (exchange: Exchange) => number = () => 200, path = '/b/k', door = 's3'): Promise<number> {
  handle = as;
  const { port } = server.address() as AddressInfo;
  const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { 'x-door': door } });
  await new Promise((resolve) => setImmediate(resolve));
  return status;
}

describe('the exit tells the audit trail', () => {
  it('of denials: who, from where, what, why', async () => {
    await send('GET', (exchange) => {
      exchange.context.principal = testPrincipal();
      exchange.refuse(refusal);
      exchange.asked = { ...refusal, action: 's3:ListBucket' };
      return 403;
    });
    expect(trail.events).toEqual([
      {
        at: 42,
        kind: 'denial',
        outcome: 'denied',
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::b/k',
        reason: 'no statement allows it',
        status: 403,
        principal: 'config:tester',
        credentialId: 'KEY-tester',
        account: '111111111111',
        address: '127.0.0.1',
        requestId: 'R',
      },
    ]);
  });

  it('of denials before anything was asked, by path and operation, never with the query', async () => {
    const fail = () => {
      throw Object.assign(new Error('The signature hush-hush does not match'), { code: 'SignatureDoesNotMatch' });
    };
    await send('GET', fail, '/b/k?X-Amz-Signature=hush-hush&X-Amz-Security-Token=hush-hush');
    expect(trail.events).toMatchObject([{ action: 's3:GetObject', resource: '/b/k', reason: 'SignatureDoesNotMatch', principal: undefined, account: undefined }]);
    expect(JSON.stringify(trail.events)).not.toContain('hush');
  });

  it('of an anonymous denial with the account of whom it belongs to', async () => {
    await send('GET', (exchange) => {
      exchange.asked = refusal;
      return 401;
    });
    expect(trail.events).toMatchObject([{ account: '222222222222', status: 401 }]);
  });

  it('of each denial inside a good answer, of logins and of reads; of no change, failure or preflight that fails', async () => {
    await send('POST', (exchange) => {
      exchange.refuse(refusal);
      exchange.refuse(refusal);
      return 200;
    });
    await send('GET', () => 200, '/token', 'token');
    await send('GET', (exchange) => {
      exchange.asked = { action: 's3:GetObject', resource: object, decision: { allow: true, reason: 'x' } };
      return 206;
    });
    await send('PUT');
    await send('GET', () => 404);
    expect(trail.events.map(({ kind, outcome }) => [kind, outcome])).toEqual([['denial', 'denied'], ['denial', 'denied'], ['login', 'allowed'], ['read', 'allowed']]);
  });
});

describe('where the trail cannot be written and nothing may change unaudited', () => {
  it('changes are refused before they are handled; reads and logins go on; and so do changes afterwards', async () => {
    trail.failing = true;
    for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) expect(await send(method)).toBe(503);
    expect(handled).toBe(0);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(await send(method)).toBe(200);
    expect(await send('POST', () => 200, '/token', 'token')).toBe(200);
    trail.failing = false;
    expect(await send('PUT')).toBe(200);
  });

  it('what the trail does wrong breaks no request', async () => {
    trail.note = () => {
      throw new StoreError('internal', 'A trail that throws');
    };
    expect(await send('GET')).toBe(200);
    expect(await send('PUT')).toBe(200);
  });
});
