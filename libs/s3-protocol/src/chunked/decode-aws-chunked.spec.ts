import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import type { ChunkFraming } from '../sigv4/request.js';
import { signRequest } from '../sigv4/sign-request.js';
import type { DecodeOptions } from './decode-aws-chunked.js';
import { decodeAwsChunked } from './decode-aws-chunked.js';
import { encodeAwsChunked } from './encode-aws-chunked.js';

const { signing } = signRequest(
  { method: 'PUT', host: 'h', rawPath: '/b/k' },
  { accessKeyId: 'AKID', secret: 'secret', region: 'us-east-1' },
  Date.UTC(2026, 0, 2),
);

const FRAMINGS: ChunkFraming[] = ['signed', 'signed-trailer', 'unsigned-trailer'];
const CRC = 'x-amz-checksum-crc32';

let seed = 42;
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;

function bytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}

function encode(payload: Uint8Array, framing: ChunkFraming, chunkSize = 8192): Buffer {
  return encodeAwsChunked(payload, { framing, signing, chunkSize, trailers: { [CRC]: 'AAAAAA==' } });
}

function optionsFor(framing: ChunkFraming, decodedLength: number): DecodeOptions {
  return { framing, signing, decodedLength, declaredTrailers: framing === 'signed' ? [] : [CRC] };
}

async function* inPieces(wire: Uint8Array, cuts: number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of cuts) {
    yield wire.subarray(from, cut);
    from = cut;
  }
  yield wire.subarray(from);
}

async function decode(wire: Uint8Array, options: DecodeOptions, cuts: number[] = []) {
  const { body, trailers } = decodeAwsChunked(inPieces(wire, cuts), options);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return { payload: Buffer.concat(pieces), trailers: Object.fromEntries(trailers()) };
}

async function errorOf(wire: Uint8Array, options: DecodeOptions): Promise<S3Error> {
  try {
    await decode(wire, options);
  } catch (error) {
    return error as S3Error;
  }
  throw new Error('nothing was thrown');
}

describe.each(FRAMINGS)('aws-chunked, %s', (framing) => {
  const payload = bytes(20_000);
  const wire = encode(payload, framing);
  const options = optionsFor(framing, payload.length);

  it('decodes however the wire is cut', async () => {
    for (let round = 0; round < 60; round++) {
      const cuts = Array.from({ length: random(30) }, () => random(wire.length)).sort((a, b) => a - b);
      const decoded = await decode(wire, options, cuts);
      expect(decoded.payload.equals(payload)).toBe(true);
      expect(decoded.trailers).toEqual(framing === 'signed' ? {} : { [CRC]: 'AAAAAA==' });
    }
    const every = Array.from({ length: wire.length }, (_, i) => i);
    expect((await decode(wire, options, every)).payload.equals(payload)).toBe(true);
  });

  it('hands on slices of what came in', async () => {
    const { body } = decodeAwsChunked(inPieces(wire, []), options);
    for await (const piece of body) expect(piece.buffer).toBe(wire.buffer);
  });

  it('decodes an empty body', async () => {
    const empty = encode(new Uint8Array(0), framing);
    expect((await decode(empty, optionsFor(framing, 0))).payload).toHaveLength(0);
  });

  it('refuses a body that ends early, wherever it ends', async () => {
    const short = encode(bytes(40), framing);
    for (let length = 0; length < short.length; length++) {
      const error = await errorOf(short.subarray(0, length), optionsFor(framing, 40));
      expect(error.code).toBe('IncompleteBody');
    }
  });

  it('refuses more or fewer bytes than were announced', async () => {
    expect((await errorOf(wire, { ...options, decodedLength: payload.length - 1 })).code).toBe('IncompleteBody');
    expect((await errorOf(wire, { ...options, decodedLength: payload.length + 1 })).code).toBe('IncompleteBody');
  });

  it('refuses bytes behind the end', async () => {
    expect((await errorOf(Buffer.concat([wire, Buffer.from('x')]), options)).code).toBe('InvalidRequest');
  });

  it('refuses a small chunk that is not the last', async () => {
    const small = encode(bytes(20_000), framing, 8191);
    expect((await errorOf(small, options)).code).toBe('InvalidChunkSizeError');
  });

  it('refuses a chunk above the limit', async () => {
    expect((await errorOf(wire, { ...options, maxChunkSize: 8191 })).code).toBe('InvalidRequest');
  });

  it.each(['zz\r\n', '\r\n', '-1\r\n', '0x1\r\n', '1000000000000\r\n', `${'0'.repeat(2000)}\r\n`, 'a'.repeat(2000), '5\n'])(
    'refuses garbage: %j',
    async (garbage) => {
      expect((await errorOf(Buffer.from(garbage), options)).code).toBe('InvalidRequest');
    },
  );
});

