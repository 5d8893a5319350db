import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareWork, runLoad } from './run-load.js';
import type { BenchTarget } from './connection.js';
import { makeWork, type Work } from './works.js';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
}

const SIZE = { clients: 2, seconds: 0.05 };

describe('the load generator', () => {
  let server: http.Server;
  let target: BenchTarget;
  let seen: Seen[];
  let answer: (request: Seen, response: http.ServerResponse) => void;

  beforeEach(async () => {
    seen = [];
    answer = (_, response) => response.end();
    server = http.createServer((incoming, response) => {
      const request = { method: incoming.method!, url: incoming.url!, authorization: incoming.headers.authorization ?? '' };
      incoming.resume().on('end', () => {
        seen.push(request);
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    target = { endpoint: `http://127.0.0.1:${port}`, accessKeyId: 'key', secret: 'secret', region: 'us-east-1', bucket: 'bucket' };
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const limited = (work: Work, most: number): Work => ({ ...work, request: (i, size) => (i < most ? work.request(i, size) : undefined) });
  const sent = (method: string) => seen.filter((request) => request.method === method);

  it('sends each request once, signed, and counts', async () => {
    const result = await runLoad(target, limited(makeWork('put4k', 'bucket', 'run'), 10), { clients: 3, seconds: 5 });
    expect(result).toMatchObject({ operations: 10, bytes: 40_960, errors: 0 });
    expect(result.latency.p50).toBeGreaterThan(0);
    expect(sent('PUT').map(({ url }) => url).sort()).toEqual(Array.from({ length: 10 }, (_, i) => `/bucket/run/put/${i}`));
    expect(seen.every(({ authorization }) => authorization.startsWith('AWS4-HMAC-SHA256 Credential=key/'))).toBe(true);
  });

  it('counts wrong statuses and lengths as errors, and says the first', async () => {
    answer = ({ method }, response) => void (method === 'GET' ? response.end('short') : response.writeHead(503).end());
    const reads = await runLoad(target, limited(makeWork('get4k', 'bucket', 'run'), 3), { clients: 2, seconds: 30 });
    expect(reads).toMatchObject({ operations: 0, errors: 3 });
    expect(reads.firstError).toContain('5 bytes instead of 4096');
    const writes = await runLoad(target, limited(makeWork('put4k', 'bucket', 'run'), 3), { clients: 2, seconds: 30 });
    expect(writes).toMatchObject({ operations: 0, errors: 3 });
    expect(writes.firstError).toContain('status 503');
  });

  it('does not ask a server for ever that refuses everything', async () => {
    answer = (_, response) => void response.writeHead(500).end();
    const { errors } = await runLoad(target, makeWork('head', 'bucket', 'run'), { clients: 4, seconds: 60 });
    expect(errors).toBeLessThan(60);
  });

  it('counts a broken connection and goes on with another', async () => {
    let puts = 0;
    answer = ({ method }, response) => void (method === 'PUT' && ++puts === 1 ? response.destroy() : response.end());
    expect(await runLoad(target, limited(makeWork('put4k', 'bucket', 'run'), 4), { clients: 1, seconds: 5 })).toMatchObject({ operations: 3, errors: 1 });
  });

  it('deletes what it stored, each once', async () => {
    answer = ({ method }, response) => void response.writeHead(method === 'DELETE' ? 204 : 200).end();
    const work = makeWork('delete4k', 'bucket', 'run');
    await prepareWork(target, work, { clients: 1, seconds: 0.01 });
    const { operations } = await runLoad(target, work, { clients: 1, seconds: 0.01 });
    expect(sent('PUT')).toHaveLength(15);
    expect(operations).toBeLessThanOrEqual(15);
    const stored = new Set(sent('PUT').map(({ url }) => url));
    const deleted = sent('DELETE').map(({ url }) => url);
    expect(deleted.every((url) => stored.has(url))).toBe(true);
    expect(new Set(deleted).size).toBe(deleted.length);
  });

  it('refuses a listing that has not as many keys as were stored', async () => {
    const list = (keys: number) => `<ListBucketResult>${'<Contents><Key>k</Key></Contents>'.repeat(keys)}</ListBucketResult>`;
    answer = (_, response) => response.end(list(999));
    await expect(prepareWork(target, makeWork('list1000', 'bucket', 'run'), SIZE)).rejects.toThrow('999 of <Key>');
    answer = (_, response) => response.end(list(1000));
    const work = makeWork('list1000', 'bucket', 'run');
    await prepareWork(target, work, SIZE);
    await expect(prepareWork(target, makeWork('list-prefixes', 'bucket', 'run'), SIZE)).rejects.toThrow('0 of <CommonPrefixes> instead of 100');
    answer = (_, response) => response.end(list(998));
    const { operations, firstError } = await runLoad(target, work, SIZE);
    expect(operations).toBe(0);
    expect(firstError).toContain('bytes instead of');
  });
});
