import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChunkFraming, encodeAwsChunked, signRequest } from '@zas/s3-protocol';
import { ALICE, type AccountWorld, must } from '../harness/account-world.js';
import { textOf } from '../harness/read-xml.js';
import { TARGET, type Attempt, attempt, expectRefused, startAttack } from './attack-world.js';

const CHUNK = 16_384;
const SIZE = 3 * CHUNK + 1000;
const WORDS: Readonly<Record<ChunkFraming, string>> = {
  signed: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'signed-trailer': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'unsigned-trailer': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
};
const CREDENTIAL = { accessKeyId: ALICE.keys.accessKeyId, secret: ALICE.keys.secretAccessKey, region: 'us-east-1' };
const body = crypto.randomBytes(SIZE);
const otherBody = crypto.randomBytes(SIZE);
let world: AccountWorld;
/** Of an upload that is under way. */
let uploadId: string;

beforeAll(async () => {
  world = await startAttack();
  uploadId = textOf((await must(world.alice.post(`${TARGET}/parts?uploads`))).text, 'UploadId')!;
});
afterAll(() => world.remove());

/** A signed request in pieces: every chunk with its header and line end, then what ends the body. */
interface Chunked {
  readonly path: string;
  readonly query?: string;
  readonly headers: Record<string, string>;
  readonly chunks: readonly Buffer[];
  readonly end: string;
}

