import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blobStoreSuite, testContext } from '@zas/plugin-testkit';
import { READ_FAILURE_MS } from './disk-health.js';
import type { FileSystem } from './file-system.js';
import { nodeFileSystem } from './file-system.js';
import { FilesystemBlobStore } from './filesystem-blob-store.js';

const context = testContext();
const root = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-blobs-'));
afterAll(() => fs.rm(root, { recursive: true }));
const folder = () => fs.mkdtemp(path.join(root, 'store-'));
const locator = (serial: number) => `00000001/${serial.toString(36).padStart(10, '0')}`;
const failure = (code: string) => Object.assign(new Error(code), { code });

blobStoreSuite({ describe, it, before: beforeAll, after: afterAll }, async () => {
  const root = path.join(await folder(), 'a', 'b');
  const open = async () => {
    const store = new FilesystemBlobStore(nodeFileSystem, root);
    await store.start();
    return store;
  };
  return { store: await open(), reopen: open, close: () => fs.rm(root, { recursive: true }) };
});

async function startedOn(overrides: Partial<FileSystem>) {
  const root = await folder();
  const faults: Partial<FileSystem> = {};
  const store = new FilesystemBlobStore({ ...nodeFileSystem, ...wrap(faults) }, root);
  await store.start();
  Object.assign(faults, overrides);
  return { store, root, faults };
}

/** Each operation looks up its fault when it is called, so that faults come and go. */
function wrap(faults: Partial<FileSystem>): Partial<FileSystem> {
  const operations = Object.keys(nodeFileSystem) as (keyof FileSystem)[];
  return Object.fromEntries(
    operations.map((name) => [name, (...args: unknown[]) => ((faults[name] ?? nodeFileSystem[name]) as (...a: unknown[]) => unknown)(...args)]),
  );
}

