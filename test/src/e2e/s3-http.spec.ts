import crypto from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../harness/account-world.js';
import { encodeForm } from '../harness/post-form.js';
import { RawConnection, rawHead } from '../harness/raw-connection.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import { ServerProcess } from '../harness/server-process.js';
import { type RawRequest, SignedClient } from '../harness/signed-client.js';

const H = '/http-bucket';
const MIB = 1024 * 1024;
let server: ServerProcess;
let client: SignedClient;
const open: RawConnection[] = [];

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' }, limits: { drainBytes: '256KiB', inlineBytes: 4096 } } });
  client = new SignedClient(server.url);
  await must(client.put(H));
  await must(client.put(`${H}/known`, 'known'));
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});
afterAll(async () => {
  client.close();
  await server.remove();
});

async function connect(): Promise<RawConnection> {
  const connection = await RawConnection.open(server.url);
  open.push(connection);
  return connection;
}

/** A signed request as bytes. */
function bytesOf(method: string, target: string, body: string | Uint8Array = '', more: Record<string, string> = {}, sign: Partial<RawRequest> = {}): Buffer {
  const [path = '', query] = target.split('?');
  const signed = client.sign({ method, path, query, body, ...sign });
  return Buffer.concat([Buffer.from(rawHead(method, target, { ...signed, 'content-length': String(body.length), ...more }), 'latin1'), Buffer.from(body)]);
}

const unsigned = { payloadHash: 'UNSIGNED-PAYLOAD' };
const isThere = async (key: string) => (await client.head(`${H}/${key}`)).status === 200;

describe('Expect: 100-continue', () => {
  const expecting = (target: string, size: number, more: Record<string, string> = {}, sign: Partial<RawRequest> = unsigned) => {
    const [path = '', query] = target.split('?');
    return rawHead('PUT', target, { ...client.sign({ method: 'PUT', path, query, ...sign }), 'content-length': String(size), expect: '100-continue', ...more });
  };

  it('is answered 100 where the body is wanted', async () => {
    const connection = await connect();
    connection.write(expecting(`${H}/wanted`, 5));
    expect((await connection.answer())?.status).toBe(100);
    connection.write('hello');
    expect((await connection.answer())?.status).toBe(200);
    expect((await client.get(`${H}/wanted`)).text).toBe('hello');
  });

  const known = crypto.hash('md5', 'known');
  const refusals: [string, () => string, number, string][] = [
    ['a wrong signature', () => expecting(`${H}/refused`, 5, { authorization: client.sign({ method: 'PUT', path: H, ...unsigned })['authorization']! }), 403, 'SignatureDoesNotMatch'],
    ['no credential', () => rawHead('PUT', `${H}/refused`, { host: client.host, 'content-length': '5', expect: '100-continue' }), 403, 'AccessDenied'],
    ['an absent bucket', () => expecting('/http-absent/refused', 5), 404, 'NoSuchBucket'],
    ['a condition that fails already', () => expecting(`${H}/known`, 5, {}, { ...unsigned, headers: { 'if-none-match': '*' } }), 412, 'PreconditionFailed'],
    ['an etag that is another already', () => expecting(`${H}/known`, 5, {}, { ...unsigned, headers: { 'if-match': `"${known.replace(/^./, 'x')}"` } }), 412, 'PreconditionFailed'],
    ['too large a body', () => expecting(`${H}/refused`, 6 * 1024 ** 3), 400, 'EntityTooLarge'],
    ['a feature that is not there', () => expecting(`${H}/refused`, 5, {}, { ...unsigned, headers: { 'x-amz-server-side-encryption': 'aws:kms' } }), 501, 'NotImplemented'],
    ['a bad digest', () => expecting(`${H}/refused`, 5, {}, { ...unsigned, headers: { 'content-md5': 'nonsense' } }), 400, 'InvalidDigest'],
    ['an absent upload', () => expecting(`${H}/refused?partNumber=1&uploadId=none`, 5), 404, 'NoSuchUpload'],
    ['a wrong offset', () => expecting(`${H}/known`, 5, {}, { ...unsigned, headers: { 'x-amz-write-offset-bytes': '3' } }), 400, 'InvalidWriteOffset'],
    ['another owner', () => expecting(`${H}/refused`, 5, {}, { ...unsigned, headers: { 'x-amz-expected-bucket-owner': '9'.repeat(12) } }), 403, 'AccessDenied'],
  ];

  it.each(refusals)('with %s is refused before the body is sent', async (_, head, status, code) => {
    const connection = await connect();
    connection.write(head());
    const answer = await connection.answer();
    expect([answer?.status, textOf(answer?.body ?? '', 'Code'), answer?.headers.get('connection')]).toEqual([status, code, 'close']);
    expect(await connection.closed()).toBe(true);
    expect([await isThere('refused'), (await client.get(`${H}/known`)).text]).toEqual([false, 'known']);
  });

  it('of something else is ignored', async () => {
    const connection = await connect();
    connection.write(`${expecting(`${H}/wondered`, 5, { expect: 'a miracle' })}hello`);
    expect((await connection.answer())?.status).toBe(200);
    expect((await client.get(`${H}/wondered`)).text).toBe('hello');
  });
});

