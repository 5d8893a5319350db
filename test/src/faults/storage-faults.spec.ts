import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { makeBytes } from '../crash/stored-value.js';
import { FaultyServer, type Fault } from './faulty-server.js';

const LIMIT = 60_000;
const LARGE = makeBytes('large', 3_000_000);
const OTHER = makeBytes('other', 2_000_000);

let faulty: FaultyServer;

beforeAll(async () => {
  faulty = await FaultyServer.start();
}, LIMIT);

afterEach(async () => {
  await faulty.inject({});
  await faulty.recovered();
  expect(await faulty.openFiles()).toEqual([]);
}, LIMIT);

afterAll(() => faulty?.remove());

/** The server goes on with what needs no storage. */
async function inlineGoesOn(): Promise<void> {
  expect((await faulty.put('inline', 'small')).status).toBe(200);
  expect((await faulty.get('inline')).text).toBe('small');
}

async function saysDegraded(reason: string): Promise<void> {
  const { httpStatus, status, components } = await faulty.health();
  expect({ httpStatus, status }).toEqual({ httpStatus: 200, status: 'degraded' });
  expect(components['storage-filesystem']).toEqual({ state: 'degraded', reason: expect.stringContaining(reason) });
}

describe('a write that fails', () => {
  // The first upload makes the folders, so this comes first.
  const faults: [string, Record<string, Fault>, string][] = [
    ['mkdir', { mkdir: { errno: 'ENOSPC' } }, 'ENOSPC'],
    ['open', { open: { errno: 'EMFILE' } }, 'EMFILE'],
    ['write, disk full', { write: { errno: 'ENOSPC' } }, 'ENOSPC'],
    ['write, disk full after some', { write: { errno: 'ENOSPC', skip: 1 } }, 'ENOSPC'],
    ['write', { write: { errno: 'EIO', skip: 1 } }, 'EIO'],
    ['data sync', { datasync: { errno: 'EIO' } }, 'EIO'],
    ['directory sync', { syncDirectory: { errno: 'EIO' } }, 'EIO'],
  ];

  it.each(faults)('%s: is answered 503, leaves nothing, and says degraded until it is over', async (_, injected, errno) => {
    await faulty.inject(injected);
    const failed = await faulty.put('new', LARGE);
    expect([failed.status, failed.code]).toEqual([503, 'ServiceUnavailable']);
    await saysDegraded(errno);
    await inlineGoesOn();
    expect(await faulty.head('new')).toBe(404);
    await faulty.inject({});
    await faulty.recovered();
    expect(await faulty.files()).toEqual([]);
  }, LIMIT);

  it('leaves the old value of an overwritten object', async () => {
    expect((await faulty.put('old', OTHER)).status).toBe(200);
    const files = await faulty.files();
    await faulty.inject({ datasync: { errno: 'EIO' } });
    expect((await faulty.put('old', LARGE)).status).toBe(503);
    expect((await faulty.get('old')).body.equals(OTHER)).toBe(true);
    await faulty.inject({});
    expect(await faulty.files()).toEqual(files);
  }, LIMIT);

  it('fails a part, and the upload goes on with another try', async () => {
    const created = await faulty.client.send({ method: 'POST', path: '/bucket/multi', query: 'uploads=' });
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(created.text)![1]!;
    const part = () => faulty.client.send({ method: 'PUT', path: '/bucket/multi', query: `partNumber=1&uploadId=${id}`, body: LARGE });
    await faulty.inject({ write: { errno: 'EIO', skip: 2 } });
    expect((await part()).status).toBe(503);
    await faulty.inject({});
    const { status, headers } = await part();
    expect(status).toBe(200);
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    expect((await faulty.client.send({ method: 'POST', path: '/bucket/multi', query: `uploadId=${id}`, body })).status).toBe(200);
    expect((await faulty.get('multi')).body.equals(LARGE)).toBe(true);
  }, LIMIT);

  it('does not keep others from being stored', async () => {
    await faulty.inject({ datasync: { errno: 'EIO', skip: 3 } });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => faulty.put(`many-${index}`, makeBytes(String(index), 100_000))));
    const stored = answers.map(({ status }) => status === 200);
    expect(stored.filter(Boolean)).toHaveLength(3);
    for (const [index, whole] of stored.entries()) expect(await faulty.head(`many-${index}`)).toBe(whole ? 200 : 404);
  }, LIMIT);
});

describe('a disk that does less than asked', () => {
  it('short writes and reads: everything is whole', async () => {
    await faulty.inject({ write: { atMost: 10_001 }, read: { atMost: 9_999 } });
    expect((await faulty.put('short', LARGE)).status).toBe(200);
    expect((await faulty.get('short')).body.equals(LARGE)).toBe(true);
  }, LIMIT);

  it('a disk that takes seconds: the request takes as long, others do not', async () => {
    await faulty.inject({ datasync: { delayMs: 2000 } });
    const begun = Date.now();
    const slow = faulty.put('slow', LARGE).then(({ status }) => ({ status, ms: Date.now() - begun }));
    await delay(300);
    const small = Date.now();
    await inlineGoesOn();
    expect(Date.now() - small).toBeLessThan(1000);
    const { status, ms } = await slow;
    expect(status).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(2000);
  }, LIMIT);
});

describe('a read that fails', () => {
  beforeAll(async () => {
    expect((await faulty.put('kept', LARGE)).status).toBe(200);
  }, LIMIT);

  it.each([0, 1])('EIO after %d reads: the answer never comes to its end, and says degraded until it is over', async (skip) => {
    await faulty.inject({ read: { errno: 'EIO', skip } });
    const answer = await faulty.get('kept').catch((error: NodeJS.ErrnoException) => error.code);
    // Either an error answer or, once the first bytes are out, a broken connection.
    expect(typeof answer === 'string' ? answer : answer?.status).not.toBe(200);
    await saysDegraded('EIO');
    await inlineGoesOn();
    await faulty.inject({});
    expect((await faulty.get('kept')).body.equals(LARGE)).toBe(true);
  }, LIMIT);

  it('a copy of a part that cannot be read is refused', async () => {
    const created = await faulty.client.send({ method: 'POST', path: '/bucket/copied', query: 'uploads=' });
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(created.text)![1]!;
    await faulty.inject({ read: { errno: 'EIO' } });
    const headers = { 'x-amz-copy-source': '/bucket/kept' };
    const copied = await faulty.client.send({ method: 'PUT', path: '/bucket/copied', query: `partNumber=1&uploadId=${id}`, headers });
    expect(copied.status).toBe(503);
    const parts = await faulty.client.send({ method: 'GET', path: '/bucket/copied', query: `uploadId=${id}` });
    expect(parts.text).not.toContain('<Part>');
  }, LIMIT);
});

describe('a delete that fails', () => {
  it('does not fail the request: the record is gone, the bytes are the clean-up’s', async () => {
    expect((await faulty.put('deleted', makeBytes('deleted', 50_000))).status).toBe(200);
    await faulty.inject({ unlink: { errno: 'EIO' } });
    expect((await faulty.client.send({ method: 'DELETE', path: '/bucket/deleted' })).status).toBe(204);
    expect(await faulty.head('deleted')).toBe(404);
  }, LIMIT);
});
