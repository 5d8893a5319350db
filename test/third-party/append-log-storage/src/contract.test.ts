import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Runner } from '@zas/plugin-testkit';
import { blobStoreSuite, testContext } from '@zas/plugin-testkit';
import { AppendLogBlobStore } from 'append-log-storage';

// node:test answers promises that nobody needs to wait for.
const runner: Runner = {
  describe: (name, body) => void describe(name, body),
  it: (name, body) => void it(name, body),
  before,
  after,
};

blobStoreSuite(runner, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'append-log-'));
  const opened: AppendLogBlobStore[] = [];
  const open = async () => {
    const store = new AppendLogBlobStore(path.join(folder, 'deep', 'blobs.log'));
    await store.start();
    opened.push(store);
    return store;
  };
  return {
    store: await open(),
    reopen: open,
    close: async () => {
      for (const store of opened) await store.stop();
      await rm(folder, { recursive: true });
    },
  };
});

void describe('a log that a crash tore', () => {
  void it('keeps what was committed and cuts off the rest', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'append-log-'));
    const file = path.join(folder, 'blobs.log');
    const context = testContext();
    const store = new AppendLogBlobStore(file);
    await store.start();
    const upload = await store.begin(context, '00000001/0000000001');
    await upload.append(0, Buffer.from('whole'));
    await upload.commit();
    await store.stop();
    const { size } = await stat(file);
    await appendFile(file, '{"op":"bytes","locator":"00000001/0000000001","length":50}\ntoo few');
    await store.start();
    assert.equal((await stat(file)).size, size);
    assert.deepEqual(await store.stat(context, '00000001/0000000001'), { size: 5 });
    await store.stop();
    await rm(folder, { recursive: true });
  });
});