function chunked(framing: ChunkFraming, { path = `${TARGET}/chunked`, query, payload = body, now = Date.now() }: { path?: string; query?: string; payload?: Buffer; now?: number } = {}): Chunked {
  const trailers = framing === 'signed' ? undefined : { 'x-amz-checksum-sha256': crypto.hash('sha256', payload, 'base64') };
  const headers = {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(payload.length),
    ...(trailers && { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
  };
  const signed = signRequest({ method: 'PUT', host: world.nobody.host, rawPath: path, rawQuery: query, headers, payloadHash: WORDS[framing] }, CREDENTIAL, now);
  const wire = encodeAwsChunked(payload, { framing, signing: signed.signing, chunkSize: CHUNK, trailers });
  const chunks: Buffer[] = [];
  let at = 0;
  for (let left = payload.length; left > 0; left -= CHUNK) {
    const end = wire.indexOf('\r\n', at) + 2 + Math.min(left, CHUNK) + 2;
    chunks.push(wire.subarray(at, end));
    at = end;
  }
  return { path, query, headers: signed.headers, chunks, end: wire.subarray(at).toString('latin1') };
}

const send = ({ path, query, headers }: Chunked, chunks: readonly Uint8Array[], end: string) =>
  world.nobody.sendRaw({ method: 'PUT', path, query, headers, body: Buffer.concat([...chunks, Buffer.from(end, 'latin1')]) });

const header = (chunk: Buffer) => chunk.toString('latin1', 0, chunk.indexOf('\r\n'));
const withHeader = (chunk: Buffer, head: string) => Buffer.concat([Buffer.from(head, 'latin1'), chunk.subarray(chunk.indexOf('\r\n'))]);
const flipped = (chunk: Buffer) => {
  const copy = Buffer.from(chunk);
  copy[copy.length - 10]! ^= 1;
  return copy;
};

/** Tries on a chain of chunk signatures. */
function chain(framing: 'signed' | 'signed-trailer', where: { path?: string; query?: string } = {}): Attempt[] {
  const made = chunked(framing, where);
  const [a, b, c, d] = made.chunks as [Buffer, Buffer, Buffer, Buffer];
  const other = chunked(framing, { ...where, payload: otherBody });
  const earlier = chunked(framing, { ...where, now: Date.now() - 60_000 });
  const elsewhere = chunked(framing, { path: `${TARGET}/elsewhere` });
  const zero = `0;chunk-signature=${/chunk-signature=(\w+)/.exec(made.end)![1]}`;
  const tries: [string, readonly Uint8Array[], string, string][] = [
    ['two chunks change places', [b, a, c, d], made.end, 'SignatureDoesNotMatch'],
    ['a chunk comes twice', [a, a, c, d], made.end, 'SignatureDoesNotMatch'],
    ['a chunk is left out', [a, c, d], made.end, 'SignatureDoesNotMatch'],
    ['the first chunk is left out', [b, c, d], made.end, 'SignatureDoesNotMatch'],
    ['the last chunk is left out', [a, b, c], made.end, 'IncompleteBody'],
    ['nothing but the end', [], made.end, 'IncompleteBody'],
    ['no end', [a, b, c, d], '', 'IncompleteBody'],
    ['broken off in a chunk', [a, b, c.subarray(0, 9000)], '', 'IncompleteBody'],
    ['a chunk too many', [a, b, c, d, d], made.end, 'IncompleteBody'],
    ['an empty chunk in between', [a, Buffer.from(`${zero}\r\n\r\n`), b, c, d], made.end, 'IncompleteBody'],
    ['a chunk of another body', [a, other.chunks[1]!, c, d], made.end, 'SignatureDoesNotMatch'],
    ['all chunks of an earlier request', earlier.chunks, earlier.end, 'SignatureDoesNotMatch'],
    ['all chunks of another key', elsewhere.chunks, elsewhere.end, 'SignatureDoesNotMatch'],
    ['other bytes under a good signature', [a, withHeader(other.chunks[1]!, header(b)), c, d], made.end, 'SignatureDoesNotMatch'],
    ['one bit flipped', [a, flipped(b), c, d], made.end, 'SignatureDoesNotMatch'],
    ['the signature of the request for the first chunk', [withHeader(a, `${CHUNK.toString(16)};chunk-signature=${/Signature=(\w+)/.exec(made.headers['authorization']!)![1]}`), b, c, d], made.end, 'SignatureDoesNotMatch'],
    ['no signature', [withHeader(a, CHUNK.toString(16)), b, c, d], made.end, 'InvalidRequest'],
    ['an empty signature', [withHeader(a, `${CHUNK.toString(16)};chunk-signature=`), b, c, d], made.end, 'InvalidRequest'],
    ['another extension', [withHeader(a, `${CHUNK.toString(16)};x=y`), b, c, d], made.end, 'InvalidRequest'],
    ['a negative size', [withHeader(a, header(a).replace(/^\w+/, '-1')), b, c, d], made.end, 'InvalidRequest'],
    ['a size of no digits', [withHeader(a, header(a).replace(/^\w+/, '')), b, c, d], made.end, 'InvalidRequest'],
    ['a huge size', [withHeader(a, header(a).replace(/^\w+/, 'ffffffffffff')), b, c, d], made.end, 'IncompleteBody'],
    ['a smaller size', [withHeader(a, header(a).replace(/^\w+/, '2000')), b, c, d], made.end, 'SignatureDoesNotMatch'],
    ['an endless header', [Buffer.from('4000;chunk-signature='.padEnd(5000, 'a')), a, b, c, d], made.end, 'InvalidRequest'],
    ['line feeds alone', made.chunks.map((chunk) => Buffer.from(chunk.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')), made.end, 'InvalidRequest'],
    ['no frame at all', [body], '', 'InvalidRequest'],
    ['something behind the end', made.chunks, `${made.end}more`, 'InvalidRequest'],
    ['another end', made.chunks, made.end.replace(/chunk-signature=\w{4}/, 'chunk-signature=0000'), 'SignatureDoesNotMatch'],
  ];
  return tries.map(([what, chunks, end, code]) => attempt(`${framing}: ${what}`, () => send(made, chunks, end), code === 'SignatureDoesNotMatch' ? 403 : 400, code));
}

describe('chunked bodies', () => {
  it.each(Object.keys(WORDS) as ChunkFraming[])('honest ones pass: %s', async (framing) => {
    const made = chunked(framing, { path: `${TARGET}/honest-${framing}` });
    expect((await send(made, made.chunks, made.end)).status).toBe(200);
    expect((await world.alice.get(made.path)).body.equals(body)).toBe(true);
  });

  it('are one chain of signatures', () => expectRefused(world, [...chain('signed'), ...chain('signed-trailer')]));

  it('are so in parts of uploads too', () => expectRefused(world, chain('signed', { path: `${TARGET}/parts`, query: `partNumber=1&uploadId=${uploadId}` })));

  it('end in the trailer that was announced and signed', () => {
    const made = chunked('signed-trailer');
    const other = chunked('signed-trailer', { payload: otherBody });
    const earlier = chunked('signed-trailer', { now: Date.now() - 60_000 });
    const sum = /x-amz-checksum-sha256:(.*)\r\n/;
    const signature = /x-amz-trailer-signature:(.*)\r\n/;
    const unsigned = chunked('unsigned-trailer');
    const tries: [string, Chunked, string, string][] = [
      ['another value', made, made.end.replace(sum, `x-amz-checksum-sha256:${sum.exec(other.end)![1]}\r\n`), 'SignatureDoesNotMatch'],
      ['another value with its signature', made, made.end.replace(/x-amz-checksum-sha256:[^]*/, (text) => other.end.slice(-text.length)), 'SignatureDoesNotMatch'],
      ['the signature of an earlier one', made, made.end.replace(signature, `x-amz-trailer-signature:${signature.exec(earlier.end)![1]}\r\n`), 'SignatureDoesNotMatch'],
      ['no signature', made, made.end.replace(signature, ''), 'IncompleteBody'],
      ['no trailer', made, made.end.replace(sum, ''), 'MalformedTrailerError'],
      ['a trailer twice', made, made.end.replace(sum, (line) => line + line), 'MalformedTrailerError'],
      ['another trailer besides', made, made.end.replace(sum, (line) => `x-amz-meta-evil:x\r\n${line}`), 'MalformedTrailerError'],
      ['another trailer instead', made, made.end.replace(sum, 'x-amz-checksum-crc32:AAAAAA==\r\n'), 'MalformedTrailerError'],
      ['a trailer behind the signature', made, made.end.replace(signature, (line) => `${line}x-amz-checksum-crc32:AAAAAA==\r\n`), 'MalformedTrailerError'],
      ['a trailer without end', made, made.end.replace(sum, `x-amz-checksum-sha256:${'a'.repeat(20_000)}\r\n`), 'MalformedTrailerError'],
      ['unsigned: another value', unsigned, unsigned.end.replace(sum, `x-amz-checksum-sha256:${sum.exec(other.end)![1]}\r\n`), 'BadDigest'],
      ['unsigned: no trailer', unsigned, unsigned.end.replace(sum, ''), 'MalformedTrailerError'],
      ['unsigned: a value that is none', unsigned, unsigned.end.replace(sum, 'x-amz-checksum-sha256:nonsense\r\n'), 'InvalidRequest'],
      ['unsigned: another trailer besides', unsigned, unsigned.end.replace(sum, (line) => `x-amz-acl:public-read\r\n${line}`), 'MalformedTrailerError'],
      ['unsigned: one bit flipped', { ...unsigned, chunks: [...unsigned.chunks.slice(0, 3), flipped(unsigned.chunks[3]!)] }, unsigned.end, 'BadDigest'],
    ];
    return expectRefused(
      world,
      tries.map(([what, request, end, code]) => attempt(what, () => send(request, request.chunks, end), code === 'SignatureDoesNotMatch' ? 403 : 400, code)),
    );
  });

  it('keep the framing and the length that were signed', () => {
    const made = chunked('signed');
    const unsigned = chunked('unsigned-trailer');
    const plain = (headers: Record<string, string | undefined>, chunks: readonly Uint8Array[] = [body], end = '') => () => send({ ...made, headers: { ...made.headers, ...headers } as Record<string, string> }, chunks, end);
    return expectRefused(world, [
      attempt('framing taken away', plain({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), 403, 'SignatureDoesNotMatch'),
      attempt('framing made unsigned', plain({ 'x-amz-content-sha256': WORDS['unsigned-trailer'] }, unsigned.chunks, unsigned.end), 403, 'SignatureDoesNotMatch'),
      attempt('a trailer announced', plain({ 'x-amz-trailer': 'x-amz-checksum-sha256' }, made.chunks, made.end), 403, 'AccessDenied'),
      attempt('a length more', plain({ 'x-amz-decoded-content-length': String(SIZE + 1) }, made.chunks, made.end), 403, 'SignatureDoesNotMatch'),
      attempt('a length less', plain({ 'x-amz-decoded-content-length': String(SIZE - 1) }, made.chunks, made.end), 403, 'SignatureDoesNotMatch'),
      attempt('no length', plain({ 'x-amz-decoded-content-length': undefined }, made.chunks, made.end), 403, 'SignatureDoesNotMatch'),
    ]);
  });

  it('of lengths that lie are refused, also signed', async () => {
    const lie = async (length: string, code: string, status = 400) => {
      const path = `${TARGET}/lie`;
      const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': length };
      const signed = signRequest({ method: 'PUT', host: world.nobody.host, rawPath: path, headers, payloadHash: WORDS.signed }, CREDENTIAL, Date.now());
      const wire = encodeAwsChunked(body, { framing: 'signed', signing: signed.signing, chunkSize: CHUNK });
      return attempt(length, () => world.nobody.sendRaw({ method: 'PUT', path, headers: signed.headers, body: wire }), status, code);
    };
    await expectRefused(world, [
      await lie(String(SIZE + 1), 'IncompleteBody'),
      await lie(String(SIZE - 1), 'IncompleteBody'),
      await lie('0', 'IncompleteBody'),
      await lie('-1', 'InvalidArgument'),
      await lie('1e5', 'InvalidArgument'),
      await lie('9'.repeat(15), 'EntityTooLarge'),
      await lie('9'.repeat(30), 'InvalidArgument'),
    ]);
  });
});
