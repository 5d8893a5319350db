import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { FileSystem } from './file-system.js';
import { nodeFileSystem } from './file-system.js';
import { FileWriter } from './file-writer.js';

const PAGE = 4096;
const failure = (code: string) => Object.assign(new Error(code), { code });

// Types of Node do not have it, those of browsers are not loaded.
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
};

/** A buffer that begins on a page of memory, as those of the byte budget do. */
function aligned(size: number): Buffer {
  const units = Math.ceil(size / 65_536);
  const memory = new WebAssembly.Memory({ initial: units, maximum: units, shared: true }).buffer;
  const bytes = Buffer.from(memory, 0, size);
  bytes.set(crypto.randomBytes(size));
  return bytes;
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-writer-'));
afterAll(() => fs.rm(folder, { recursive: true }));

/** Writes chunks one behind the other. @returns what the file holds, and which descriptors wrote what */
async function written(chunks: readonly Uint8Array[], overrides: Partial<FileSystem> = {}, direct = true) {
  const file = path.join(await fs.mkdtemp(path.join(folder, 'writer-')), 'file');
  const writes: string[] = [];
  let directFd: number | undefined;
  const recording: FileSystem = {
    ...nodeFileSystem,
    open: async (name, flags) => {
      const fd = await nodeFileSystem.open(name, flags);
      if (flags === 'direct') directFd = fd;
      return fd;
    },
    write: async (fd, bytes, position) => {
      writes.push(`${fd === directFd ? 'direct' : 'cached'} ${position} ${bytes.length}`);
      return nodeFileSystem.write(fd, bytes, position);
    },
    ...overrides,
  };
  const fd = await nodeFileSystem.open(file, 'wx');
  const writer = new FileWriter(recording, file, fd, direct);
  let offset = 0;
  for (const chunk of chunks) {
    await writer.write(offset, chunk);
    offset += chunk.length;
  }
  await nodeFileSystem.datasync(fd);
  await writer.close();
  const bytes = await fs.readFile(file);
  await fs.rm(path.dirname(file), { recursive: true });
  return { bytes, writes };
}

describe('FileWriter', () => {
  it.each([
    [[1_048_576, 1_048_576]],
    [[1_048_576, 300_001]],
    [[300_001, 1_048_576, 7]],
    [[PAGE * 32, 5, PAGE * 32]],
    [[10, 20]],
  ])('keeps every byte of chunks of %j', async (sizes) => {
    const chunks = sizes.map(aligned);
    for (const direct of [true, false]) {
      const { bytes } = await written(chunks, {}, direct);
      expect(bytes.equals(Buffer.concat(chunks))).toBe(true);
    }
  });

  it('writes no page both ways: after an unaligned end everything is cached', async () => {
    const { writes } = await written([aligned(300_001), aligned(1_048_576)], {
      open: async () => Promise.reject(failure('EINVAL')),
    });
    expect(writes).toEqual(['cached 0 300001', 'cached 300001 1048576']);
    const whole = 300_001 - (300_001 % PAGE);
    const mixed = await written([aligned(300_001), aligned(1_048_576)]);
    if (mixed.writes[0]!.startsWith('direct')) {
      expect(mixed.writes).toEqual([`direct 0 ${whole}`, `cached ${whole} ${300_001 - whole}`, 'cached 300001 1048576']);
    }
  });

  it('goes on through the cache when a direct write falls short or is refused', async () => {
    const chunk = aligned(1_048_576);
    let first = true;
    const short = await written([chunk], {
      write: async (fd, bytes, position) => {
        const part = first ? bytes.subarray(0, 100_000) : bytes;
        first = false;
        return nodeFileSystem.write(fd, Buffer.from(part), position).catch(() => nodeFileSystem.write(fd, part, position));
      },
      open: async (name) => nodeFileSystem.open(name, 'r+'),
    });
    expect(short.bytes.equals(chunk)).toBe(true);
    let refused = 0;
    const fallback = await written([chunk, chunk], {
      open: async (name) => nodeFileSystem.open(name, 'r+'),
      write: async (fd, bytes, position) => {
        if (refused++ === 0) throw failure('EINVAL');
        return nodeFileSystem.write(fd, bytes, position);
      },
    });
    expect(fallback.bytes.equals(Buffer.concat([chunk, chunk]))).toBe(true);
  });

  it('passes on what is no refusal', async () => {
    await expect(written([aligned(1_048_576)], { write: async () => Promise.reject(failure('ENOSPC')) })).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(written([aligned(1_048_576)], { open: async () => Promise.reject(failure('EIO')) })).rejects.toMatchObject({ code: 'EIO' });
  });
});