describe('a connection', () => {
  it('is kept for the next request, also after errors and small refused bodies', async () => {
    const connection = await connect();
    for (const [bytes, status] of [
      [bytesOf('PUT', `${H}/kept`, 'kept'), 200],
      [bytesOf('GET', `${H}/kept`), 200],
      [bytesOf('GET', `${H}/none`), 404],
      [bytesOf('PUT', '/http-absent/key', 'x'.repeat(1000)), 404],
      [bytesOf('DELETE', `${H}/kept`), 204],
      [bytesOf('GET', `${H}/kept`), 404],
    ] as const) {
      connection.write(bytes);
      const answer = await connection.answer();
      expect([answer?.status, answer?.headers.get('connection')]).toEqual([status, 'keep-alive']);
    }
  });

  it('is kept after a form that was refused in the middle', async () => {
    const { body, contentType } = encodeForm([['key', 'k'], ['tagging', 'x'.repeat(250_000)]], { content: 'x' });
    const head = rawHead('POST', H, { host: client.host, 'content-type': contentType, 'content-length': String(body.length) });
    const connection = await connect();
    for (let round = 0; round < 3; round++) {
      connection.write(Buffer.concat([Buffer.from(head), body]));
      const answer = await connection.answer();
      expect([answer?.status, textOf(answer?.body ?? '', 'Code'), answer?.headers.get('connection')]).toEqual([400, 'MaxPostPreDataLengthExceededError', 'keep-alive']);
      connection.write(bytesOf('GET', `${H}/known`));
      expect((await connection.answer())?.body).toBe('known');
    }
  });

  it('is closed where the client asks for it, and where a large body was refused', async () => {
    const asked = await connect();
    asked.write(bytesOf('GET', `${H}/known`, '', { connection: 'close' }));
    expect((await asked.answer())?.headers.get('connection')).toBe('close');
    expect(await asked.closed()).toBe(true);
    const refused = await connect();
    refused.write(bytesOf('PUT', '/http-absent/key', '', { 'content-length': String(10 * MIB) }, unsigned));
    const answer = await refused.answer();
    expect([answer?.status, answer?.headers.get('connection')]).toEqual([404, 'close']);
    expect(await refused.closed()).toBe(true);
  });
});

