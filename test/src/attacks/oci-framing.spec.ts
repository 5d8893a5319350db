import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, BOB } from '../harness/account-world.js';
import { OCI_MANIFEST, digestOf, imageOf } from '../harness/oci-artifacts.js';
import { basic } from '../harness/oci-client.js';
import type { OciWorld } from '../harness/oci-world.js';
import { type RawAnswer, RawConnection, rawHead } from '../harness/raw-connection.js';
import { BASE, TARGET, expectUntouched, startOciAttack } from './oci-attack-world.js';

const MIB = 1024 * 1024;
let world: OciWorld;

beforeAll(async () => {
  world = await startOciAttack({ limits: { byteBudget: '16MiB', idleSeconds: 1.5, requestSeconds: 3, drainBytes: '64KiB' } });
});
afterAll(() => world.remove());

type Framing = readonly (readonly [string, string])[];
const host = () => new URL(world.server.url).host;
const head = (method: string, target: string, framing: Framing, authorization = basic(BOB.keys)) =>
  rawHead(method, target, [['host', host()], ['authorization', authorization], ['content-type', target === '/token' ? 'application/x-www-form-urlencoded' : OCI_MANIFEST], ...framing]);

/** A whole request of Alice's, such as a proxy in front would let pass as a body of Bob's. */
const inner = () => head('DELETE', `/v2/${TARGET}/manifests/v1`, [], basic(ALICE.keys));

async function talk(bytes: string): Promise<RawAnswer | undefined> {
  const connection = await RawConnection.open(world.server.url);
  try {
    connection.write(bytes);
    const answer = await connection.answer();
    if (answer === undefined || answer.headers.get('connection') === 'close') await connection.closed();
    return answer;
  } finally {
    connection.close();
  }
}

describe('two lengths of one body', () => {
  const cases: [string, Framing, () => string][] = [
    ['Content-Length and Transfer-Encoding', [['content-length', '5'], ['transfer-encoding', 'chunked']], () => `0\r\n\r\n${inner()}`],
    ['Transfer-Encoding and Content-Length', [['transfer-encoding', 'chunked'], ['content-length', '5']], () => `0\r\n\r\n${inner()}`],
    ['Content-Length twice', [['content-length', '0'], ['content-length', '500']], inner],
    ['a list of Content-Lengths', [['content-length', '0, 500']], inner],
    ['Content-Length with a sign', [['content-length', '+5']], () => `plain${inner()}`],
    ['Content-Length beyond counting', [['content-length', '9'.repeat(40)]], () => `plain${inner()}`],
    ['a blank before the colon', [['content-length ', '5'], ['x', 'y']], () => `plain${inner()}`],
    ['an unknown coding', [['transfer-encoding', 'xchunked']], () => `0\r\n\r\n${inner()}`],
    ['chunked not last', [['transfer-encoding', 'chunked, gzip']], () => `0\r\n\r\n${inner()}`],
    ['a chunk longer than said', [['transfer-encoding', 'chunked']], () => `3\r\nplain\r\n0\r\n\r\n${inner()}`],
    ['a chunk size with 0x', [['transfer-encoding', 'chunked']], () => `0x5\r\nplain\r\n0\r\n\r\n${inner()}`],
  ];

  it.each(cases)('%s: refused at every endpoint, and nothing behind it is carried out', async (what, framing, tail) => {
    const upload = await world.bob.startUpload(BASE);
    await expectUntouched(world, async () => {
      const targets: [string, string][] = [
        ['POST', `/v2/${BASE}/blobs/uploads/`],
        ['POST', `/v2/${BASE}/blobs/uploads/?digest=${digestOf('plain')}`],
        ['PATCH', upload],
        ['PUT', `${upload}?digest=${digestOf('plain')}`],
        ['PUT', `/v2/${BASE}/manifests/smuggled`],
        ['POST', '/token'],
      ];
      for (const [method, target] of targets) {
        const answer = await talk(head(method, target, framing) + tail());
        expect([what, method, target, answer === undefined || (answer.status >= 400 && answer.status < 500)]).toEqual([what, method, target, true]);
      }
    });
    expect((await world.alice.head(`/v2/${TARGET}/manifests/v1`)).status).toBe(200);
  });

  it('a body where none belongs is no request', async () => {
    await expectUntouched(world, async () => {
      for (const [method, target] of [['GET', '/v2/'], ['GET', `/v2/${BASE}/tags/list`], ['HEAD', `/v2/${BASE}/manifests/v1`], ['DELETE', `/v2/${BASE}/manifests/none`], ['GET', '/token'], ['GET', `/v2/${TARGET}/tags/list`]] as const) {
        const connection = await RawConnection.open(world.server.url);
        const bytes = inner();
        connection.write(head(method, target, [['content-length', String(bytes.length)]]) + bytes);
        expect([target, (await connection.answer(method))!.status < 500]).toEqual([target, true]);
        // What comes next on the connection is the answer to the next request, not to what was inside.
        connection.write(head('GET', '/v2/', []));
        const next = await connection.answer();
        expect([target, next === undefined || next.body === '{}']).toEqual([target, true]);
        connection.close();
      }
    });
  });

  it('a refused upload does not leave its bytes to be read as a request', async () => {
    await expectUntouched(world, async () => {
      const bytes = inner();
      const connection = await RawConnection.open(world.server.url);
      connection.write(head('PATCH', `/v2/${BASE}/blobs/uploads/none`, [['content-length', String(bytes.length)]]) + bytes);
      expect((await connection.answer())!.status).toBe(404);
      connection.write(head('GET', '/v2/', []));
      const next = await connection.answer();
      expect(next === undefined || next.body === '{}').toBe(true);
      connection.close();
    });
  });
});

