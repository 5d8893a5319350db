import crypto from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '@zas/plugin-api';
import { checksumOf } from '@zas/content-store';
import { findObject } from './find-object.js';
import { DESCRIPTION, INLINE_BYTES, ObjectStoreFixture, sourceOf } from './object-store.spec.fixture.js';
import { putObject } from './put-object.js';

let fixture: ObjectStoreFixture;
beforeEach(async () => void (fixture = await ObjectStoreFixture.start()));
afterEach(async () => expect(await fixture.stop()).toBe(0));

const SMALL = crypto.randomBytes(INLINE_BYTES);
const LARGE = crypto.randomBytes(INLINE_BYTES + 1);

const put = (key: string, bytes: Uint8Array, more: Partial<Parameters<typeof putObject>[2]> = {}) =>
  putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name(key), source: sourceOf(bytes), ...more });

/** Whether the body was pulled at all. */
function watched(bytes: Uint8Array) {
  const seen = { pulled: false };
  async function* pull() {
    seen.pulled = true;
    yield bytes;
  }
  return { seen, source: { bytes: pull(), size: bytes.length } };
}

describe('putObject', () => {
  it.each([
    ['inline', SMALL, 0],
    ['streamed', LARGE, 1],
    ['empty', Buffer.alloc(0), 0],
  ])('keeps a body %s, with md5 and CRC64NVME', async (_, bytes, blobs) => {
    const written = await put('key', bytes);
    const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: checksumOf('CRC64NVME', bytes) };
    expect(written).toMatchObject({ etag: crypto.hash('md5', bytes), checksum });
    expect(await findObject(fixture.store, fixture.context, fixture.name('key'))).toMatchObject({
      size: bytes.length,
      etag: written.etag,
      checksum,
      owner: DESCRIPTION.owner,
      headers: DESCRIPTION.headers,
      modifiedAt: fixture.now,
    });
    expect((await fixture.read('key')).equals(bytes)).toBe(true);
    expect(fixture.blobs.blobs.size).toBe(blobs);
  });

  it('computes the checksum that the client uses, and none of another kind', async () => {
    const { checksum } = await put('key', LARGE, { source: sourceOf(LARGE, { checksum: 'SHA256' }) });
    expect(checksum).toMatchObject({ algorithm: 'SHA256', value: crypto.hash('sha256', LARGE, 'base64') });
  });

  it('takes bodies up to the limit', async () => {
    await expect(put('key', Buffer.alloc(fixture.store.limits.putBytes + 1))).rejects.toMatchObject({ code: 'too-large' });
    expect(fixture.metadata.applied).not.toContain('put-object');
  });
});

describe('its precondition', () => {
  it('is checked before the body is read', async () => {
    await put('key', SMALL);
    const { seen, source } = watched(SMALL);
    await expect(put('key', SMALL, { source, precondition: { ifNoneMatch: ['*'] } })).rejects.toMatchObject({ code: 'precondition-failed' });
    await expect(put('absent', SMALL, { source, precondition: { ifMatch: ['*'] } })).rejects.toMatchObject({ code: 'not-found' });
    await expect(put('key', SMALL, { source, precondition: { ifMatch: ['another'] } })).rejects.toMatchObject({
      code: 'precondition-failed',
      details: { condition: 'If-Match' },
    });
    expect(seen.pulled).toBe(false);
  });

  it.each([
    ['inline', SMALL],
    ['streamed', LARGE],
  ])('decides in the intent when another writer was faster (%s), and leaves no bytes', async (_, bytes) => {
    fixture.metadata.before = async (intent) => {
      if (intent.kind !== 'put-object') return;
      fixture.metadata.before = () => undefined;
      await put('key', Buffer.from('first'));
    };
    await expect(put('key', bytes, { precondition: { ifNoneMatch: ['*'] } })).rejects.toMatchObject({ code: 'precondition-failed' });
    expect((await fixture.read('key')).toString()).toBe('first');
    expect(fixture.blobs.blobs.size).toBe(0);
  });

  it('lets the right etag through', async () => {
    const { etag } = await put('key', SMALL);
    await put('key', LARGE, { precondition: { ifMatch: ['x', etag] } });
    await put('other', SMALL, { precondition: { ifNoneMatch: ['*'] } });
    expect((await fixture.read('key')).equals(LARGE)).toBe(true);
  });
});

