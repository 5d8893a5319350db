import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { BlobStore } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** One store under test. `reopen` makes a second store over the same bytes, as a restart does. */
export interface BlobStoreSubject {
  readonly store: BlobStore;
  reopen?(): Promise<BlobStore>;
  close(): Promise<void>;
}

const context = testContext();

const codeIs = (code: string) => (error: unknown) => isStoreError(error) && error.code === code;

async function write(store: BlobStore, locator: string, chunks: readonly Uint8Array[]): Promise<void> {
  const upload = await store.begin(context, locator);
  let offset = 0;
  for (const chunk of chunks) {
    await upload.append(offset, chunk);
    offset += chunk.length;
  }
  await upload.commit();
}

async function read(store: BlobStore, locator: string, offset: number, length: number, bufferSize = 1000): Promise<Buffer> {
  const reader = await store.open(context, locator, { offset, length });
  const pieces: Buffer[] = [];
  try {
    for (;;) {
      const buffer = Buffer.alloc(bufferSize);
      const count = await reader.readInto(buffer);
      if (count === 0) break;
      pieces.push(buffer.subarray(0, count));
      if (count < bufferSize) break;
    }
    assert.equal(await reader.readInto(Buffer.alloc(1)), 0, 'a reader at its end goes on answering 0');
  } finally {
    await reader.close();
    await reader.close();
  }
  return Buffer.concat(pieces);
}

