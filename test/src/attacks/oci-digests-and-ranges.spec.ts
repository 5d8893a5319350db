import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, imageOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import type { OciWorld } from '../harness/oci-world.js';
import { BASE, SECRET, expectUntouched, said, startOciAttack } from './oci-attack-world.js';

const LARGE = crypto.randomBytes(100_000);
const R = `/v2/${BASE}`;
let world: OciWorld;
let bob: OciClient;

beforeAll(async () => {
  world = await startOciAttack();
  bob = world.bob;
});
afterAll(() => world.remove());

const a = (count: number) => 'a'.repeat(count);
const BAD = ['', 'sha256', 'sha256:', ':', `sha256:${a(63)}`, `sha256:${a(65)}`, `sha256:${'A'.repeat(64)}`, `SHA256:${a(64)}`, `sha256:${'g'.repeat(64)}`, `sha512:${a(64)}`, `sha256:${a(128)}`, `md5:${a(32)}`, `sha384:${a(96)}`, `sha256+b64:${a(64)}`, `sha256:../../${a(58)}`, `sha256:${a(62)}%0a`, `sha256:${a(64)}%00`, ` sha256:${a(64)}`.replace(' ', '%20'), 'x'.repeat(5000), `sha256:${a(64)},sha256:${a(64)}`];
const LIES = [digestOf('else'), digestOf(LARGE, 'sha512').replace(/.$/, (last) => (last === '0' ? '1' : '0')), digestOf('else', 'sha512')];

async function uploadOf(bytes: Uint8Array | string): Promise<string> {
  const at = await bob.startUpload(BASE);
  await bob.send('PATCH', at, { body: bytes });
  return at;
}

describe('a digest', () => {
  it('that is none is refused wherever it stands, and the upload stays', async () => {
    const at = await uploadOf('content');
    await expectUntouched(world, async () => {
      for (const digest of BAD) {
        expect([digest, ...said(await bob.send('PUT', `${at}?digest=${digest}`, { body: '' }))]).toEqual([digest, 400, 'DIGEST_INVALID']);
        if (digest === '') continue;
        expect([digest, ...said(await bob.send('POST', `${R}/blobs/uploads/?digest=${digest}`, { body: 'content' }))]).toEqual([digest, 400, 'DIGEST_INVALID']);
        expect([digest, ...said(await bob.send('POST', `${R}/blobs/uploads/?mount=${digest}&from=${BASE}`, { body: '' }))]).toEqual([digest, 400, 'DIGEST_INVALID']);
      }
    });
    expect((await bob.get(at)).headers.range).toBe('0-6');
    expect((await bob.send('PUT', `${at}?digest=${digestOf('content')}`, { body: '' })).status).toBe(201);
  });

  it('that comes twice, or none, is refused', async () => {
    const at = await uploadOf('content');
    expect(said(await bob.send('PUT', `${at}?digest=${digestOf('content')}&digest=${digestOf('else')}`, { body: '' }))).toEqual([400, 'UNSUPPORTED']);
    expect(said(await bob.send('PUT', at, { body: '' }))).toEqual([400, 'DIGEST_INVALID']);
    expect(said(await bob.send('POST', `${R}/blobs/uploads/?digest=${digestOf('x')}&digest-algorithm=sha512`, { body: 'x' }))).toEqual([400, 'DIGEST_INVALID']);
    expect(said(await bob.send('POST', `${R}/blobs/uploads/?digest-algorithm=md5`, { body: '' }))).toEqual([400, 'DIGEST_INVALID']);
  });

  it('of other bytes stores nothing under either name, by any way', async () => {
    for (const bytes of [LARGE, Buffer.from('small lie')]) {
      for (const lie of LIES) {
        const at = await uploadOf(bytes);
        const empty = await bob.startUpload(BASE);
        const answers = [
          await bob.send('POST', `${R}/blobs/uploads/?digest=${lie}`, { body: bytes }),
          await bob.send('PUT', `${at}?digest=${lie}`, { body: '' }),
          await bob.send('PUT', `${empty}?digest=${lie}`, { body: bytes }),
          await bob.send('PUT', `${await bob.startUpload(BASE)}?digest=${lie}`, { body: '' }),
        ];
        for (const answer of answers) expect(said(answer)).toEqual([400, 'DIGEST_INVALID']);
        for (const digest of [lie, digestOf(bytes), digestOf(bytes, 'sha512')]) expect((await bob.head(`${R}/blobs/${digest}`)).status).toBe(404);
      }
    }
  });

  it('of what somebody else has is no proof of having it', async () => {
    const digest = digestOf(SECRET);
    await expectUntouched(world, async () => {
      expect(said(await bob.send('POST', `${R}/blobs/uploads/?digest=${digest}`, { body: '' }))[0]).toBe(202);
      expect(said(await bob.send('PUT', `${await bob.startUpload(BASE)}?digest=${digest}`, { body: '' }))).toEqual([400, 'DIGEST_INVALID']);
      expect(said(await bob.send('PUT', `${await uploadOf('x')}?digest=${digest}`, { body: '' }))).toEqual([400, 'DIGEST_INVALID']);
      expect(said(await bob.putManifest(BASE, 'stolen', imageOf('config', [SECRET])))).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    });
    expect((await bob.head(`${R}/blobs/${digest}`)).status).toBe(404);
  });

  it('of a manifest is that of its bytes', async () => {
    const text = JSON.stringify(imageOf('config', ['of bob'], { annotations: { a: 'lie' } }));
    await expectUntouched(world, async () => {
      for (const lie of [digestOf(`${text} `), digestOf('x', 'sha512'), digestOf(text).replace(/.$/, (last) => (last === '0' ? '1' : '0'))]) {
        expect(said(await bob.putManifest(BASE, lie, text))).toEqual([400, 'DIGEST_INVALID']);
        expect((await bob.get(`${R}/manifests/${lie}`)).status).toBe(404);
      }
    });
  });
});

