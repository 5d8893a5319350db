import { randomBytes } from 'node:crypto';
import type { BlobStore, CallContext } from '@zas/plugin-api';
import type { PreparedCalls } from './prepared-calls.js';
import type { BlobWork } from './work-names.js';

const MIB = 1024 * 1024;
const SIZES = { '1k': 1024, '1m': MIB, '64m': 64 * MIB } as const;
/** Bytes handed over at a time, as the server does it. */
const PIECE_BYTES = MIB;
const READ_BLOBS = { '1k': 64, '1m': 64, '64m': 2 } as const;
const COMPARED_BYTES = 64;
/** The double keeps what it is given. */
const MOST_WRITTEN_BYTES = 512 * MIB;

export function bytesOf(work: BlobWork): number {
  return SIZES[sizeOf(work)];
}

function sizeOf(work: BlobWork): keyof typeof SIZES {
  return work.slice(work.lastIndexOf('-') + 1) as keyof typeof SIZES;
}

/** Works over one blob store. Writing includes the commit; reading the opening. */
export class BlobWorks {
  private serial = 0;

  constructor(
    private readonly store: BlobStore,
    private readonly context: CallContext,
  ) {}

  prepare(work: BlobWork): Promise<PreparedCalls> {
    return work.startsWith('blob-write') ? this.prepareWrites(bytesOf(work)) : this.prepareReads(bytesOf(work), READ_BLOBS[sizeOf(work)]);
  }

  private async prepareWrites(bytes: number): Promise<PreparedCalls<string>> {
    const body = randomBytes(bytes);
    const written: string[] = [];
    return {
      run: async () => {
        const locator = this.nextLocator();
        await this.write(locator, body);
        written.push(locator);
        return locator;
      },
      check: (locator) => written.includes(locator, -64),
      most: Math.ceil(MOST_WRITTEN_BYTES / bytes),
      finish: async () => {
        for (const locator of written) {
          const stored = await this.store.stat(this.context, locator);
          if (stored?.size !== bytes) throw new Error(`${stored?.size} bytes were stored instead of ${bytes}`);
        }
        await this.remove(written);
      },
    };
  }

  private async prepareReads(bytes: number, blobs: number): Promise<PreparedCalls<number>> {
    const body = randomBytes(bytes);
    const stored = Array.from({ length: blobs }, () => this.nextLocator());
    for (const locator of stored) await this.write(locator, body);
    const buffers: Buffer[] = [];
    return {
      run: async (i) => {
        const buffer = buffers.pop() ?? Buffer.alloc(Math.min(bytes, PIECE_BYTES));
        const reader = await this.store.open(this.context, stored[i % blobs]!, { offset: 0, length: bytes });
        let [total, read] = [0, 1];
        for (; total < bytes && read > 0; total += read) read = await reader.readInto(buffer);
        await reader.close();
        // All of it would be a measurement of comparing.
        const right = buffer.compare(body, total - COMPARED_BYTES, total, read - COMPARED_BYTES, read) === 0;
        buffers.push(buffer);
        return right ? total : -1;
      },
      check: (total) => total === bytes,
      finish: () => this.remove(stored),
    };
  }

  private async write(locator: string, bytes: Uint8Array): Promise<void> {
    const upload = await this.store.begin(this.context, locator);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) await upload.append(at, bytes.subarray(at, at + PIECE_BYTES));
    await upload.commit();
  }

  private async remove(locators: readonly string[]): Promise<void> {
    for (const locator of locators) await this.store.delete(this.context, locator);
  }

  private nextLocator(): string {
    return `00000001/${(this.serial++).toString(36).padStart(10, '0')}`;
  }
}
