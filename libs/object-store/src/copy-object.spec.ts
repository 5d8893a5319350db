import crypto from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checksumOf } from '@zas/content-store';
import { copyObject } from './copy-object.js';
import { deleteObject } from './delete-object.js';
import { findObject } from './find-object.js';
import { DESCRIPTION, ObjectStoreFixture, sourceOf } from './object-store.spec.fixture.js';
import { putObject } from './put-object.js';

let fixture: ObjectStoreFixture;
beforeEach(async () => void (fixture = await ObjectStoreFixture.start()));
afterEach(async () => expect(await fixture.stop()).toBe(0));

const put = (key: string, bytes: Uint8Array) =>
  putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name(key), source: sourceOf(bytes) });
const copy = (more: Partial<Parameters<typeof copyObject>[2]> = {}) =>
  copyObject(fixture.store, fixture.context, {
    source: fixture.name('source'),
    target: fixture.name('target'),
    describe: ({ headers, userMetadata, storageClass }) => ({ headers, userMetadata, storageClass, owner: '222222222222' }),
    ...more,
  });

/** Does something once, between the reading of the source and the intent. */
const beforeIntent = (act: () => Promise<unknown>) => {
  fixture.metadata.before = async (intent) => {
    if (intent.kind !== 'put-object' || intent.body.kind !== 'copy') return;
    fixture.metadata.before = () => undefined;
    await act();
  };
};

describe('copyObject', () => {
  it.each([50, 5000])('refers to the same bytes (%d of them), with etag and checksum of the source', async (size) => {
    const bytes = crypto.randomBytes(size);
    const source = await put('source', bytes);
    const blobs = fixture.blobs.blobs.size;
    const copied = await copy();
    expect(copied).toMatchObject({ etag: source.etag, checksum: source.checksum, source: { key: 'source' } });
    expect((await fixture.read('target')).equals(bytes)).toBe(true);
    expect(fixture.blobs.blobs.size).toBe(blobs);
    expect(await findObject(fixture.store, fixture.context, fixture.name('target'))).toMatchObject({ owner: '222222222222', headers: DESCRIPTION.headers });
    await deleteObject(fixture.store, fixture.context, fixture.name('source'));
    expect((await fixture.read('target')).equals(bytes)).toBe(true);
  });

  it('computes another checksum when asked', async () => {
    const bytes = crypto.randomBytes(5000);
    await put('source', bytes);
    expect((await copy({ checksum: 'CRC32C' })).checksum).toEqual({ algorithm: 'CRC32C', type: 'FULL_OBJECT', value: checksumOf('CRC32C', bytes) });
    expect((await copy({ checksum: 'CRC64NVME' })).checksum?.algorithm).toBe('CRC64NVME');
  });

  it('begins again when the source was replaced meanwhile, and copies the new one', async () => {
    await put('source', Buffer.from('old'));
    const described: string[] = [];
    beforeIntent(() => put('source', Buffer.from('new one')));
    const copied = await copy({
      describe: ({ etag, headers, userMetadata, storageClass }) => {
        described.push(etag);
        return { headers, userMetadata, storageClass, owner: DESCRIPTION.owner };
      },
    });
    expect((await fixture.read('target')).toString()).toBe('new one');
    expect(described).toEqual([crypto.hash('md5', 'old'), crypto.hash('md5', 'new one')]);
    expect(copied.etag).toBe(described[1]);
  });

  it('says not-found when the source was deleted meanwhile', async () => {
    await put('source', Buffer.from('old'));
    beforeIntent(() => deleteObject(fixture.store, fixture.context, fixture.name('source')));
    await expect(copy()).rejects.toMatchObject({ code: 'not-found', details: { reason: 'object', key: 'source' } });
  });

  it('gives up on a source that keeps changing', async () => {
    await put('source', Buffer.from('old'));
    let tries = 0;
    fixture.metadata.before = async (intent) => {
      if (intent.kind === 'put-object' && intent.body.kind === 'copy') await put('source', Buffer.from(`try ${tries++}`));
    };
    await expect(copy()).rejects.toMatchObject({ code: 'conflict', details: { reason: 'source-changed' } });
    expect(tries).toBe(5);
  });

  it('honours the target’s precondition, and lets the description refuse', async () => {
    await put('source', Buffer.from('x'));
    await put('target', Buffer.from('kept'));
    await expect(copy({ precondition: { ifNoneMatch: ['*'] } })).rejects.toMatchObject({ code: 'precondition-failed' });
    const refuse = () => {
      throw new Error('not as the client wants it');
    };
    await expect(copy({ describe: refuse })).rejects.toThrow('not as the client wants it');
    expect((await fixture.read('target')).toString()).toBe('kept');
  });
});
