import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { configureBucket, deleteBucket, requireBucket } from './buckets.js';
import { ObjectStoreFixture } from './object-store.spec.fixture.js';

let fixture: ObjectStoreFixture;
beforeEach(async () => void (fixture = await ObjectStoreFixture.start()));
afterEach(async () => expect(await fixture.stop()).toBe(0));

const present = () => requireBucket(fixture.store, fixture.context, 'bucket');
const configure = (decide: Parameters<typeof configureBucket>[3]) => configureBucket(fixture.store, fixture.context, fixture.bucket, decide);

describe('configureBucket', () => {
  it('sets what is decided', async () => {
    await configure(() => ({ versioning: 'enabled', settings: { tags: { a: 'b' } } }));
    expect(await present()).toMatchObject({ versioning: 'enabled', settings: { tags: { a: 'b' } } });
  });

  it('asks again, with the bucket as it is then, when somebody was faster', async () => {
    const seen: unknown[] = [];
    let others = 2;
    await configure(async (bucket) => {
      seen.push(bucket.settings.tags);
      if (others-- > 0) {
        const settings = { tags: { other: String(others) } };
        await fixture.store.metadata.apply(fixture.context, { kind: 'configure-bucket', bucketId: bucket.id, settings, at: 1 });
      }
      return { settings: { requestPayer: 'Requester' } };
    });
    expect(seen).toEqual([undefined, { other: '1' }, { other: '0' }]);
    expect((await present()).settings).toEqual({ tags: { other: '0' }, requestPayer: 'Requester' });
  });

  it('changes nothing when it is refused', async () => {
    const { revision } = await present();
    await expect(configure(() => Promise.reject(new Error('not so')))).rejects.toThrow('not so');
    expect((await present()).revision).toBe(revision);
  });

  it('ends when the bucket is gone', async () => {
    const lost = configure(async (bucket) => {
      await deleteBucket(fixture.store, fixture.context, bucket);
      return {};
    });
    await expect(lost).rejects.toMatchObject({ code: 'not-found', details: { reason: 'bucket' } });
  });
});