/** Every promise of `storage.blobs/v1alpha`. Each test uses locators of its own. */
export function blobStoreSuite(runner: Runner, make: () => Promise<BlobStoreSubject>): void {
  const { describe, it, before, after } = runner;

  describe('storage.blobs/v1alpha', () => {
    let subject: BlobStoreSubject;
    let store: BlobStore;
    let next = 0;
    const locator = (epoch = 1) => `${epoch.toString(36).padStart(8, '0')}/${(next++).toString(36).padStart(10, '0')}`;

    before(async () => {
      subject = await make();
      store = subject.store;
    });
    after(() => subject.close());

    it('gives back what was appended, whole and by range', async () => {
      const name = locator();
      const bytes = randomBytes(10_000);
      await write(store, name, [bytes.subarray(0, 1), bytes.subarray(1, 7_001), bytes.subarray(7_001)]);
      assert.deepEqual(await read(store, name, 0, 10_000), bytes);
      assert.deepEqual(await read(store, name, 0, 10_000, 10_000), bytes);
      assert.deepEqual(await read(store, name, 9_999, 1), bytes.subarray(9_999));
      assert.deepEqual(await read(store, name, 6_990, 20, 7), bytes.subarray(6_990, 7_010));
      assert.deepEqual(await store.stat(context, name), { size: 10_000 });
    });

    it('keeps an empty blob', async () => {
      const name = locator();
      await write(store, name, []);
      assert.deepEqual(await store.stat(context, name), { size: 0 });
    });

    it('takes chunks over shared memory and does not keep them', async () => {
      const name = locator();
      const shared = Buffer.from(new SharedArrayBuffer(64));
      const upload = await store.begin(context, name);
      shared.fill(1);
      await upload.append(0, shared);
      shared.fill(2);
      await upload.append(64, shared);
      shared.fill(3);
      await upload.commit();
      assert.deepEqual(await read(store, name, 0, 128), Buffer.concat([Buffer.alloc(64, 1), Buffer.alloc(64, 2)]));
    });

    it('reads into shared memory', async () => {
      const name = locator();
      await write(store, name, [Buffer.from('shared')]);
      const buffer = Buffer.from(new SharedArrayBuffer(6));
      const reader = await store.open(context, name, { offset: 0, length: 6 });
      assert.equal(await reader.readInto(buffer), 6);
      await reader.close();
      assert.equal(buffer.toString(), 'shared');
    });

    it('fills the buffer except at the end of the range', async () => {
      const name = locator();
      await write(store, name, [Buffer.alloc(5, 7)]);
      const reader = await store.open(context, name, { offset: 1, length: 3 });
      assert.equal(await reader.readInto(Buffer.alloc(2)), 2);
      assert.equal(await reader.readInto(Buffer.alloc(2)), 1);
      assert.equal(await reader.readInto(Buffer.alloc(2)), 0);
      await reader.close();
    });

    it('says corrupt when the bytes end before the range', async () => {
      const name = locator();
      await write(store, name, [Buffer.alloc(5)]);
      const reader = await store.open(context, name, { offset: 0, length: 6 });
      await assert.rejects(reader.readInto(Buffer.alloc(6)), codeIs('corrupt'));
      await reader.close();
    });

    it('commits idempotently and keeps the bytes through a late abort', async () => {
      const name = locator();
      const upload = await store.begin(context, name);
      await upload.append(0, Buffer.from('kept'));
      await upload.commit();
      await upload.commit();
      await upload.abort();
      assert.equal((await read(store, name, 0, 4)).toString(), 'kept');
    });

    it('leaves nothing after an abort, however often', async () => {
      const name = locator();
      const upload = await store.begin(context, name);
      await upload.append(0, Buffer.from('gone'));
      await upload.abort();
      await upload.abort();
      assert.equal(await store.stat(context, name), undefined);
      assert.ok(!(await store.list(context, { limit: 1000 })).includes(name));
    });

    it('refuses a locator that was used', async () => {
      const name = locator();
      await write(store, name, [Buffer.from('first')]);
      await assert.rejects(store.begin(context, name), codeIs('already-exists'));
      assert.equal((await read(store, name, 0, 5)).toString(), 'first');
    });

    it('resumes an upload at its durable length', async () => {
      const name = locator();
      const first = await store.begin(context, name);
      await first.append(0, Buffer.from('half '));
      const { upload, durableLength } = await store.resume(context, name);
      assert.ok(durableLength >= 0 && durableLength <= 5);
      await upload.append(durableLength, Buffer.from('half whole'.slice(durableLength)));
      await upload.commit();
      // Held until now as by a process that died; whatever it answers, it lets go.
      await first.suspend().catch(() => undefined);
      assert.equal((await read(store, name, 0, 10)).toString(), 'half whole');
      await assert.rejects(store.resume(context, locator()), codeIs('not-found'));
    });

    it('suspends an upload, keeps every byte of it, and goes on', async () => {
      const name = locator();
      const first = await store.begin(context, name);
      await first.append(0, Buffer.alloc(5_000, 1));
      await first.suspend();
      await first.suspend();
      await first.abort();
      await assert.rejects(first.append(5_000, Buffer.from('late')), 'it has ended');
      const second = await store.resume(context, name);
      assert.equal(second.durableLength, 5_000);
      await second.upload.append(5_000, Buffer.alloc(3, 2));
      await second.upload.suspend();
      const third = await store.resume(context, name);
      assert.equal(third.durableLength, 5_003);
      await third.upload.commit();
      assert.deepEqual(await read(store, name, 4_999, 4), Buffer.from([1, 2, 2, 2]));
    });

    it('resumes committed bytes at their whole length, for a host that could not record them', async () => {
      const name = locator();
      const first = await store.begin(context, name);
      await first.append(0, Buffer.from('whole'));
      await first.commit();
      const looked = await store.resume(context, name);
      assert.equal(looked.durableLength, 5);
      await looked.upload.suspend();
      const { upload, durableLength } = await store.resume(context, name);
      assert.equal(durableLength, 5);
      await upload.commit();
      assert.equal((await read(store, name, 0, 5)).toString(), 'whole');
    });

    it('answers absence: stat undefined, open not-found, delete success', async () => {
      const name = locator();
      assert.equal(await store.stat(context, name), undefined);
      await assert.rejects(store.open(context, name, { offset: 0, length: 1 }), codeIs('not-found'));
      await store.delete(context, name);
    });

    it('deletes, and goes on reading what was open or says not-found', async () => {
      const name = locator();
      await write(store, name, [Buffer.from('bytes')]);
      await store.delete(context, name);
      await store.delete(context, name);
      assert.equal(await store.stat(context, name), undefined);
      await assert.rejects(store.open(context, name, { offset: 0, length: 1 }), codeIs('not-found'));
    });

    it('lists in order, by epoch, behind a locator, page by page, open uploads included', async () => {
      const names: string[] = [];
      for (let i = 0; i < 7; i++) names.push(locator(40 + (i % 3)));
      const open = locator(41);
      for (const name of names) await write(store, name, [Buffer.from(name)]);
      const upload = await store.begin(context, open);
      const expected = [...names, open].sort();
      const all: string[] = [];
      let after = '00000013/zzzzzzzzzz';
      for (;;) {
        const page: readonly string[] = await store.list(context, { after, limit: 3 });
        assert.ok(page.length <= 3 && page.every((name) => name > after), 'a page is within its limit and begins behind `after`');
        all.push(...page);
        if (page.length < 3) break;
        after = page.at(-1)!;
      }
      assert.deepEqual(all, expected);
      const epoch = (41).toString(36).padStart(8, '0');
      const inEpoch = expected.filter((name) => name.startsWith(epoch));
      assert.deepEqual(await store.list(context, { epoch, limit: 1000 }), inEpoch);
      assert.deepEqual(await store.list(context, { epoch, after: inEpoch[0]!, limit: 1 }), inEpoch.slice(1, 2));
      await upload.abort();
    });

    it('serves many uploads at once, each with its own bytes', async () => {
      const names = Array.from({ length: 40 }, () => locator(50));
      await Promise.all(names.map((name) => write(store, name, [Buffer.from(name), Buffer.from('!')])));
      for (const name of names) assert.equal((await read(store, name, 0, 20)).toString(), `${name}!`);
      await Promise.all(names.map((name) => store.delete(context, name)));
      assert.deepEqual(await store.list(context, { epoch: '0000001e', limit: 1000 }), []);
    });

    it('finds committed bytes after a restart', async () => {
      if (!subject.reopen) return;
      const name = locator(60);
      await write(store, name, [Buffer.from('durable')]);
      const again = await subject.reopen();
      assert.equal((await read(again, name, 0, 7)).toString(), 'durable');
      assert.deepEqual(await again.stat(context, name), { size: 7 });
    });

    it('resumes a suspended upload after a restart, or drops it', async () => {
      if (!subject.reopen) return;
      const [kept, dropped] = [locator(61), locator(61)];
      for (const name of [kept, dropped]) {
        const upload = await store.begin(context, name);
        await upload.append(0, Buffer.from('half '));
        await upload.suspend();
      }
      const again = await subject.reopen();
      const { upload, durableLength } = await again.resume(context, kept);
      assert.equal(durableLength, 5);
      await upload.append(5, Buffer.from('whole'));
      await upload.commit();
      assert.equal((await read(again, kept, 0, 10)).toString(), 'half whole');
      await (await again.resume(context, dropped)).upload.abort();
      assert.equal(await again.stat(context, dropped), undefined);
    });
  });
}