describe('slow bodies', () => {
  async function dripping(method: string, target: string, length: number): Promise<{ connection: RawConnection; stop: () => void }> {
    const connection = await RawConnection.open(world.server.url);
    connection.write(head(method, target, [['content-length', String(length)]]));
    const timer = setInterval(() => connection.write(' '), 100);
    const stop = () => {
      clearInterval(timer);
      connection.close();
    };
    return { connection, stop };
  }

  it('of manifests, of uploads and of forms leave room for everybody else', async () => {
    const places = await Promise.all(Array.from({ length: 10 }, () => world.bob.startUpload(BASE)));
    const slow = await Promise.all([
      ...Array.from({ length: 10 }, (_, i) => dripping('PUT', `/v2/${BASE}/manifests/slow-${i}`, 4 * MIB - 1)),
      ...places.map((place) => dripping('PATCH', place, 10 * MIB)),
      ...Array.from({ length: 10 }, () => dripping('POST', '/token', 60_000)),
    ]);
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const started = Date.now();
      const bytes = Buffer.alloc(3 * MIB, 'not slow');
      const digest = await world.alice.pushBlob('quick/app', bytes);
      expect((await world.alice.get(`/v2/quick/app/blobs/${digest}`)).body.equals(bytes)).toBe(true);
      expect((await world.bob.get(`/v2/${BASE}/manifests/v1`)).status).toBe(200);
      expect(Date.now() - started).toBeLessThan(2000);
    } finally {
      for (const { stop } of slow) stop();
    }
    for (const bytes of ['config', 'layer']) await world.alice.pushBlob('quick/app', bytes);
    expect((await world.alice.putManifest('quick/app', 'v1', imageOf('config', ['layer']))).status).toBe(201);
  });

  it('end with the time that a request has, and what came of an upload stays', async () => {
    const place = await world.bob.startUpload(BASE);
    const { connection, stop } = await dripping('PATCH', place, MIB);
    const started = Date.now();
    expect(await connection.closed()).toBe(true);
    stop();
    expect(Date.now() - started).toBeLessThan(9000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { status, headers } = await world.bob.get(place);
    const length = Number(headers.range!.slice(2)) + 1;
    expect([status, length > 5]).toEqual([204, true]);
    const closed = await world.bob.send('PUT', `${place}?digest=${digestOf(`${' '.repeat(length)}end`)}`, { body: 'end' });
    expect(closed.status).toBe(201);
  });

  it('that stand still cost their connection', async () => {
    const still = async (method: string, target: string) => {
      const connection = await RawConnection.open(world.server.url);
      connection.write(`${head(method, target, [['content-length', '1000']])}some`);
      const started = Date.now();
      expect([target, await connection.closed()]).toEqual([target, true]);
      expect(Date.now() - started).toBeLessThan(2900);
      connection.close();
    };
    await Promise.all([still('PUT', `/v2/${BASE}/manifests/still`), still('PATCH', await world.bob.startUpload(BASE)), still('POST', '/token')]);
    expect((await world.bob.get(`/v2/${BASE}/manifests/still`)).status).toBe(404);
  });
});
