import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectListEntry } from '@zas/plugin-api';
import { OWNER, ViewFixture, context, digestOf, sameBytes } from './views.spec.fixture.js';

let fixture: ViewFixture;
beforeEach(async () => void (fixture = await ViewFixture.start()));

const nameOf = (entry: ObjectListEntry) => (entry.kind === 'object' ? entry.object.key : entry.prefix);

describe('a repository as a bucket', () => {
  it('is a bucket of its owner, among others', async () => {
    const bucket = await fixture.viewBucket();
    expect(bucket).toMatchObject({ name: 'app-view', owner: OWNER, versioning: 'off', createdAt: 10 });
    expect(await fixture.store.buckets.findById(context, bucket.id)).toEqual(bucket);
    const names = async (query: object) => (await fixture.store.buckets.list(context, { limit: 10, ...query })).map(({ name }) => name);
    expect(await names({})).toEqual(['app-view', 'models']);
    expect(await names({ after: 'app-view' })).toEqual(['models']);
    expect(await names({ limit: 1 })).toEqual(['app-view']);
    expect(await names({ owner: 'somebody' })).toEqual([]);
    expect(await names({ prefix: 'm' })).toEqual(['models']);
  });

  it('is none while there is no repository', async () => {
    const empty = new ViewFixture();
    expect(await empty.store.buckets.find(context, 'app-view')).toBeUndefined();
  });

  it('has blobs, manifests and tags as objects', async () => {
    const { id: bucketId } = await fixture.viewBucket();
    const blob = await fixture.link('blob');
    const manifest = await fixture.manifest('manifest', ['v1']);
    const find = (key: string) => fixture.store.objects.find(context, { bucketId, key }, { body: true });
    const bytes = async (key: string) => {
      const found = await find(key);
      return found?.body.kind === 'inline' ? Buffer.from(found.body.bytes!).toString() : undefined;
    };
    expect(await bytes(`blobs/${blob}`)).toBe('blob');
    expect(await bytes(`manifests/${manifest}`)).toBe('manifest');
    expect(await bytes('tags/v1')).toBe('manifest');
    const found = (await find('tags/v1'))!;
    expect(found).toMatchObject({ etag: manifest, size: 8, modifiedAt: 200, versionId: 'null', owner: OWNER });
    expect(found.headers.contentType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(found.checksum).toEqual({ algorithm: 'SHA256', type: 'FULL_OBJECT', value: Buffer.from(manifest.slice(7), 'hex').toString('base64') });
    expect(found.etag).not.toMatch(/^[0-9a-f]{32}$/);
    for (const key of ['tags/v2', `blobs/${manifest}`, 'blobs/', 'tags', 'other/x', `blobs/${digestOf('x')}`]) expect(await find(key)).toBeUndefined();
  });

  it('lists any page as a sorted array would', async () => {
    const { id: bucketId } = await fixture.viewBucket();
    const keys: string[] = [];
    for (const text of ['a', 'b', 'c', 'd', 'e']) keys.push(`blobs/${await fixture.link(text)}`);
    for (const text of ['m1', 'm2', 'm3']) keys.push(`manifests/${await fixture.manifest(text, [`v-${text}`, `x.${text}`])}`, `tags/v-${text}`, `tags/x.${text}`);
    keys.sort();
    const digest = keys[0]!.slice(6, 16);
    const prefixes = ['', 'b', 'blobs/', `blobs/${digest}`, 'blobs/sha256:', 'm', 'manifests/sha', 'tags/', 'tags/v', 'tags/x.m2', 'z', 'tags/zzz'];
    const afters = [undefined, 'a', 'blobs/', ...keys.slice(0, 3), 'manifests/', 'n', 'tags/', 'tags/v-', 'tags/x.m1', 'tags/x.', 'zz'];
    for (const prefix of prefixes) {
      for (const delimiter of [undefined, '/', ':', '-', '.']) {
        for (const after of afters) {
          for (const limit of [0, 1, 2, 5, 100]) {
            const page = await fixture.store.objects.list(context, { bucketId, prefix, delimiter, after, limit });
            const expected = listed(keys, prefix, delimiter, after);
            expect([prefix, delimiter, after, limit, page.entries.map(nameOf), page.truncated]).toEqual(
              [prefix, delimiter, after, limit, expected.slice(0, limit), expected.length > limit],
            );
          }
        }
      }
    }
  });

  it('asks for the permission of the repository', async () => {
    const { id: bucketId } = await fixture.viewBucket();
    const blob = await fixture.link('blob');
    await fixture.manifest('manifest', ['v1']);
    const find = (key: string) => fixture.store.objects.find(context, { bucketId, key });
    fixture.denied = 'oci:GetManifest team/app:v1';
    await expect(find('tags/v1')).rejects.toMatchObject({ code: 'access-denied' });
    await expect(find('tags/v2')).resolves.toBeUndefined();
    fixture.denied = 'oci:GetBlob';
    await expect(find(`blobs/${blob}`)).rejects.toMatchObject({ code: 'access-denied' });
    fixture.denied = 'oci:ListTags';
    await expect(fixture.store.objects.list(context, { bucketId, prefix: '', limit: 1 })).rejects.toMatchObject({ code: 'access-denied' });
  });

  it('cannot be written, copied from, or taken away', async () => {
    const { id: bucketId } = await fixture.viewBucket();
    await fixture.link('blob');
    const attributes = { etag: 'e', owner: OWNER, storageClass: 'STANDARD', headers: {}, userMetadata: {} };
    const put = { kind: 'put-object', key: 'k', size: 1, attributes, at: 1, nonce: '0123456789abcdef' } as const;
    const { store } = fixture;
    const denied = { code: 'access-denied' };
    await expect(store.apply(context, { ...put, bucketId, body: sameBytes('x') })).rejects.toMatchObject(denied);
    await expect(store.apply(context, { kind: 'delete-object', bucketId, key: 'tags/v1', at: 1, nonce: put.nonce })).rejects.toMatchObject(denied);
    await expect(store.apply(context, { kind: 'delete-bucket', bucketId, at: 1 })).rejects.toMatchObject(denied);
    await expect(store.apply(context, { kind: 'configure-bucket', bucketId, versioning: 'enabled', at: 1 })).rejects.toMatchObject(denied);
    const models = (await store.buckets.find(context, 'models'))!.id;
    const copy = { kind: 'copy', from: { bucketId, key: 'tags/v1', seq: 1 } } as const;
    await expect(store.apply(context, { ...put, bucketId: models, body: copy })).rejects.toMatchObject({ code: 'not-implemented' });
    await expect(store.apply(context, { kind: 'create-bucket', name: 'app-view', owner: OWNER, region: 'r', at: 1 })).rejects.toMatchObject({ code: 'already-exists' });
  });
});

/** The contract of `ObjectListQuery`, word by word. */
function listed(keys: readonly string[], prefix: string, delimiter: string | undefined, after: string | undefined): string[] {
  const found = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? key : key.slice(0, at + delimiter!.length);
    const covered = name !== key && name === after;
    if (after !== undefined && (covered || (name === key ? key <= after : name <= after && key <= after))) continue;
    found.add(name);
  }
  return [...found];
}
