import { randomBytes } from 'node:crypto';
import type { BlobStore } from '@zas/plugin-api';
import type { Row } from '../report/rows.js';
import { measureCalls } from './measure-calls.js';
import type { StoreRun } from './measure-metadata.js';

const SIZES = [
  { name: '1k', bytes: 1024 },
  { name: '1m', bytes: 1024 * 1024 },
] as const;
const CALLERS = [1, 16];
const READ_BLOBS = 64;
/** The double keeps what it is given. */
const MOST_WRITTEN_BYTES = 512 * 1024 * 1024;

/** Measures each wanted work of a blob store that holds nothing yet. Writing includes the commit; reading the opening. */
export async function measureBlobs(store: BlobStore, run: StoreRun): Promise<readonly Row[]> {
  const { context, target, seconds } = run;
  const rows: Row[] = [];
  let serial = 0;
  const nextLocator = () => `00000001/${(serial++).toString(36).padStart(10, '0')}`;
  const write = async (locator: string, bytes: Uint8Array) => {
    const upload = await store.begin(context, locator);
    await upload.append(0, bytes);
    await upload.commit();
  };

  for (const { name, bytes } of SIZES) {
    const body = randomBytes(bytes);
    for (const callers of run.wanted(`blob-write-${name}`) ? CALLERS : []) {
      const written: string[] = [];
      const call = (i: number) => {
        if (i * bytes >= MOST_WRITTEN_BYTES) return false;
        const locator = nextLocator();
        written.push(locator);
        return write(locator, body);
      };
      rows.push(await measureCalls({ work: `blob-write-${name}`, target, callers, seconds, bytes, call }));
      for (const locator of written) await store.delete(context, locator);
    }
    if (!run.wanted(`blob-read-${name}`)) continue;
    const stored = Array.from({ length: READ_BLOBS }, nextLocator);
    for (const locator of stored) await write(locator, body);
    for (const callers of CALLERS) {
      const buffers = Array.from({ length: callers }, () => Buffer.alloc(bytes));
      const call = async (i: number) => {
        const buffer = buffers.pop()!;
        const reader = await store.open(context, stored[i % READ_BLOBS]!, { offset: 0, length: bytes });
        const read = await reader.readInto(buffer);
        await reader.close();
        buffers.push(buffer);
        if (read !== bytes) throw new Error(`${read} bytes were read instead of ${bytes}`);
      };
      rows.push(await measureCalls({ work: `blob-read-${name}`, target, callers, seconds, bytes, call }));
    }
  }
  return rows;
}
