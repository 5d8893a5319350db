import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../harness/oci-artifacts.js';
import type { OciAnswer } from '../harness/oci-client.js';
import type { OciClient } from '../harness/oci-client.js';
import { OciWorld } from '../harness/oci-world.js';

const LARGE = crypto.randomBytes(500_000);
const MIB = 1024 * 1024;
let world: OciWorld;
let client: OciClient;

beforeAll(async () => {
  world = await OciWorld.start({ limits: { blobBytes: '2MiB' } });
  client = world.alice;
});
afterAll(() => world.remove());

const R = '/v2/uploads/app';
const blobAt = (digest: string) => `${R}/blobs/${digest}`;
const patch = (at: string, body: Uint8Array | string, range?: string) => client.send('PATCH', at, { body, headers: range === undefined ? {} : { 'content-range': range } });
const close = (at: string, digest: string, body?: Uint8Array | string, headers = {}) => client.send('PUT', `${at}?digest=${digest}`, { body: body ?? '', headers });
const said = ({ status, codes, headers }: OciAnswer) => [status, codes[0] ?? headers.range];

async function expectBlob(digest: string, bytes: Uint8Array | string): Promise<void> {
  const read = await client.get(blobAt(digest));
  expect([read.status, read.body.equals(Buffer.from(bytes))]).toEqual([200, true]);
}

describe.each([
  ['small', Buffer.from('a few bytes only')],
  ['large', LARGE],
])('a %s blob', (size, bytes) => {
  const of = (algorithm: 'sha256' | 'sha512', salt: string) => {
    const own = Buffer.concat([bytes, Buffer.from(`${size} ${salt}`)]);
    return { own, digest: digestOf(own, algorithm) };
  };

  it.each(['sha256', 'sha512'] as const)('comes in one POST under its %s', async (algorithm) => {
    const { own, digest } = of(algorithm, 'post');
    const answer = await client.send('POST', `${R}/blobs/uploads/?digest=${digest}`, { body: own, headers: { 'content-type': 'application/octet-stream' } });
    expect([answer.status, answer.headers.location, answer.headers['docker-content-digest'], answer.body.length]).toEqual([201, blobAt(digest), digest, 0]);
    await expectBlob(digest, own);
  });

  it.each(['sha256', 'sha512'] as const)('comes in POST and PUT under its %s, announced or not', async (algorithm) => {
    for (const query of ['', `?digest-algorithm=${algorithm}`]) {
      const { own, digest } = of(algorithm, `put ${query}`);
      const answer = await close(await client.startUpload('uploads/app', query), digest, own);
      expect([answer.status, answer.headers.location, answer.headers['docker-content-digest']]).toEqual([201, blobAt(digest), digest]);
      await expectBlob(digest, own);
    }
  });

  it('comes in chunks that say where they belong, or not, and a last one with the PUT', async () => {
    for (const [index, algorithm] of (['sha256', 'sha512'] as const).entries()) {
      for (const ranged of [true, false]) {
        const { own, digest } = of(algorithm, `chunks ${ranged}`);
        const cuts = [0, 5, Math.floor(own.length / 2), own.length];
        const at = await client.startUpload('uploads/app', index === 1 ? '?digest-algorithm=sha512' : '');
        for (const [i, from] of cuts.slice(0, 2).entries()) {
          const to = cuts[i + 1]!;
          const answer = await patch(at, own.subarray(from, to), ranged ? `${from}-${to - 1}` : undefined);
          expect([answer.status, answer.headers.location, answer.headers.range]).toEqual([202, at, `0-${to - 1}`]);
        }
        const last = own.subarray(cuts[2]);
        const closed = await close(at, digest, last, ranged ? { 'content-range': `${cuts[2]}-${own.length - 1}` } : {});
        expect([closed.status, closed.headers['docker-content-digest']]).toEqual([201, digest]);
        await expectBlob(digest, own);
      }
    }
  });

  it('comes in chunks of HTTP, whose length nobody announced', async () => {
    const { own, digest } = of('sha256', 'streamed');
    async function* pieces() {
      for (let at = 0; at < own.length; at += 64_000) yield own.subarray(at, at + 64_000);
    }
    const at = await client.startUpload('uploads/app');
    expect(said(await client.send('PATCH', at, { body: pieces() }))).toEqual([202, `0-${own.length - 1}`]);
    expect((await close(at, digest)).status).toBe(201);
    await expectBlob(digest, own);
  });

  it('that is not what the digest says ends the upload and stores nothing', async () => {
    const { own, digest } = of('sha256', 'wrong');
    const lie = digestOf('another one');
    const posted = await client.send('POST', `${R}/blobs/uploads/?digest=${lie}`, { body: own });
    expect([posted.status, posted.codes]).toEqual([400, ['DIGEST_INVALID']]);
    const at = await client.startUpload('uploads/app');
    await patch(at, own);
    const closed = await close(at, lie);
    expect([closed.status, closed.codes]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await client.get(at)).codes).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    for (const one of [lie, digest]) expect((await client.head(blobAt(one))).status).toBe(404);
  });
});