describe('FilesystemBlobStore on a bad disk', () => {
  it.each([
    ['ENOSPC', 'no-space'],
    ['EIO', 'unavailable'],
    ['EROFS', 'unavailable'],
  ])('write failing with %s answers %s, leaves nothing and recovers', async (errno, code) => {
    const { store, faults } = await startedOn({ write: async () => Promise.reject(failure(errno)) });
    const upload = await store.begin(context, locator(1));
    await expect(upload.append(0, Buffer.from('x'))).rejects.toMatchObject({ code });
    await expect(upload.commit()).rejects.toMatchObject({ code: 'internal' });
    await upload.abort();
    expect(await store.stat(context, locator(1))).toBeUndefined();
    expect(await store.health.check()).toMatchObject({ state: 'degraded', reason: expect.stringContaining(errno) });
    delete faults.write;
    expect(await store.health.check()).toEqual({ state: 'healthy' });
  });

  it('goes on after a short write', async () => {
    const { store } = await startedOn({
      write: (fd, bytes, position) => nodeFileSystem.write(fd, bytes.subarray(0, Math.min(3, bytes.length)), position),
    });
    const upload = await store.begin(context, locator(1));
    await upload.append(0, Buffer.from('0123456789'));
    await upload.commit();
    const buffer = Buffer.alloc(10);
    const reader = await store.open(context, locator(1), { offset: 0, length: 10 });
    expect(await reader.readInto(buffer)).toBe(10);
    await reader.close();
    expect(buffer.toString()).toBe('0123456789');
  });

  it.each(['datasync', 'syncDirectory'] as const)('a failed %s fails the commit for good, without a second try', async (operation) => {
    let calls = 0;
    const { store, faults } = await startedOn({});
    const upload = await store.begin(context, locator(1));
    await upload.append(0, Buffer.from('x'));
    faults[operation] = async () => {
      calls++;
      throw failure('EIO');
    };
    await expect(upload.commit()).rejects.toMatchObject({ code: 'unavailable' });
    delete faults[operation];
    await expect(upload.commit()).rejects.toMatchObject({ code: 'internal' });
    expect(calls).toBe(1);
    await upload.abort();
    expect(await store.stat(context, locator(1))).toBeUndefined();
  });

  it('does not resolve a commit before data, file entry and new folders are synced', async () => {
    const synced: string[] = [];
    const { store, root } = await startedOn({
      syncDirectory: async (directory) => {
        await nodeFileSystem.syncDirectory(directory);
        synced.push(path.relative(root, directory));
      },
      datasync: async (fd) => {
        await nodeFileSystem.datasync(fd);
        synced.push('data');
      },
    });
    const upload = await store.begin(context, locator(1));
    await upload.commit();
    expect(new Set(synced)).toEqual(new Set(['', '00000001', path.join('00000001', '00000000'), 'data']));
  });

  it('shares the syncs of one directory among concurrent commits', async () => {
    let syncs = 0;
    const { store, faults } = await startedOn({});
    const uploads = await Promise.all(Array.from({ length: 20 }, (_, i) => store.begin(context, locator(i))));
    faults.syncDirectory = async (directory) => {
      syncs++;
      await nodeFileSystem.syncDirectory(directory);
    };
    await Promise.all(uploads.map((upload) => upload.commit()));
    expect(syncs).toBeLessThanOrEqual(3);
  });

  it('says degraded for a while after a read that failed', async () => {
    const root = await folder();
    const faults: Partial<FileSystem> = {};
    let now = 0;
    const store = new FilesystemBlobStore({ ...nodeFileSystem, ...wrap(faults) }, root, { now: () => 0, monotonic: () => now });
    await store.start();
    const upload = await store.begin(context, locator(1));
    await upload.append(0, Buffer.from('abc'));
    await upload.commit();
    faults.read = async () => Promise.reject(failure('EIO'));
    const reader = await store.open(context, locator(1), { offset: 0, length: 3 });
    await expect(reader.readInto(Buffer.alloc(3))).rejects.toMatchObject({ code: 'unavailable' });
    await reader.close();
    expect(await store.health.check()).toMatchObject({ state: 'degraded', reason: expect.stringContaining('EIO') });
    now = READ_FAILURE_MS;
    expect(await store.health.check()).toEqual({ state: 'healthy' });
  });

  it('says unavailable and degraded when its folder vanished, and never makes the root again', async () => {
    const { store, root } = await startedOn({});
    await fs.rm(root, { recursive: true });
    await expect(store.begin(context, locator(1))).rejects.toMatchObject({ code: 'unavailable' });
    expect((await store.health.check()).state).toBe('degraded');
    await expect(fs.stat(root)).rejects.toMatchObject({ code: 'ENOENT' });
    await fs.mkdir(root);
    expect((await store.health.check()).state).toBe('healthy');
    const upload = await store.begin(context, locator(1));
    await upload.commit();
  });

  it('leaks no descriptor over commits, aborts, failures and reads', async () => {
    const { store, faults } = await startedOn({});
    const open = async () => (await fs.readdir('/proc/self/fd')).length;
    const before = await open();
    for (let i = 0; i < 20; i++) {
      const upload = await store.begin(context, locator(i));
      await upload.append(0, Buffer.from('abc'));
      if (i % 3 === 0) await upload.commit();
      if (i % 3 === 1) await upload.abort();
      if (i % 3 === 2) {
        faults.datasync = async () => Promise.reject(failure('EIO'));
        await expect(upload.commit()).rejects.toBeDefined();
        delete faults.datasync;
        await upload.abort();
      }
      if (i % 3 === 0) await (await store.open(context, locator(i), { offset: 0, length: 3 })).close();
    }
    expect(await open()).toBeLessThanOrEqual(before + 1);
  });

  it('starts although a process with its id was killed in a trial write, and removes what that left', async () => {
    const { root } = await startedOn({});
    for (let trial = 0; trial < 3; trial++) await fs.mkdir(path.join(root, `.trial-${process.pid}-${trial}`));
    await fs.writeFile(path.join(root, `.trial-${process.pid}-1`, 'block'), 'x');
    await new FilesystemBlobStore(nodeFileSystem, root).start();
    expect(await fs.readdir(root)).toEqual([]);
  });

  it('removes emptied folders', async () => {
    const { store, root } = await startedOn({});
    const upload = await store.begin(context, locator(1));
    await upload.commit();
    await store.delete(context, locator(1));
    expect(await fs.readdir(root)).toEqual([]);
  });
});