describe('pipelined requests', () => {
  it('are answered in their order, each by its own answer', async () => {
    const bodies = Array.from({ length: 30 }, (_, i) => `body ${i} ${'x'.repeat(i * 300)}`);
    for (const [i, body] of bodies.entries()) await must(client.put(`${H}/pipe-${i}`, body));
    const connection = await connect();
    connection.write(Buffer.concat(bodies.map((_, i) => bytesOf(i % 7 === 3 ? 'HEAD' : 'GET', `${H}/pipe-${i}`))));
    for (const [i, body] of bodies.entries()) {
      const method = i % 7 === 3 ? 'HEAD' : 'GET';
      const answer = await connection.answer(method);
      expect([i, answer?.status, answer?.headers.get('content-length'), answer?.body]).toEqual([i, 200, String(body.length), method === 'HEAD' ? '' : body]);
    }
  });

  it('take effect in their order: a later one sees what an earlier one did', async () => {
    for (let round = 0; round < 10; round++) {
      const connection = await connect();
      connection.write(
        Buffer.concat([
          bytesOf('PUT', `${H}/order`, `first ${round} ${'x'.repeat(50_000)}`),
          bytesOf('GET', `${H}/order`),
          bytesOf('PUT', `${H}/order`, `second ${round}`),
          bytesOf('GET', `${H}/order`),
          bytesOf('DELETE', `${H}/order`),
          bytesOf('GET', `${H}/order`),
          bytesOf('PUT', `${H}/order`, `third ${round}`),
        ]),
      );
      const seen = [];
      for (let i = 0; i < 7; i++) {
        const answer = await connection.answer();
        seen.push([answer?.status, answer?.body.slice(0, 8)]);
      }
      expect(seen).toEqual([[200, ''], [200, `first ${round} `], [200, ''], [200, `second ${round}`], [204, ''], [404, '<?xml ve'], [200, '']]);
      expect((await client.get(`${H}/order`)).text).toBe(`third ${round}`);
    }
  });

  it('behind one that fails with its body unread are not taken out of that body', async () => {
    const smuggled = bytesOf('PUT', `${H}/smuggled`, 'smuggled');
    const connection = await connect();
    connection.write(Buffer.concat([bytesOf('PUT', '/http-absent/key', smuggled), bytesOf('GET', `${H}/known`), bytesOf('PUT', `${H}/behind`, 'behind'), bytesOf('GET', `${H}/behind`)]));
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await connection.answer());
    expect(answers.map((answer) => answer?.status)).toEqual([404, 200, 200, 200]);
    expect([textOf(answers[0]!.body, 'Code'), answers[1]?.body, answers[3]?.body]).toEqual(['NoSuchBucket', 'known', 'behind']);
    expect(await isThere('smuggled')).toBe(false);
  });

  it('behind one that costs the connection are not carried out', async () => {
    const smuggled = bytesOf('PUT', `${H}/smuggled`, 'smuggled');
    const firsts = [
      Buffer.concat([bytesOf('PUT', '/http-absent/key', '', { 'content-length': String(MIB) }, unsigned), smuggled]),
      Buffer.concat([bytesOf('PUT', `${H}/key`, '', { 'content-length': '5', authorization: 'AWS4-HMAC-SHA256 nonsense', expect: '100-continue' })]),
    ];
    for (const [i, first] of firsts.entries()) {
      const connection = await connect();
      connection.write(Buffer.concat([first, bytesOf('PUT', `${H}/never`, 'never')]));
      const answers = [await connection.answer(), await connection.answer()];
      expect([i, answers[0]?.headers.get('connection'), answers[1]]).toEqual([i, 'close', undefined]);
    }
    // Nothing may follow a request that asks for the end; whether it is still answered is the server's choice.
    const connection = await connect();
    connection.write(Buffer.concat([bytesOf('GET', `${H}/known`, '', { connection: 'close' }), bytesOf('PUT', `${H}/never`, 'never')]));
    expect(await connection.closed()).toBe(true);
    expect([await isThere('smuggled'), await isThere('never')]).toEqual([false, false]);
  });

  it('in great numbers cost the connection, not the server', async () => {
    const connection = await connect();
    connection.write(Buffer.concat([bytesOf('PUT', `${H}/many`, 'x'.repeat(10_000)), ...Array.from({ length: 500 }, () => bytesOf('GET', `${H}/known`))]));
    expect(await connection.closed()).toBe(true);
    expect((await client.get(`${H}/known`)).text).toBe('known');
  });
});

describe('ranges', () => {
  it('several at once, and what is no range, are answered by the whole object', async () => {
    const body = crypto.randomBytes(200_000);
    await must(client.put(`${H}/ranges`, body));
    for (const range of ['bytes=0-0,2-2', 'bytes=0-0, 100-200', 'bytes=-1,0-5', 'lines=0-5', 'bytes=5', 'bytes=5-3', 'bytes=a-b']) {
      const answer = await client.get(`${H}/ranges`, { range });
      expect([range, answer.status, answer.headers['content-range'], answer.body.equals(body)]).toEqual([range, 200, undefined, true]);
    }
    const one = await client.get(`${H}/ranges`, { range: 'bytes=1-3' });
    expect([one.status, one.headers['content-range'], one.headers['accept-ranges'], one.body.equals(body.subarray(1, 4))]).toEqual([206, 'bytes 1-3/200000', 'bytes', true]);
    const head = await client.head(`${H}/ranges`, { range: 'bytes=1-3' });
    expect([head.status, head.headers['content-range'], head.headers['content-length']]).toEqual([206, 'bytes 1-3/200000', '3']);
  });

  it('are put back together from many readers at once', async () => {
    const body = crypto.randomBytes(300_000);
    await must(client.put(`${H}/stitched`, body));
    const pieces = await Promise.all(Array.from({ length: 30 }, (_, i) => client.get(`${H}/stitched`, { range: `bytes=${i * 10_000}-${i * 10_000 + 9_999}` })));
    expect(Buffer.concat(pieces.map((piece) => piece.body)).equals(body)).toBe(true);
    expect(textsOf((await client.get(`${H}?list-type=2&prefix=stitched`)).text, 'Size')).toEqual(['300000']);
  });
});