describe('the state of an upload', () => {
  it('is told from its beginning to its end', async () => {
    const begun = await client.send('POST', `${R}/blobs/uploads/`, { headers: { 'content-length': '0' } });
    const at = begun.headers.location!;
    expect([begun.status, begun.headers.range, at]).toEqual([202, '0-0', `${R}/blobs/uploads/${begun.headers['docker-upload-uuid'] as string}`]);
    const state = async () => {
      const { status, headers, body } = await client.get(at);
      return [status, headers.location, headers.range, body.length];
    };
    expect(await state()).toEqual([204, at, '0-0', 0]);
    await patch(at, 'four');
    expect(await state()).toEqual([204, at, '0-3', 0]);
    await patch(at, 'more', 'bytes 4-7/*');
    expect(await state()).toEqual([204, at, '0-7', 0]);
    expect((await client.head(at)).headers.range).toBe('0-7');
    expect((await close(at, digestOf('fourmore'))).status).toBe(201);
    expect((await client.get(at)).codes).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    for (const answer of [await patch(at, 'late'), await close(at, digestOf('fourmore')), await client.delete(at)]) expect(said(answer)).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
  });

  it('ends with DELETE, and the bytes are nobody’s', async () => {
    const at = await client.startUpload('uploads/app');
    await patch(at, LARGE);
    const gone = await client.delete(at);
    expect([gone.status, gone.body.length]).toEqual([204, 0]);
    for (const answer of [await client.get(at), await patch(at, 'x'), await close(at, digestOf(LARGE)), await client.delete(at)]) expect(said(answer)).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    expect((await client.head(blobAt(digestOf(LARGE)))).status).toBe(404);
  });

  it('is no state of another repository', async () => {
    const at = await client.startUpload('uploads/app');
    await client.startUpload('uploads/other');
    const elsewhere = at.replace('uploads/app', 'uploads/other');
    for (const method of ['GET', 'PATCH', 'DELETE']) expect([method, (await client.send(method, elsewhere, { body: 'x' })).codes]).toEqual([method, ['BLOB_UPLOAD_UNKNOWN']]);
    expect(said(await client.get(at))).toEqual([204, '0-0']);
  });
});

describe('chunks', () => {
  it('out of order are 416, which tells where to go on, and change nothing', async () => {
    const at = await client.startUpload('uploads/app');
    expect(said(await patch(at, 'second', '6-11'))).toEqual([416, 'RANGE_INVALID']);
    await patch(at, 'first-', '0-5');
    for (const range of ['0-5', '5-10', '7-12', '600-605', 'bytes 0-5/6', 'six-eleven', '11-6', '6', '-6', '']) {
      const answer = await patch(at, 'second', range);
      expect([range, ...said(answer), answer.headers.range]).toEqual([range, 416, 'RANGE_INVALID', '0-5']);
    }
    expect(said(await client.get(at))).toEqual([204, '0-5']);
    expect(said(await close(at, digestOf('first-second'), 'second', { 'content-range': '0-5' }))).toEqual([416, 'RANGE_INVALID']);
    expect((await close(at, digestOf('first-second'), 'second', { 'content-range': '6-11' })).status).toBe(201);
    await expectBlob(digestOf('first-second'), 'first-second');
  });

  it('that break off leave what arrived, and the upload goes on from there', async () => {
    const at = await client.startUpload('uploads/app');
    async function* broken() {
      yield LARGE.subarray(0, 300_000);
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new Error('the line is dead');
    }
    await expect(client.send('PATCH', at, { body: broken(), headers: { 'content-length': String(LARGE.length) } })).rejects.toThrow();
    const length = await settled(at);
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(300_000);
    expect(said(await patch(at, LARGE.subarray(length), `${length}-${LARGE.length - 1}`))).toEqual([202, `0-${LARGE.length - 1}`]);
    expect((await close(at, digestOf(LARGE))).status).toBe(201);
    await expectBlob(digestOf(LARGE), LARGE);
  });

  it('that come while another one does are told to come again', async () => {
    const at = await client.startUpload('uploads/app');
    let go = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    async function* slow() {
      yield Buffer.from('first half,');
      await gate;
      yield Buffer.from('second half');
    }
    const first = client.send('PATCH', at, { body: slow() });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const second = await patch(at, 'in between');
    expect([...said(second), second.headers['retry-after']]).toEqual([409, 'BLOB_UPLOAD_INVALID', '1']);
    go();
    expect((await first).status).toBe(202);
    expect((await close(at, digestOf('first half,second half'))).status).toBe(201);
  });

  it('beyond the longest blob are refused', async () => {
    const at = await client.startUpload('uploads/app');
    expect(said(await patch(at, Buffer.alloc(MIB)))).toEqual([202, `0-${MIB - 1}`]);
    const refused = await patch(at, Buffer.alloc(MIB + 1));
    expect(said(refused)).toEqual([413, 'SIZE_INVALID']);
    expect(said(await client.get(at))).toEqual([204, `0-${MIB - 1}`]);
    expect(said(await client.send('POST', `${R}/blobs/uploads/?digest=${digestOf('x')}`, { body: Buffer.alloc(2 * MIB + 1) }))).toEqual([413, 'SIZE_INVALID']);
    expect((await close(at, digestOf(Buffer.alloc(2 * MIB)), Buffer.alloc(MIB))).status).toBe(201);
  });
});

/** Bytes of an upload once they stay. */
async function settled(at: string): Promise<number> {
  let before = '';
  for (;;) {
    const range = (await client.get(at)).headers.range ?? 'busy';
    if (range !== 'busy' && range !== '0-0' && range === before) return Number(range.slice(2)) + 1;
    before = range;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
