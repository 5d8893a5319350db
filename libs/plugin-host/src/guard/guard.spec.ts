import { blobStore, metadataStore, provide, StoreError, type CallContext, type MetadataStore, type Point } from '@zas/plugin-api';
import { noopLogger } from '@zas/observability';
import { describe, expect, it } from '@jest/globals';
import { createScrubber } from '../scrub.js';
import { guardProvision } from './guard-provision.js';

const LOCATOR = '00000001/000000000a';
const context: CallContext = { requestId: 'r', logger: noopLogger, signal: new AbortController().signal };

function guarded<T>(point: Point<T>, implementation: unknown): { calls: unknown[][]; store: T } {
  const calls: unknown[][] = [];
  let now = 0;
  const { implementation: store } = guardProvision(provide(point, implementation as T), {
    plugin: 'p',
    monotonic: () => (now += 500),
    onCall: (...call) => calls.push(call),
    scrubber: createScrubber([]),
  });
  return { calls, store: store as T };
}

class Store {
  #closed = 0;
  readonly uploads: string[] = [];
  async begin() {
    const { uploads } = this;
    return {
      append: async (offset: number) => void uploads.push(`append ${offset}`),
      commit: async () => void uploads.push('commit'),
      suspend: async () => void uploads.push('suspend'),
      abort: async () => void uploads.push('abort'),
    };
  }
  async resume() {
    return { upload: await this.begin(), durableLength: 5 };
  }
  async open() {
    return { readInto: async (buffer: Uint8Array) => buffer.byteLength + 1, close: async () => void (this.#closed += 1) };
  }
  async stat() {
    return { size: this.#closed };
  }
  async delete(): Promise<void> {
    throw Object.assign(new Error('EIO: /very/secret/path'), { code: 'EIO' });
  }
  async list() {
    throw new StoreError('no-space', 'full');
  }
}

describe('the guard', () => {
  it('keeps `this`, times each asynchronous call and reports the outcome', async () => {
    const { store, calls } = guarded(blobStore, new Store());
    await expect(store.stat(context, LOCATOR)).resolves.toEqual({ size: 0 });
    await expect(store.list(context, { limit: 1 })).rejects.toMatchObject({ code: 'no-space', details: { plugin: 'p' } });
    expect(calls).toEqual([
      ['p', blobStore.key, 'stat', 0.5, 'ok'],
      ['p', blobStore.key, 'list', 0.5, 'no-space'],
    ]);
  });

  it('turns what is no StoreError into internal with the cause', async () => {
    const { store } = guarded(blobStore, new Store());
    await expect(store.delete(context, LOCATOR)).rejects.toMatchObject({ name: 'StoreError', code: 'internal', details: { plugin: 'p' }, cause: { code: 'EIO' } });
  });

  it('counts an unknown code as internal', async () => {
    const odd = new StoreError('from-the-future' as 'internal', 'odd');
    const { store } = guarded(blobStore, { stat: async () => Promise.reject(odd) });
    await expect(store.stat(context, LOCATOR)).rejects.toMatchObject({ code: 'internal', cause: odd });
  });

  it('leaves the name of the plugin in which an error began', async () => {
    const error = new StoreError('unavailable', 'x', { details: { plugin: 'other' } });
    const { store } = guarded(blobStore, { stat: async () => Promise.reject(error) });
    await expect(store.stat(context, LOCATOR)).rejects.toBe(error);
  });

  it('reads other properties through', () => {
    const implementation = { challenge: 'one', authenticate: async () => undefined };
    const { store } = guarded({ key: 'x/v1', cardinality: 'one', kind: 'point' } as Point<typeof implementation>, implementation);
    implementation.challenge = 'two';
    expect(store.challenge).toBe('two');
  });
});

describe('the guard of blob stores', () => {
  it.each(['a', '00000000/0000000000/0', '..000000/0000000000', 'A0000000/0000000000', '00000000/', '', '00000000/00000000000'])('refuses the locator "%s"', async (locator) => {
    const { store } = guarded(blobStore, new Store());
    for (const call of [store.begin(context, locator), store.stat(context, locator), store.delete(context, locator)]) {
      await expect(call).rejects.toMatchObject({ code: 'invalid-argument' });
    }
  });

  it('refuses malformed ranges and limits', async () => {
    const { store } = guarded(blobStore, new Store());
    for (const [offset, length] of [[-1, 1], [0.5, 1], [0, Number.NaN], [Number.MAX_SAFE_INTEGER, 1]] as const) {
      await expect(store.open(context, LOCATOR, { offset, length })).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    for (const limit of [0, 1_001, 1.5]) await expect(store.list(context, { limit })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('demands appends in sequence, one at a time, and none after the end', async () => {
    const raw = new Store();
    const { store } = guarded(blobStore, raw);
    const upload = await store.begin(context, LOCATOR);
    const first = upload.append(0, new Uint8Array(3));
    await expect(upload.append(0, new Uint8Array(3))).rejects.toMatchObject({ code: 'internal' });
    await first;
    await expect(upload.append(4, new Uint8Array(1))).rejects.toMatchObject({ code: 'invalid-argument' });
    await upload.append(3, new Uint8Array(1));
    await upload.commit();
    await upload.commit();
    await upload.abort();
    await expect(upload.append(4, new Uint8Array(1))).rejects.toMatchObject({ code: 'internal' });
    expect(raw.uploads).toEqual(['append 0', 'append 3', 'commit']);
  });

  it('goes on where a resumed upload stands, and aborts once', async () => {
    const raw = new Store();
    const { upload, durableLength } = await guarded(blobStore, raw).store.resume(context, LOCATOR);
    await upload.append(durableLength, new Uint8Array(1));
    await upload.abort();
    await upload.abort();
    await expect(upload.commit()).rejects.toMatchObject({ code: 'internal' });
    expect(raw.uploads).toEqual(['append 5', 'abort']);
  });

  it('refuses an impossible count of bytes, closes once and reads no more', async () => {
    const { store } = guarded(blobStore, new Store());
    const reader = await store.open(context, LOCATOR, { offset: 0, length: 9 });
    await expect(reader.readInto(new Uint8Array(2))).rejects.toMatchObject({ code: 'internal' });
    await reader.close();
    await reader.close();
    await expect(reader.readInto(new Uint8Array(2))).rejects.toMatchObject({ code: 'internal' });
    await expect(store.stat(context, LOCATOR)).resolves.toEqual({ size: 1 });
  });
});

describe('the guard of metadata stores', () => {
  const make = () => {
    const raw: { intents: Set<string>; objects: unknown; apply: () => Promise<string> } = {
      intents: new Set(['put-object', 'delete-bucket']),
      objects: undefined,
      apply: async () => 'applied',
    };
    return { raw, ...guarded(metadataStore, raw as unknown as MetadataStore) };
  };
  const put = (key: string) => ({ kind: 'put-object', key }) as never;

  it('refuses keys that are empty, too long or not well-formed', async () => {
    const { store } = make();
    await expect(store.apply(context, put('a'))).resolves.toBe('applied');
    await expect(store.apply(context, put('ä'.repeat(512)))).resolves.toBe('applied');
    await expect(store.apply(context, put(''))).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(store.apply(context, put('\ud800'))).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(store.apply(context, put(`${'ä'.repeat(512)}x`))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('refuses intents that the store does not declare', async () => {
    await expect(make().store.apply(context, { kind: 'create-bucket' } as never)).rejects.toMatchObject({ code: 'not-implemented' });
  });

  it('guards roles that appear when the store starts', async () => {
    const { raw, store, calls } = make();
    expect(store.objects).toBeUndefined();
    raw.objects = { find: async () => undefined, list: async () => ({ entries: [], truncated: false }) };
    await store.objects.find(context, { bucketId: 1, key: 'k' });
    await expect(store.objects.find(context, { bucketId: 1, key: '' })).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(store.objects.list(context, { bucketId: 1, prefix: '', limit: 1_002 })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(calls).toEqual([['p', metadataStore.key, 'objects.find', 0.5, 'ok']]);
    expect(store.objects).toBe(store.objects);
  });
});