describe.each<ChunkFraming>(['signed', 'signed-trailer'])('aws-chunked, %s: forgery', (framing) => {
  it('lets no flipped bit change what is decoded', async () => {
    const payload = bytes(64);
    const wire = encode(payload, framing);
    const options = optionsFor(framing, payload.length);
    const meant = await decode(wire, options);
    const payloadAt = wire.indexOf(payload);
    for (let bit = 0; bit < wire.length * 8; bit++) {
      const forged = Buffer.from(wire);
      const at = bit >> 3;
      forged[at] = forged[at]! ^ (1 << (bit & 7));
      const outcome = await decode(forged, options).catch(() => undefined);
      if (outcome === undefined) continue;
      // Only the case of names and the space around values may vary.
      expect(outcome).toEqual(meant);
      expect(at).toBeGreaterThan(payloadAt + payload.length);
    }
  });

  it('refuses chunks that were swapped, repeated or taken from another request', async () => {
    const payload = Buffer.concat([Buffer.alloc(8192, 'a'), Buffer.alloc(8192, 'b')]);
    const wire = encode(payload, framing);
    const chunk = wire.indexOf('\r\n') + 2 + 8192 + 2;
    const [first, second] = [wire.subarray(0, chunk), wire.subarray(chunk, 2 * chunk)];
    const rest = wire.subarray(2 * chunk);
    const options = optionsFor(framing, payload.length);
    expect((await errorOf(Buffer.concat([second, first, rest]), options)).code).toBe('SignatureDoesNotMatch');
    expect((await errorOf(Buffer.concat([first, first, rest]), options)).code).toBe('SignatureDoesNotMatch');
    const other = { ...signing, seedSignature: '0'.repeat(64) };
    expect((await errorOf(wire, { ...options, signing: other })).code).toBe('SignatureDoesNotMatch');
  });
});

describe('aws-chunked: trailers', () => {
  const body = (trailer: string): Buffer => Buffer.from(`0\r\n${trailer}`);
  const options = { framing: 'unsigned-trailer', decodedLength: 0, declaredTrailers: [CRC] } as const;

  it.each([
    ['undeclared', `${CRC}:AAAAAA==\r\nx-amz-checksum-sha1:x\r\n\r\n`],
    ['missing', '\r\n'],
    ['twice', `${CRC}:AAAAAA==\r\n${CRC}:AAAAAA==\r\n\r\n`],
    ['without colon', `${CRC}\r\n\r\n`],
    ['with control characters', `${CRC}:a\u0000b\r\n\r\n`],
    ['too long', `${CRC}:${'a'.repeat(17_000)}\r\n\r\n`],
    ['endless', `${CRC}:${'a'.repeat(17_000)}`],
  ])('%s', async (_name, trailer) => {
    expect((await errorOf(body(trailer), options)).code).toBe('MalformedTrailerError');
  });

  it('a signature that is missing or wrong', async () => {
    const wire = encode(bytes(10), 'signed-trailer').toString('latin1');
    const signed = optionsFor('signed-trailer', 10);
    const wrong = wire.replace(/x-amz-trailer-signature:./, (text) => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`);
    expect((await errorOf(Buffer.from(wrong, 'latin1'), signed)).code).toBe('SignatureDoesNotMatch');
    const missing = wire.replace(/x-amz-trailer-signature:.*\r\n/, '');
    expect((await errorOf(Buffer.from(missing, 'latin1'), signed)).code).toBe('IncompleteBody');
    const changed = wire.replace('AAAAAA==', 'AAAAAB==');
    expect((await errorOf(Buffer.from(changed, 'latin1'), signed)).code).toBe('SignatureDoesNotMatch');
  });

  it('an empty line and bare line feeds in front of the signature, as some clients send', async () => {
    const wire = encode(bytes(10), 'signed-trailer').toString('latin1');
    const lax = wire.replace(`${CRC}:AAAAAA==\r\n`, `${CRC}:AAAAAA==\n\r\n`);
    const { trailers } = await decode(Buffer.from(lax, 'latin1'), optionsFor('signed-trailer', 10));
    expect(trailers).toEqual({ [CRC]: 'AAAAAA==' });
  });
});
