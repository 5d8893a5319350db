import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isStoreError } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { RegistryFixture, digestOf, principal, sourceOf } from './artifact-registry.spec.fixture.js';
import { appendToUpload, cancelUpload, finishUpload, putBlob, requireUpload, startUpload, uploadLength } from './blob-uploads.js';
import { findBlob, mountBlob } from './blobs.js';
import { expireUploads } from './collect-artifacts.js';

const MIB = 1024 * 1024;
let fixture: RegistryFixture;
beforeAll(async () => void (fixture = await RegistryFixture.start()));
afterAll(async () => expect(await fixture.stop()).toBe(0));

const reasonOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  return isStoreError(error) ? `${error.code} ${error.details.reason ?? ''}`.trim() : error;
};

async function begin(algorithm: 'sha256' | 'sha512' = 'sha256', context = fixture.context) {
  const repository = await fixture.repository();
  const uploadId = await startUpload(fixture.registry, context, repository, algorithm);
  return { repository, uploadId, upload: await requireUpload(fixture.registry, context, repository, uploadId) };
}

describe('blob uploads', () => {
  it.each([10, MIB + 3])('take %i bytes in chunks', async (size) => {
    const { registry, context } = fixture;
    const [{ repository, upload }, bytes] = [await begin(), crypto.randomBytes(size)];
    const half = size >> 1;
    expect(await appendToUpload(registry, context, upload, 0, sourceOf(bytes.subarray(0, half)))).toBe(half);
    expect(await uploadLength(registry, context, upload)).toBe(half);
    await finishUpload(registry, context, upload, digestOf(bytes), { at: half, source: sourceOf(bytes.subarray(half)) });
    expect((await fixture.read(repository, digestOf(bytes))).equals(bytes)).toBe(true);
    expect(await reasonOf(requireUpload(registry, context, repository, upload.uploadId))).toBe('not-found upload');
  });

  it.each(['sha256', 'sha512'] as const)('take a blob in one PUT, by %s', async (algorithm) => {
    const { registry, context } = fixture;
    for (const bytes of [Buffer.alloc(0), Buffer.from('small'), crypto.randomBytes(MIB)]) {
      const { repository, upload } = await begin();
      await finishUpload(registry, context, upload, digestOf(bytes, algorithm), { at: undefined, source: sourceOf(bytes) });
      expect((await fixture.read(repository, digestOf(bytes, algorithm))).equals(bytes)).toBe(true);
    }
  });

  it('store nothing that is not what its digest says', async () => {
    const { registry, context } = fixture;
    for (const bytes of [Buffer.from('small'), crypto.randomBytes(MIB)]) {
      const { repository, upload } = await begin();
      const stored = fixture.blobs.blobs.size;
      const lie = digestOf('something else');
      expect(await reasonOf(putBlob(registry, context, repository.id, lie, sourceOf(bytes)))).toBe('integrity digest');
      await appendToUpload(registry, context, upload, 0, sourceOf(bytes));
      expect(await reasonOf(finishUpload(registry, context, upload, lie))).toBe('integrity digest');
      expect(await reasonOf(findBlob(registry, context, repository, lie))).toBe('not-found blob');
      expect(await reasonOf(requireUpload(registry, context, repository, upload.uploadId))).toBe('not-found upload');
      expect(fixture.blobs.blobs.size).toBe(stored);
    }
  });

  it('belong to a repository and to who began them', async () => {
    const { registry } = fixture;
    const ann = testContext({ principal: principal('config:ann') });
    const bob = testContext({ principal: principal('config:bob') });
    const { repository, uploadId } = await begin('sha256', ann);
    expect((await requireUpload(registry, ann, repository, uploadId)).uploadId).toBe(uploadId);
    expect(await reasonOf(requireUpload(registry, bob, repository, uploadId))).toBe('not-found upload');
    const namesake = testContext({ principal: { ...ann.principal!, account: { ...ann.principal!.account, id: '222222222222' } } });
    expect(await reasonOf(requireUpload(registry, namesake, repository, uploadId))).toBe('not-found upload');
    expect(await reasonOf(requireUpload(registry, fixture.context, repository, uploadId))).toBe('not-found upload');
    expect(await reasonOf(requireUpload(registry, ann, await fixture.repository(), uploadId))).toBe('not-found upload');
    const anonymous = await begin('sha256', testContext({ principal: undefined }));
    expect((await requireUpload(registry, bob, anonymous.repository, anonymous.uploadId)).principal).toBeUndefined();
  });

  it('may finish twice at once: one is a blob, the other finds it', async () => {
    const { registry, context } = fixture;
    const bytes = crypto.randomBytes(MIB);
    const { repository } = await begin();
    const uploads = await Promise.all([0, 1, 2].map(async () => requireUpload(registry, context, repository, await startUpload(registry, context, repository, 'sha256'))));
    await Promise.all(uploads.map((upload) => appendToUpload(registry, context, upload, 0, sourceOf(bytes))));
    await Promise.all(uploads.map((upload) => finishUpload(registry, context, upload, digestOf(bytes))));
    expect((await fixture.read(repository, digestOf(bytes))).equals(bytes)).toBe(true);
  });

  it('leave nothing when they are cancelled', async () => {
    const { registry, context } = fixture;
    const { repository, upload } = await begin();
    const stored = fixture.blobs.blobs.size;
    await appendToUpload(registry, context, upload, 0, sourceOf(crypto.randomBytes(MIB)));
    await cancelUpload(registry, context, upload);
    expect(fixture.blobs.blobs.size).toBe(stored);
    expect(await reasonOf(requireUpload(registry, context, repository, upload.uploadId))).toBe('not-found upload');
    expect(await reasonOf(cancelUpload(registry, context, upload))).toBe('not-found upload');
  });

  it('are given up without a sign of life, and live on with one', async () => {
    const { registry, context } = fixture;
    const [idle, busy] = [await begin(), await begin()];
    fixture.now += 20 * 3_600_000;
    await appendToUpload(registry, context, busy.upload, 0, sourceOf(Buffer.from('alive')));
    fixture.now += 5 * 3_600_000;
    while ((await expireUploads(registry, context)) > 0);
    expect(await reasonOf(requireUpload(registry, context, idle.repository, idle.uploadId))).toBe('not-found upload');
    expect((await requireUpload(registry, context, busy.repository, busy.uploadId)).uploadId).toBe(busy.uploadId);
  });

  it('are not needed where a blob is mounted', async () => {
    const { registry, context } = fixture;
    const [from, to] = [await fixture.repository(), await fixture.repository()];
    const bytes = crypto.randomBytes(MIB);
    const digest = await fixture.blob(from, bytes);
    const stored = fixture.blobs.blobs.size;
    await mountBlob(registry, context, to, digest, from);
    expect((await fixture.read(to, digest)).equals(bytes)).toBe(true);
    expect(fixture.blobs.blobs.size).toBe(stored);
    expect(await reasonOf(mountBlob(registry, context, to, digestOf('not there'), from))).toBe('not-found blob');
  });
});
