import { LOCATOR_PATTERN, type BlobReader, type BlobStore, type BlobUpload } from '@zas/plugin-api';
import type { Guard } from './guard.js';
import { guardObject, type MethodRules } from './guard-object.js';

/** The contract of {@link BlobStore}, enforced at run time on both sides of the line. */
export function guardBlobStore(store: BlobStore, guard: Guard): BlobStore {
  const locator = (args: readonly unknown[]): void => {
    if (typeof args[1] !== 'string' || !LOCATOR_PATTERN.test(args[1])) throw guard.refuse('invalid-argument', 'Malformed locator');
  };
  const natural = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const rules: MethodRules = {
    begin: { check: locator, result: (upload) => new GuardedUpload(upload as BlobUpload, guard, 0) },
    resume: {
      check: locator,
      result: (value) => {
        const { upload, durableLength } = value as { upload: BlobUpload; durableLength: number };
        if (!natural(durableLength)) throw guard.refuse('internal', 'A blob store answered no durable length');
        return { upload: new GuardedUpload(upload, guard, durableLength), durableLength };
      },
    },
    open: {
      check: (args) => {
        locator(args);
        const { offset, length } = (args[2] ?? {}) as { offset?: unknown; length?: unknown };
        if (!natural(offset) || !natural(length) || !natural(offset + length)) throw guard.refuse('invalid-argument', 'Malformed range');
      },
      result: (reader) => new GuardedReader(reader as BlobReader, guard),
    },
    stat: { check: locator },
    delete: { check: locator },
    list: {
      check: (args) => {
        const { epoch, after, limit } = (args[1] ?? {}) as { epoch?: string; after?: string; limit?: number };
        if (epoch !== undefined && !/^[0-9a-z]{8}$/.test(epoch)) throw guard.refuse('invalid-argument', 'Malformed epoch');
        if (after !== undefined && !LOCATOR_PATTERN.test(after)) throw guard.refuse('invalid-argument', 'Malformed locator');
        if (!natural(limit) || limit < 1 || limit > 1_000) throw guard.refuse('invalid-argument', 'Limit out of range');
      },
    },
  };
  return guardObject(store, guard, { rules });
}

/** One call at a time, appends in sequence, nothing after the end, ends that may be repeated. */
class GuardedUpload implements BlobUpload {
  readonly #upload: BlobUpload;
  readonly #guard: Guard;
  #length: number;
  #state: 'open' | 'committed' | 'suspended' | 'aborted' = 'open';
  #busy = false;

  constructor(upload: BlobUpload, guard: Guard, length: number) {
    this.#upload = upload;
    this.#guard = guard;
    this.#length = length;
  }

  async append(offset: number, chunk: Uint8Array): Promise<void> {
    this.#mustBeOpen();
    if (offset !== this.#length) throw this.#guard.refuse('invalid-argument', 'Appended out of sequence');
    await this.#alone('upload.append', this.#upload.append, [offset, chunk]);
    this.#length += chunk.byteLength;
  }

  async commit(): Promise<void> {
    if (this.#state === 'committed') return;
    this.#mustBeOpen();
    await this.#alone('upload.commit', this.#upload.commit, []);
    this.#state = 'committed';
  }

  async suspend(): Promise<void> {
    if (this.#state === 'suspended') return;
    this.#mustBeOpen();
    await this.#alone('upload.suspend', this.#upload.suspend, []);
    this.#state = 'suspended';
  }

  async abort(): Promise<void> {
    // Committed bytes belong to the record by now; deleting them is another call.
    if (this.#state !== 'open') return;
    this.#state = 'aborted';
    await this.#guard.invoke('upload.abort', this.#upload, this.#upload.abort, []);
  }

  #mustBeOpen(): void {
    if (this.#state !== 'open') throw this.#guard.refuse('internal', 'Upload used after its end');
    if (this.#busy) throw this.#guard.refuse('internal', 'Upload used concurrently');
  }

  async #alone(name: string, method: (...args: never[]) => unknown, args: readonly unknown[]): Promise<void> {
    this.#busy = true;
    try {
      await this.#guard.invoke(name, this.#upload, method, args);
    } finally {
      this.#busy = false;
    }
  }
}

class GuardedReader implements BlobReader {
  readonly #reader: BlobReader;
  readonly #guard: Guard;
  #closed = false;

  constructor(reader: BlobReader, guard: Guard) {
    this.#reader = reader;
    this.#guard = guard;
  }

  async readInto(buffer: Uint8Array): Promise<number> {
    if (this.#closed) throw this.#guard.refuse('internal', 'Reader used after its end');
    const count = (await this.#guard.invoke('reader.readInto', this.#reader, this.#reader.readInto, [buffer])) as number;
    if (!Number.isSafeInteger(count) || count < 0 || count > buffer.byteLength) {
      throw this.#guard.refuse('internal', 'A blob store answered no count of bytes');
    }
    return count;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#guard.invoke('reader.close', this.#reader, this.#reader.close, []);
  }
}
