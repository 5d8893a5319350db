import crypto from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBody } from '@zas/content-store';
import { deleteObject } from './delete-object.js';
import { findObject, openObject } from './find-object.js';
import { DESCRIPTION, ObjectStoreFixture, sourceOf } from './object-store.spec.fixture.js';
import { createUpload } from './multipart-uploads.js';
import { completeUpload } from './complete-upload.js';
import { putObject } from './put-object.js';
import { uploadPart } from './upload-part.js';

let fixture: ObjectStoreFixture;
beforeEach(async () => void (fixture = await ObjectStoreFixture.start()));
afterEach(async () => expect(await fixture.stop()).toBe(0));

const put = (key: string, bytes: Uint8Array) =>
  putObject(fixture.store, fixture.context, { ...DESCRIPTION, ...fixture.name(key), source: sourceOf(bytes) });
const whole = (version: { size: number }) => ({ offset: 0, length: version.size });

/** An object whose body has extents in rows of their own, which go away with it. */
async function putMultipart(key: string, bytes: Uint8Array): Promise<void> {
  const { store, context } = fixture;
  const uploadId = await createUpload(store, context, { ...fixture.name(key), ...DESCRIPTION, initiator: 'x', initiatorAccount: DESCRIPTION.owner });
  const { etag } = await uploadPart(store, context, { ...fixture.name(key), uploadId, number: 1, source: sourceOf(bytes) });
  await completeUpload(store, context, { ...fixture.name(key), uploadId, parts: [{ number: 1, etag }] });
}

describe('findObject', () => {
  it('says what is not there', async () => {
    const find = (more: object) => findObject(fixture.store, fixture.context, { ...fixture.name('key'), ...more });
    await expect(find({})).rejects.toMatchObject({ code: 'not-found', details: { reason: 'object', key: 'key' } });
    await expect(find({ versionId: 'none' })).rejects.toMatchObject({ code: 'not-found', details: { reason: 'version' } });
    const versioned = { kind: 'configure-bucket', bucketId: fixture.bucket.id, versioning: 'enabled', at: fixture.now } as const;
    await fixture.metadata.apply(fixture.context, versioned);
    await put('key', Buffer.from('x'));
    const { versionId } = await deleteObject(fixture.store, fixture.context, fixture.name('key'));
    await expect(find({})).rejects.toMatchObject({ details: { reason: 'delete-marker', versionId, named: false } });
    await expect(find({ versionId })).rejects.toMatchObject({ details: { reason: 'delete-marker', versionId, named: true } });
  });
});

describe('openObject', () => {
  it('looks again when the body vanishes between record and bytes, and asks again for the range', async () => {
    await putMultipart('key', Buffer.alloc(300, 1));
    const chosen: number[] = [];
    const opened = await openObject(fixture.store, fixture.context, fixture.name('key'), async (version) => {
      chosen.push(version.size);
      if (chosen.length === 1) await putMultipart('key', Buffer.alloc(400, 2));
      return whole(version);
    });
    expect(chosen).toEqual([300, 400]);
    expect(opened).toMatchObject({ version: { size: 400 }, range: { offset: 0, length: 400 } });
    const pieces: Buffer[] = [];
    await readBody(fixture.store.content, fixture.context, opened.body, async (piece) => void pieces.push(Buffer.from(piece)));
    expect(Buffer.concat(pieces).equals(Buffer.alloc(400, 2))).toBe(true);
  });

  it('says that it was deleted when it vanishes for good', async () => {
    await putMultipart('key', Buffer.alloc(300, 1));
    const opening = openObject(fixture.store, fixture.context, fixture.name('key'), async (version) => {
      await deleteObject(fixture.store, fixture.context, fixture.name('key'));
      return whole(version);
    });
    await expect(opening).rejects.toMatchObject({ code: 'not-found', details: { reason: 'object' } });
  });

  it('gives up on an object that is replaced again and again', async () => {
    await putMultipart('key', Buffer.alloc(300, 1));
    const opening = openObject(fixture.store, fixture.context, fixture.name('key'), async (version) => {
      await putMultipart('key', crypto.randomBytes(300));
      return whole(version);
    });
    await expect(opening).rejects.toMatchObject({ code: 'conflict', details: { retriable: true } });
  });

  it('passes on what the chooser throws, at once', async () => {
    await put('key', Buffer.from('x'));
    let asked = 0;
    const opening = openObject(fixture.store, fixture.context, fixture.name('key'), () => {
      asked++;
      throw new RangeError('not satisfiable');
    });
    await expect(opening).rejects.toThrow('not satisfiable');
    expect(asked).toBe(1);
  });

  it('goes on reading what was open although the object is replaced', async () => {
    const bytes = crypto.randomBytes(5000);
    await put('key', bytes);
    const { body } = await openObject(fixture.store, fixture.context, fixture.name('key'), whole);
    await put('key', Buffer.from('new'));
    const pieces: Buffer[] = [];
    await readBody(fixture.store.content, fixture.context, body, async (piece) => void pieces.push(Buffer.from(piece)));
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });
});
