import { randomBytes } from 'node:crypto';
import type { CallContext, MetadataStore, ObjectListPage, ObjectVersion, WrittenVersion } from '@zas/plugin-api';
import { ObjectWriter } from '../seed/object-writer.js';
import { repeat } from './measure-calls.js';
import type { PreparedCalls } from './prepared-calls.js';
import type { MetadataWork } from './work-names.js';

export const BODY_BYTES = 4096;
const READ_OBJECTS = 2000;
const LIST_PREFIXES = 100;
const PAGE = 1000;
const STRIDE = 7919;
/** For deleting, stored before; the faster stores end early. */
const STORED_PER_SECOND = 10_000;
const FILL_CALLERS = 256;
/** The double keeps what it is given. */
const MOST_PUTS = 100_000;

/** Works over one metadata store, each in a bucket of its own; what is only read is stored once. */
export class MetadataWorks {
  readonly #bytes = randomBytes(BODY_BYTES);
  #reading: Promise<ObjectWriter> | undefined;
  #buckets = 0;

  constructor(
    private readonly store: MetadataStore,
    private readonly context: CallContext,
  ) {}

  /** @param seconds for which it must suffice */
  async prepare(work: MetadataWork, seconds: number): Promise<PreparedCalls> {
    switch (work) {
      case 'meta-put':
        return written(await this.#newBucket(), (i) => `key/${i}`, this.#bytes);
      case 'meta-put-version':
        return written(await this.#newBucket(true), (i) => `key/${i % PAGE}`, this.#bytes);
      case 'meta-find':
        return this.#find(false);
      case 'meta-find-body':
        return this.#find(true);
      case 'meta-list':
        return this.#list(PAGE);
      case 'meta-list-delim':
        return this.#list(LIST_PREFIXES, '/');
      case 'meta-list-versions':
        return this.#listVersions();
      case 'meta-delete':
        return this.#delete(Math.ceil(seconds * STORED_PER_SECOND));
    }
  }

  #newBucket(versioning = false): Promise<ObjectWriter> {
    return ObjectWriter.inNewBucket(this.store, this.context, `bench-${this.#buckets++}`, versioning);
  }

  async #readingBucket(): Promise<ObjectWriter> {
    const writer = await this.#newBucket();
    await repeat(READ_OBJECTS, FILL_CALLERS, (i) => writer.put(readKey(i), this.#bytes));
    return writer;
  }

  async #find(body: boolean): Promise<PreparedCalls<ObjectVersion | undefined>> {
    const { bucketId } = await (this.#reading ??= this.#readingBucket());
    return {
      run: (i) => this.store.objects.find(this.context, { bucketId, key: readKey((i * STRIDE) % READ_OBJECTS) }, { body }),
      check: (found) => found?.size === BODY_BYTES,
    };
  }

  async #list(entries: number, delimiter?: string): Promise<PreparedCalls<ObjectListPage>> {
    const { bucketId } = await (this.#reading ??= this.#readingBucket());
    return { run: () => this.store.objects.list(this.context, { bucketId, prefix: '', delimiter, limit: PAGE }), check: (page) => page?.entries.length === entries };
  }

  /** A page of one key's versions, twice as many of which there are. */
  async #listVersions(): Promise<PreparedCalls<ObjectListPage>> {
    const { bucketId, put } = await this.#newBucket(true);
    await repeat(2 * PAGE, FILL_CALLERS, () => put('key', this.#bytes));
    return { run: () => this.store.objects.listVersions(this.context, { bucketId, prefix: '', limit: PAGE }), check: (page) => page?.entries.length === PAGE };
  }

  async #delete(stored: number): Promise<PreparedCalls<{ readonly removed: boolean }>> {
    const writer = await this.#newBucket();
    await repeat(stored, FILL_CALLERS, (i) => writer.put(`key/${i}`, this.#bytes));
    return { run: (i) => writer.remove(`key/${i}`), check: (outcome) => outcome?.removed === true, most: stored };
  }
}

function readKey(i: number): string {
  return `${String(i % LIST_PREFIXES).padStart(3, '0')}/${i}`;
}

function written(writer: ObjectWriter, key: (i: number) => string, bytes: Uint8Array): PreparedCalls<WrittenVersion> {
  return { run: (i) => writer.put(key(i), bytes), check: (version) => version?.seq > 0, most: MOST_PUTS };
}