describe('a range', () => {
  const max = Number.MAX_SAFE_INTEGER;
  const lies: [string, string, number, string][] = [
    ['longer than the body', '0-99', 400, 'SIZE_INVALID'],
    ['shorter than the body', '0-0', 400, 'SIZE_INVALID'],
    ['that overlaps', '0-4', 416, 'RANGE_INVALID'],
    ['with a gap', '6-10', 416, 'RANGE_INVALID'],
    ['far away', `${max - 5}-${max - 1}`, 416, 'RANGE_INVALID'],
    ['beyond counting', `5-${max}`, 416, 'RANGE_INVALID'],
    ['of more digits than numbers have', `5-${'9'.repeat(40)}`, 416, 'RANGE_INVALID'],
    ['backwards', '9-5', 416, 'RANGE_INVALID'],
    ['below zero', '-5--1', 416, 'RANGE_INVALID'],
    ['in hex', '0x5-0x9', 416, 'RANGE_INVALID'],
    ['with an exponent', '5e0-9e0', 416, 'RANGE_INVALID'],
    ['with signs', '+5-+9', 416, 'RANGE_INVALID'],
    ['in other units', 'lines 5-9/10', 416, 'RANGE_INVALID'],
    ['unsatisfied', 'bytes */10', 416, 'RANGE_INVALID'],
  ];

  it.each(lies)('%s (%s) is refused, and the upload is as it was', async (_, range, status, code) => {
    const at = await uploadOf('whole');
    const first = range.startsWith('0-') && code === 'SIZE_INVALID' ? await bob.startUpload(BASE) : at;
    const headers = { 'content-range': range };
    expect(said(await bob.send('PATCH', first, { body: 'bytes', headers }))).toEqual([status, code]);
    expect(said(await bob.send('PUT', `${first}?digest=${digestOf('wholebytes')}`, { body: 'bytes', headers }))).toEqual([status, code]);
    expect((await bob.get(at)).headers.range).toBe('0-4');
    expect((await bob.send('PUT', `${at}?digest=${digestOf('wholebytes')}`, { body: 'bytes', headers: { 'content-range': '5-9' } })).status).toBe(201);
  });

  it('that a body without length does not keep is refused, and what is there is told', async () => {
    async function* pieces(bytes: Uint8Array) {
      for (let i = 0; i < bytes.length; i += 30_000) yield bytes.subarray(i, i + 30_000);
    }
    for (const claimed of [LARGE.length - 1, LARGE.length + 1, 10]) {
      const at = await bob.startUpload(BASE);
      const answer = await bob.send('PATCH', at, { body: pieces(LARGE), headers: { 'content-range': `0-${claimed - 1}` } });
      expect([claimed, ...said(answer)]).toEqual([claimed, 400, 'SIZE_INVALID']);
      const length = await lengthOf(at);
      expect(length).toBeLessThanOrEqual(Math.min(claimed, LARGE.length));
      expect((await bob.send('PUT', `${at}?digest=${digestOf(LARGE)}`, { body: LARGE.subarray(length) })).status).toBe(201);
      await bob.delete(`${R}/blobs/${digestOf(LARGE)}`);
    }
  });

  it('of a blob reaches no further than the blob', async () => {
    const digest = await bob.pushBlob(BASE, LARGE);
    for (const [range, expected] of [[`bytes=99990-${'9'.repeat(15)}`, LARGE.subarray(99_990)], [`bytes=-${'9'.repeat(15)}`, LARGE]] as const) {
      const answer = await bob.get(`${R}/blobs/${digest}`, { range });
      expect([answer.status, answer.body.equals(expected)]).toEqual([206, true]);
    }
    for (const range of [`bytes=${'0-0,'.repeat(30)}0-0`, `bytes=0-${'9'.repeat(400)}`, `bytes=${'0-,'.repeat(5000)}`]) expect((await bob.get(`${R}/blobs/${digest}`, { range })).status).toBeLessThan(500);
  });
});

async function lengthOf(at: string): Promise<number> {
  const { range } = (await bob.get(at)).headers;
  // "0-0" stands for nothing and for one byte alike.
  return range === '0-0' ? 0 : Number(range!.slice(2)) + 1;
}
