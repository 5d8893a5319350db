import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import type { FormLimits } from './decode-form-data.js';
import { decodeFormData } from './decode-form-data.js';
import { readBoundary } from './read-boundary.js';

const B = 'x-boundary';

function part(name: string, value: string | Uint8Array, more = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`--${B}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
}

const END = Buffer.from(`--${B}--\r\n`);

async function* inPieces(wire: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of cuts) {
    yield wire.subarray(from, cut);
    from = cut;
  }
  yield wire.subarray(from);
}

async function decode(wire: Uint8Array, cuts: readonly number[] = [], limits?: FormLimits) {
  const { fields, file } = await decodeFormData(inPieces(wire, cuts), B, limits);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.bytes) pieces.push(piece);
  return { fields: fields.entries, name: file.name, contentType: file.contentType, bytes: Buffer.concat(pieces) };
}

async function errorOf(wire: Uint8Array | string, limits?: FormLimits, cuts?: readonly number[]): Promise<S3Error> {
  try {
    await decode(typeof wire === 'string' ? Buffer.from(wire) : wire, cuts, limits);
  } catch (error) {
    return error as S3Error;
  }
  throw new Error('nothing was thrown');
}

/** Full of what is nearly a boundary. */
const TRICKY = Buffer.from(`\r\n--${B.slice(0, -1)}\r\n-\r\r\n\r\n--${B.slice(0, 3)}\r\n--\r`);

describe('decodeFormData', () => {
  const wire = Buffer.concat([
    part('key', 'a/${filename}'),
    part('Empty', ''),
    part('x-amz-meta-ä', `ü\r\n--${B.slice(0, 4)}\r\n`),
    part('file', TRICKY, '; filename="C:\\dir\\f.txt"\r\nContent-Type: text/plain'),
    END,
  ]);
  const expected = {
    fields: [['key', 'a/f.txt'], ['empty', ''], ['x-amz-meta-ä', `ü\r\n--${B.slice(0, 4)}\r\n`]],
    name: 'f.txt',
    contentType: 'text/plain',
    bytes: TRICKY,
  };

  it('reads fields and file', async () => {
    expect(await decode(wire)).toEqual(expected);
  });

  it('reads the same however it is cut: at every byte, in single bytes, at random', async () => {
    for (let cut = 0; cut <= wire.length; cut++) expect(await decode(wire, [cut])).toEqual(expected);
    for (let cut = 1; cut < wire.length; cut++) expect(await decode(wire, [cut - 1, cut, cut])).toEqual(expected);
    const every = Array.from({ length: wire.length }, (_, i) => i);
    expect(await decode(wire, every)).toEqual(expected);
    let seed = 11;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 300; round++) {
      const cuts = Array.from({ length: random(40) }, () => random(wire.length)).sort((a, b) => a - b);
      expect(await decode(wire, cuts)).toEqual(expected);
    }
  });

  it('decodes random bytes that are full of dashes and line ends', async () => {
    let seed = 5;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const alphabet = Buffer.from(`\r\n-${B}`);
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(Array.from({ length: random(200) }, () => alphabet[random(alphabet.length)] ?? 0));
      if (bytes.includes(`\r\n--${B}`) || bytes.subarray(0, B.length + 4).includes(`--${B}`)) continue;
      const cuts = Array.from({ length: random(20) }, () => random(300)).sort((a, b) => a - b);
      expect((await decode(Buffer.concat([part('file', bytes), END]), cuts)).bytes.equals(bytes)).toBe(true);
    }
  });

  it('hands on slices of what came in and copies nothing', async () => {
    const body = Buffer.alloc(300_000, 'a');
    const whole = Buffer.concat([part('file', body), END]);
    const { file } = await decodeFormData(inPieces(whole, [100_000, 200_000]), B);
    let length = 0;
    for await (const piece of file.bytes) {
      expect(piece.buffer).toBe(whole.buffer);
      length += piece.length;
    }
    expect(length).toBe(300_000);
  });

  it('does not read the file before it is asked to', async () => {
    let pulled = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (const piece of [part('key', 'k'), part('file', 'abc').subarray(0, -2), Buffer.from('def\r\n'), END]) {
        pulled++;
        yield piece;
      }
    }
    const { file } = await decodeFormData(source(), B);
    expect(pulled).toBe(2);
    const pieces: Uint8Array[] = [];
    for await (const piece of file.bytes) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('abcdef');
    expect(pulled).toBe(4);
  });

  it('takes an empty file, one without a name, a preamble, blanks behind a boundary, and no last line end', async () => {
    const lax = Buffer.from(
      `ignored\r\n--${B} \t\r\ncontent-disposition:FORM-DATA;NAME=key\r\n\r\n\${filename}k\r\n--${B}\r\nContent-Disposition: form-data; name=FILE\r\n\r\n\r\n--${B}--`,
    );
    for (let cut = 0; cut <= lax.length; cut++) {
      expect(await decode(lax, [cut])).toEqual({ fields: [['key', 'k']], name: '', contentType: undefined, bytes: Buffer.alloc(0) });
    }
  });

  it('ignores what follows the file, up to a bound', async () => {
    const more = Buffer.concat([part('file', 'abc'), part('key', 'other'), part('file', 'other'), END, Buffer.from('epilogue')]);
    expect(await decode(more)).toMatchObject({ fields: [], bytes: Buffer.from('abc') });
    const behind = more.length - part('file', 'abc').length - B.length - 2;
    expect((await decode(more, [], { trailingBytes: behind })).bytes.toString()).toBe('abc');
    expect((await errorOf(more, { trailingBytes: behind - 1 })).code).toBe('MalformedPOSTRequest');
  });

  it('joins fields of one name, in any case, by commas', async () => {
    const twice = Buffer.concat([part('X-Amz-Meta-Tag', 'Ninja'), part('a', '1'), part('x-amz-meta-tag', 'Stallman'), part('file', ''), END]);
    expect((await decode(twice)).fields).toEqual([['x-amz-meta-tag', 'Ninja,Stallman'], ['a', '1']]);
  });

  it('gives no name power', async () => {
    const { fields } = await decode(Buffer.concat([part('__proto__', 'p'), part('constructor', 'c'), part('file', ''), END]));
    expect(fields).toEqual([['__proto__', 'p'], ['constructor', 'c']]);
  });

  it('expands the name once and not within the policy', async () => {
    const form = Buffer.concat([part('key', '${filename}-${filename}'), part('policy', '${filename}'), part('file', '', '; filename="${filename}"'), END]);
    expect((await decode(form)).fields).toEqual([['key', '${filename}-${filename}'], ['policy', '${filename}']]);
    const bomb = Buffer.concat([part('key', '${filename}'.repeat(900)), part('file', '', `; filename="${'x'.repeat(9000)}"`), END]);
    expect((await errorOf(bomb)).code).toBe('MaxPostPreDataLengthExceededError');
  });

  it('takes 20 KiB in front of the file and not one byte more', async () => {
    const rest = part('file', '').length - 2;
    const filling = 20 * 1024 - rest - part('a', '').length;
    const form = (length: number): Buffer => Buffer.concat([part('a', 'x'.repeat(length)), part('file', 'abc'), END]);
    for (const cuts of [[], [10], [20 * 1024 - 1], [20 * 1024], [20 * 1024 + 1]]) {
      expect((await decode(form(filling), cuts)).bytes.toString()).toBe('abc');
      expect((await errorOf(form(filling + 1), undefined, cuts)).code).toBe('MaxPostPreDataLengthExceededError');
    }
    const endless = Buffer.alloc(1_000_000, 'x');
    expect((await errorOf(endless)).code).toBe('MaxPostPreDataLengthExceededError');
  });

  it('bounds the number of fields', async () => {
    const form = (count: number): Buffer => Buffer.concat([...Array.from({ length: count }, (_, i) => part(`a${i}`, '')), part('file', ''), END]);
    expect((await decode(form(3), [], { parts: 3 })).fields).toHaveLength(3);
    expect((await errorOf(form(4), { parts: 3 })).code).toBe('MaxPostPreDataLengthExceededError');
  });

  it('needs a file', async () => {
    for (const form of [Buffer.concat([part('key', 'k'), END]), END]) {
      expect(await errorOf(form)).toMatchObject({
        code: 'InvalidArgument',
        message: 'POST requires exactly one file upload per request.',
        fields: { ArgumentName: 'file', ArgumentValue: '0' },
      });
    }
  });

  it('refuses a form that breaks off, wherever it does', async () => {
    for (let length = 0; length < wire.length - 2; length++) {
      expect((await errorOf(wire.subarray(0, length))).code).toBe('MalformedPOSTRequest');
    }
  });

  it.each([
    ['no disposition', `--${B}\r\nX: y\r\n\r\nv\r\n--${B}--`],
    ['no name', `--${B}\r\nContent-Disposition: form-data\r\n\r\nv\r\n--${B}--`],
    ['an empty name', `--${B}\r\nContent-Disposition: form-data; name=""\r\n\r\nv\r\n--${B}--`],
    ['two names', `--${B}\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nv\r\n--${B}--`],
    ['two dispositions', `--${B}\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nv`],
    ['another disposition', `--${B}\r\nContent-Disposition: attachment; name=a\r\n\r\nv\r\n--${B}--`],
    ['a name without end', `--${B}\r\nContent-Disposition: form-data; name="a\r\n\r\nv\r\n--${B}--`],
    ['text behind a name', `--${B}\r\nContent-Disposition: form-data; name="a"b\r\n\r\nv\r\n--${B}--`],
    ['a header without colon', `--${B}\r\nContent-Disposition\r\n\r\nv\r\n--${B}--`],
    ['a header without name', `--${B}\r\n: form-data\r\n\r\nv\r\n--${B}--`],
    ['a longer boundary', `--${B}y\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n--${B}--`],
    ['one dash behind the boundary', `--${B}-\r\n`],
    ['a bare line feed', `--${B}\nContent-Disposition: form-data; name="a"\n\nv\n--${B}--`],
    ['a longer boundary behind the file', `--${B}\r\nContent-Disposition: form-data; name="file"\r\n\r\nv\r\n--${B}y\r\n--${B}--`],
    ['one dash behind the file', `--${B}\r\nContent-Disposition: form-data; name="file"\r\n\r\nv\r\n--${B}-x`],
    ['a bare carriage return behind the file', `--${B}\r\nContent-Disposition: form-data; name="file"\r\n\r\nv\r\n--${B}\rx`],
  ])('refuses %s', async (_name, form) => {
    expect((await errorOf(form)).code).toBe('MalformedPOSTRequest');
  });

  it('refuses what is no UTF-8', async () => {
    for (const form of [part('a', Buffer.from([0xff])), Buffer.from(part('a', 'b').toString('latin1').replace('"a"', '"\xff"'), 'latin1')]) {
      expect((await errorOf(Buffer.concat([form, part('file', ''), END]))).code).toBe('MalformedPOSTRequest');
    }
  });

  it('reads an escaped quote in a name', async () => {
    expect((await decode(Buffer.concat([part('a\\"b', 'v'), part('file', ''), END]))).fields).toEqual([['a"b', 'v']]);
  });

  it('passes an error of the source on and leaves the source alone', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from(`--${B}-x`);
      } finally {
        closed = true;
      }
    }
    await expect(decodeFormData(source(), B)).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
    expect(closed).toBe(false);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield part('file', 'abc');
      throw new Error('gone');
    }
    const { file } = await decodeFormData(broken(), B);
    await expect(file.bytes[Symbol.asyncIterator]().next()).resolves.toMatchObject({ done: false });
    await expect((async () => { for await (const piece of file.bytes) void piece; })()).rejects.toThrow('gone');
  });
});

describe('readBoundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;charset=utf-8; BOUNDARY="a b:c"', 'a b:c'],
    ['multipart/form-data; boundary=----WebKitFormBoundaryX ; x=y', '----WebKitFormBoundaryX'],
  ])('%s', (type, boundary) => {
    expect(readBoundary(type)).toBe(boundary);
  });
  it.each([
    [undefined, 'PreconditionFailed'],
    ['text/html', 'PreconditionFailed'],
    ['multipart/form-database; boundary=a', 'PreconditionFailed'],
    ['multipart/form-data', 'MalformedPOSTRequest'],
    ['multipart/form-data; boundary=', 'MalformedPOSTRequest'],
    ['multipart/form-data; boundary="a\r\nb"', 'MalformedPOSTRequest'],
    ['multipart/form-data; boundary="a "', 'MalformedPOSTRequest'],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, 'MalformedPOSTRequest'],
  ])('refuses %j', (type, code) => {
    expect(() => readBoundary(type)).toThrow(expect.objectContaining({ code }));
  });
});
