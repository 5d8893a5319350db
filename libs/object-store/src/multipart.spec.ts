import crypto from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checksumOf, compositeChecksum } from '@zas/content-store';
import type { CompleteUploadInput } from './complete-upload.js';
import { completeUpload } from './complete-upload.js';
import { findObject } from './find-object.js';
import type { CreateUploadInput } from './multipart-uploads.js';
import { abortUpload, createUpload, requireUpload } from './multipart-uploads.js';
import { DESCRIPTION, MIN_PART_BYTES, ObjectStoreFixture, sourceOf } from './object-store.spec.fixture.js';
import { putObject } from './put-object.js';
import { uploadPart, uploadPartCopy } from './upload-part.js';

let fixture: ObjectStoreFixture;
let uploadId: string;
beforeEach(async () => {
  fixture = await ObjectStoreFixture.start();
  uploadId = await create();
});
afterEach(async () => expect(await fixture.stop()).toBe(0));

const PARTS = [crypto.randomBytes(MIN_PART_BYTES), crypto.randomBytes(3 * MIN_PART_BYTES), Buffer.from('last')];
const WHOLE = Buffer.concat(PARTS);
const ETAG = `${crypto.hash('md5', Buffer.concat(PARTS.map((part) => crypto.hash('md5', part, 'buffer'))))}-3`;

const create = (checksum?: CreateUploadInput['checksum']) =>
  createUpload(fixture.store, fixture.context, { ...fixture.name('key'), ...DESCRIPTION, checksum, initiator: 'config:me', initiatorAccount: DESCRIPTION.owner });
const named = (id = uploadId) => ({ ...fixture.name('key'), uploadId: id });
const upload = (number: number, bytes: Uint8Array, id?: string) =>
  uploadPart(fixture.store, fixture.context, { ...named(id), number, source: sourceOf(bytes) });
const complete = (parts: CompleteUploadInput['parts'], more: Partial<CompleteUploadInput> = {}) =>
  completeUpload(fixture.store, fixture.context, { ...named(), parts, ...more });

async function uploadAll(id?: string) {
  const parts = [];
  for (const [i, bytes] of PARTS.entries()) parts.push({ number: i + 1, etag: (await upload(i + 1, bytes, id)).etag });
  return parts;
}

