import crypto from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checksumOf } from '@zas/content-store';
import type { ChecksumAlgorithm } from '@zas/plugin-api';
import { appendObject } from './append-object.js';
import { configureBucket } from './buckets.js';
import { findObject } from './find-object.js';
import { DESCRIPTION, INLINE_BYTES, ObjectStoreFixture, sourceOf } from './object-store.spec.fixture.js';
import { putObject } from './put-object.js';

let fixture: ObjectStoreFixture;
beforeEach(async () => void (fixture = await ObjectStoreFixture.start()));
afterEach(async () => expect(await fixture.stop()).toBe(0));

const put = (bytes: Uint8Array, checksum?: ChecksumAlgorithm) =>
  putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name('key'), source: sourceOf(bytes, { checksum }) });
const append = (offset: number, bytes: Uint8Array, checksum?: ChecksumAlgorithm) =>
  appendObject(fixture.store, fixture.context, { ...fixture.name('key'), offset, source: sourceOf(bytes, { checksum }) });
const md5 = (...pieces: Uint8Array[]) => crypto.hash('md5', Buffer.concat(pieces), 'hex');

describe('appendObject', () => {
  it.each([
    [10, 20],
    [10, INLINE_BYTES * 5],
    [INLINE_BYTES * 5, 10],
    [0, 10],
    [10, 0],
  ])('puts bytes behind %i that are there: %i', async (there, added) => {
    const [first, second] = [crypto.randomBytes(there), crypto.randomBytes(added)];
    const { etag } = await put(first);
    const appended = await append(there, second);
    const whole = Buffer.concat([first, second]);
    expect(await fixture.read('key')).toEqual(whole);
    expect(appended).toEqual({
      size: whole.length,
      etag: `${md5(Buffer.from(etag, 'hex'), Buffer.from(md5(second), 'hex'))}-2`,
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: checksumOf('CRC64NVME', whole) },
    });
    const { size, userMetadata, headers, ...found } = await findObject(fixture.store, fixture.context, fixture.name('key'));
    expect({ size, etag: found.etag, checksum: found.checksum }).toEqual(appended);
    expect({ headers, userMetadata }).toEqual({ headers: DESCRIPTION.headers, userMetadata: DESCRIPTION.userMetadata });
  });

  it('counts its pieces in the etag', async () => {
    await put(Buffer.from('a'));
    for (let i = 1; i < 5; i++) expect((await append(i, Buffer.from('b'))).etag).toMatch(new RegExp(`^[0-9a-f]{32}-${i + 1}$`));
    expect((await fixture.read('key')).toString()).toBe('abbbb');
  });

  it('drops a checksum that cannot be made one of the whole', async () => {
    await put(Buffer.from('abc'), 'SHA256');
    expect((await append(3, Buffer.from('d'))).checksum).toBeUndefined();
    await put(Buffer.from('abc'), 'CRC32');
    expect((await append(3, Buffer.from('d'), 'CRC32C')).checksum).toBeUndefined();
    await put(Buffer.from('abc'), 'CRC32');
    expect((await append(3, Buffer.from('d'), 'CRC32')).checksum?.value).toBe(checksumOf('CRC32', Buffer.from('abcd')));
  });

  it('refuses another offset than the end, and what is not there, before it stores anything', async () => {
    await expect(append(0, Buffer.from('x'))).rejects.toMatchObject({ code: 'not-found', details: { reason: 'object' } });
    await put(Buffer.from('abc'));
    for (const offset of [0, 2, 4]) {
      await expect(append(offset, crypto.randomBytes(500))).rejects.toMatchObject({ code: 'invalid-argument', details: { reason: 'write-offset', size: 3 } });
    }
    expect(fixture.blobs.blobs.size).toBe(0);
  });

  it('refuses a bucket that has versions', async () => {
    await put(Buffer.from('abc'));
    await configureBucket(fixture.store, fixture.context, fixture.bucket, () => ({ versioning: 'enabled' }));
    await expect(append(3, Buffer.from('x'))).rejects.toMatchObject({ code: 'conflict', details: { reason: 'versioning' } });
    expect((await fixture.read('key')).toString()).toBe('abc');
  });

  it('lets one of several win that append at once, and leaves no bytes of the others', async () => {
    await put(Buffer.from('abc'));
    const bodies = Array.from({ length: 4 }, () => crypto.randomBytes(500));
    const settled = await Promise.allSettled(bodies.map((bytes) => append(3, bytes)));
    const won = settled.map(({ status }, i) => (status === 'fulfilled' ? i : -1)).filter((i) => i >= 0);
    expect(won).toHaveLength(1);
    expect(await fixture.read('key')).toEqual(Buffer.concat([Buffer.from('abc'), bodies[won[0]!]!]));
    expect(fixture.blobs.blobs.size).toBe(1);
  });

  it('goes on when only the attributes changed meanwhile', async () => {
    await put(Buffer.from('abc'));
    fixture.metadata.before = async (intent) => {
      if (intent.kind !== 'append-object') return;
      fixture.metadata.before = () => undefined;
      await put(Buffer.from('xyz'));
    };
    await append(3, Buffer.from('d'));
    expect((await fixture.read('key')).toString()).toBe('xyzd');
  });

  it('holds the largest size', async () => {
    const { objectBytes } = fixture.store.limits;
    await put(Buffer.alloc(1024 * 1024));
    await append(1024 * 1024, Buffer.alloc(1024 * 1024 - 1));
    await expect(append(objectBytes - 1, Buffer.alloc(2))).rejects.toMatchObject({ code: 'too-large' });
  });
});