describe('when the intent fails', () => {
  const failWith = (error: unknown) => {
    fixture.metadata.before = (intent) => {
      if (intent.kind === 'put-object') throw error;
    };
  };

  it.each(['not-found', 'conflict', 'precondition-failed', 'quota-exceeded', 'slow-down', 'aborted'] as const)('%s: nothing was recorded, the bytes go', async (code) => {
    failWith(new StoreError(code, 'no'));
    await expect(put('key', LARGE)).rejects.toMatchObject({ code });
    expect(fixture.blobs.blobs.size).toBe(0);
  });

  it.each(['unavailable', 'timeout', 'internal'] as const)('%s: it may have been recorded, the bytes stay until the ledger says', async (code) => {
    failWith(new StoreError(code, 'who knows'));
    await expect(put('key', LARGE)).rejects.toMatchObject({ code });
    expect(fixture.blobs.blobs.size).toBe(1);
    await fixture.store.content.doubtful.resolve(fixture.store.content.doubtful.take(), fixture.metadata, fixture.blobs, fixture.context);
    expect(fixture.blobs.blobs.size).toBe(0);
  });

  it('keeps the bytes of an intent that was committed although its answer was lost', async () => {
    const apply = fixture.metadata.apply.bind(fixture.metadata);
    fixture.metadata.apply = async (context, intent) => {
      const outcome = await apply(context, intent);
      if (intent.kind === 'put-object') throw new StoreError('unavailable', 'the answer was lost');
      return outcome;
    };
    await expect(put('key', LARGE)).rejects.toMatchObject({ code: 'unavailable' });
    await fixture.store.content.doubtful.resolve(fixture.store.content.doubtful.take(), fixture.metadata, fixture.blobs, fixture.context);
    expect((await fixture.read('key')).equals(LARGE)).toBe(true);
  });

  it('an error of no known kind counts as unknown, too', async () => {
    failWith(new TypeError('a defect'));
    await expect(put('key', LARGE)).rejects.toThrow('a defect');
    expect(fixture.blobs.blobs.size).toBe(1);
  });

  it('answers the refusal although the bytes cannot be removed now', async () => {
    failWith(new StoreError('conflict', 'no'));
    fixture.blobs.delete = async () => Promise.reject(new StoreError('unavailable', 'the disk sleeps'));
    await expect(put('key', LARGE)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('its gates', () => {
  const gate = (admitWrite: () => Promise<{ admitted: true } | { admitted: false; reason: string }>) =>
    fixture.admissions.push({ admitWrite, admitRead: async () => ({ admitted: true }) });

  it('see the bytes before the record, all of them in order', async () => {
    const subjects: unknown[] = [];
    for (const name of ['first', 'second']) {
      fixture.admissions.push({
        admitWrite: async (_context, subject) => {
          subjects.push([name, subject.bucket, subject.key, subject.size, subject.sha256, subject.contentType, fixture.metadata.applied.includes('put-object')]);
          return { admitted: true };
        },
        admitRead: async () => ({ admitted: true }),
      });
    }
    await put('key', LARGE);
    const sha256 = crypto.hash('sha256', LARGE);
    expect(subjects).toEqual(['first', 'second'].map((name) => [name, 'bucket', 'key', LARGE.length, sha256, 'text/plain', false]));
  });

  it('refuse: access-denied with the reason, no record, no bytes', async () => {
    gate(async () => ({ admitted: false, reason: 'unsigned' }));
    await expect(put('key', LARGE)).rejects.toMatchObject({ code: 'access-denied', details: { rule: 'unsigned' } });
    expect(fixture.metadata.applied).not.toContain('put-object');
    expect(fixture.blobs.blobs.size).toBe(0);
  });

  it('that throw count as no: no record, no bytes', async () => {
    gate(async () => Promise.reject(new StoreError('unavailable', 'the scanner is away')));
    await expect(put('key', LARGE)).rejects.toMatchObject({ code: 'access-denied' });
    expect(fixture.metadata.applied).not.toContain('put-object');
    expect(fixture.blobs.blobs.size).toBe(0);
  });
});