describe('uploadPart', () => {
  it('answers md5 and CRC64NVME, or the upload’s own checksum', async () => {
    expect(await upload(1, PARTS[0]!)).toEqual({
      etag: crypto.hash('md5', PARTS[0]!),
      checksum: { algorithm: 'CRC64NVME', value: checksumOf('CRC64NVME', PARTS[0]!) },
      modifiedAt: fixture.now,
    });
    const withSha = await create({ algorithm: 'SHA256', type: 'COMPOSITE' });
    expect((await upload(1, PARTS[0]!, withSha)).checksum).toEqual({ algorithm: 'SHA256', value: crypto.hash('sha256', PARTS[0]!, 'base64') });
    const other = { ...named(withSha), number: 2, source: sourceOf(PARTS[1]!, { checksum: 'CRC32' as const }) };
    await expect(uploadPart(fixture.store, fixture.context, other)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it.each([0, 101, 1.5, NaN])('refuses the number %d', async (number) => {
    await expect(upload(number, PARTS[0]!)).rejects.toMatchObject({ code: 'invalid-argument', details: { argument: 'partNumber' } });
  });

  it('leaves no bytes when the upload is aborted meanwhile', async () => {
    fixture.metadata.before = async (intent) => {
      if (intent.kind !== 'put-part') return;
      fixture.metadata.before = () => undefined;
      await abortUpload(fixture.store, fixture.context, named());
    };
    await expect(upload(1, PARTS[1]!)).rejects.toMatchObject({ code: 'not-found', details: { reason: 'upload' } });
    expect(fixture.blobs.blobs.size).toBe(0);
    await expect(requireUpload(fixture.store, fixture.context, named())).rejects.toMatchObject({ code: 'not-found' });
    await expect(upload(1, PARTS[1]!)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('completeUpload', () => {
  it('makes one object of the parts, with AWS’s etag and a checksum over all', async () => {
    const completed = await complete(await uploadAll());
    const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: checksumOf('CRC64NVME', WHOLE) };
    expect(completed).toMatchObject({ etag: ETAG, checksum });
    expect((await fixture.read('key')).equals(WHOLE)).toBe(true);
    const found = await findObject(fixture.store, fixture.context, fixture.name('key'));
    expect(found).toMatchObject({ size: WHOLE.length, etag: ETAG, checksum, headers: DESCRIPTION.headers });
  });

  it('makes a checksum of checksums for a composite one', async () => {
    uploadId = await create({ algorithm: 'SHA256', type: 'COMPOSITE' });
    const { checksum } = await complete(await uploadAll());
    const value = compositeChecksum('SHA256', PARTS.map((part) => crypto.hash('sha256', part, 'base64')));
    expect(checksum).toEqual({ algorithm: 'SHA256', type: 'COMPOSITE', value });
  });

  it('answers a repeat the same, and only the same', async () => {
    const parts = await uploadAll();
    const first = await complete(parts);
    await putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name('key'), source: sourceOf(Buffer.from('newer')) });
    expect(await complete(parts)).toEqual(first);
    expect((await fixture.read('key')).toString()).toBe('newer');
    await expect(complete(parts.slice(0, 2))).rejects.toMatchObject({ code: 'not-found', details: { reason: 'upload' } });
    const elsewhere = { ...named(), key: 'another', parts };
    await expect(completeUpload(fixture.store, fixture.context, elsewhere)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('takes some of the parts and drops the others', async () => {
    const [first, , third] = await uploadAll();
    await complete([first!, third!]);
    expect((await fixture.read('key')).equals(Buffer.concat([PARTS[0]!, PARTS[2]!]))).toBe(true);
  });

  it('refuses parts out of order, absent, of another etag or checksum, or too small', async () => {
    const [first, second, third] = await uploadAll();
    const refusal = (reason: string, more: object = {}) => ({ code: 'invalid-argument', details: { reason, ...more } });
    await expect(complete([second!, first!])).rejects.toMatchObject(refusal('part-order'));
    await expect(complete([first!, first!])).rejects.toMatchObject(refusal('part-order'));
    await expect(complete([first!, { number: 9, etag: third!.etag }])).rejects.toMatchObject(refusal('part', { partNumber: 9 }));
    await expect(complete([{ number: 1, etag: second!.etag }])).rejects.toMatchObject(refusal('part', { partNumber: 1 }));
    const wrong = { ...first!, checksum: { algorithm: 'CRC64NVME', value: checksumOf('CRC64NVME', PARTS[1]!) } } as const;
    await expect(complete([wrong])).rejects.toMatchObject(refusal('part', { partNumber: 1 }));
    const { etag } = await upload(4, PARTS[0]!);
    await expect(complete([third!, { number: 4, etag }])).rejects.toMatchObject(
      refusal('part-size', { partNumber: 3, proposedSize: 4, minSizeAllowed: MIN_PART_BYTES }),
    );
    expect((await requireUpload(fixture.store, fixture.context, named())).uploadId).toBe(uploadId);
  });

  it('refuses an object that grows too large', async () => {
    const parts = [];
    for (const number of [1, 2, 3]) parts.push({ number, etag: (await upload(number, Buffer.alloc(fixture.store.limits.putBytes, number))).etag });
    await expect(complete(parts)).rejects.toMatchObject({ code: 'too-large' });
  });

  it('shows what was computed before it commits', async () => {
    const parts = await uploadAll();
    const verify = (computed: { size: number }) => {
      expect(computed).toMatchObject({ size: WHOLE.length, checksum: { value: checksumOf('CRC64NVME', WHOLE) } });
      throw new Error('not what the client said');
    };
    await expect(complete(parts, { verify })).rejects.toThrow('not what the client said');
    expect(fixture.metadata.applied).not.toContain('complete-upload');
  });

  it('looks again when a part is replaced meanwhile: by the same bytes it goes through, by others not', async () => {
    const parts = await uploadAll();
    const replaceOnce = (bytes: Uint8Array) => {
      fixture.metadata.before = async (intent) => {
        if (intent.kind !== 'complete-upload') return;
        fixture.metadata.before = () => undefined;
        await upload(2, bytes);
      };
    };
    replaceOnce(crypto.randomBytes(500));
    await expect(complete(parts)).rejects.toMatchObject({ code: 'invalid-argument', details: { reason: 'part', partNumber: 2 } });
    await upload(2, PARTS[1]!);
    replaceOnce(PARTS[1]!);
    expect((await complete(parts)).etag).toBe(ETAG);
  });

  it('honours a precondition before and in the commit', async () => {
    const parts = await uploadAll();
    const put = () => putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name('key'), source: sourceOf(Buffer.from('x')) });
    fixture.metadata.before = async (intent) => {
      if (intent.kind !== 'complete-upload') return;
      fixture.metadata.before = () => undefined;
      await put();
    };
    const completeNew = () => complete(parts, { precondition: { ifNoneMatch: ['*'] } });
    await expect(completeNew()).rejects.toMatchObject({ code: 'precondition-failed' });
    await expect(completeNew()).rejects.toMatchObject({ code: 'precondition-failed' });
    expect((await complete(parts)).etag).toBe(ETAG);
  });
});

describe('uploadPartCopy', () => {
  const copyPart = (number: number, offset: number, length: number) =>
    uploadPartCopy(fixture.store, fixture.context, { ...named(), number, source: fixture.name('source'), choose: () => ({ offset, length }) });

  beforeEach(async () => {
    await putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name('source'), source: sourceOf(WHOLE) });
  });

  it('digests the range without writing it again, and the copy outlives its source', async () => {
    const blobs = fixture.blobs.blobs.size;
    const [first, second] = [WHOLE.subarray(3, 303), WHOLE.subarray(500)];
    const one = await copyPart(1, 3, 300);
    expect(one).toMatchObject({
      etag: crypto.hash('md5', first),
      checksum: { algorithm: 'CRC64NVME', value: checksumOf('CRC64NVME', first) },
      source: { key: 'source' },
    });
    const two = await copyPart(2, 500, second.length);
    expect(fixture.blobs.blobs.size).toBe(blobs);
    await putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name('source'), source: sourceOf(Buffer.from('gone')) });
    await complete([{ number: 1, etag: one.etag }, { number: 2, etag: two.etag }]);
    expect((await fixture.read('key')).equals(Buffer.concat([first, second]))).toBe(true);
  });

  it('digests again when the source was replaced meanwhile', async () => {
    const newer = crypto.randomBytes(WHOLE.length);
    fixture.metadata.before = async (intent) => {
      if (intent.kind !== 'put-part') return;
      fixture.metadata.before = () => undefined;
      await putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name('source'), source: sourceOf(newer) });
    };
    expect((await copyPart(1, 10, 200)).etag).toBe(crypto.hash('md5', newer.subarray(10, 210)));
  });

  it('refuses what is longer than a part may be', async () => {
    await expect(copyPart(1, 0, fixture.store.limits.putBytes + 1)).rejects.toMatchObject({ code: expect.stringMatching(/too-large|corrupt/) });
  });
});
