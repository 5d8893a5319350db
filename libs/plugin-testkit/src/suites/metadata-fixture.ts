import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  isStoreError,
  type BucketId,
  type CallContext,
  type ErrorCode,
  type ErrorReason,
  type Intent,
  type IntentKind,
  type MetadataStore,
  type NewBody,
  type NewContent,
  type ObjectAttributes,
  type ObjectVersion,
  type Outcomes,
  type PutObject,
  type Versioning,
} from '@zas/plugin-api';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** A store under test. */
export interface MetadataStoreSubject {
  readonly store: MetadataStore;
  /** Stops the store and opens what it kept; absent for stores that keep nothing, see `noRestart`. */
  reopen?(): Promise<MetadataStore>;
  close(): Promise<void>;
}

export type MakeMetadataStore = () => Promise<MetadataStoreSubject>;

/** Options of {@link MetadataFixture.put} beside the key and the bytes. */
export type PutOptions = Partial<Pick<PutObject, 'precondition' | 'at' | 'size' | 'nonce'>> & { attributes?: Partial<ObjectAttributes> };

/** One store, shared by the tests of one subject; each test makes its own buckets. */
export class MetadataFixture {
  readonly context: CallContext = testContext();
  #subject: MetadataStoreSubject | undefined;
  #store: MetadataStore | undefined;
  #made = 0;

  static declare(runner: Runner, makeStore: MakeMetadataStore): MetadataFixture {
    const fixture = new MetadataFixture();
    runner.before(async () => {
      fixture.#subject = await makeStore();
      fixture.#store = fixture.#subject.store;
    });
    runner.after(() => fixture.#subject?.close());
    return fixture;
  }

  get store(): MetadataStore {
    assert.ok(this.#store, 'the store was not made');
    return this.#store;
  }

  async restart(): Promise<void> {
    assert.ok(this.#subject?.reopen, 'the store cannot be opened again; say why in `noRestart`');
    this.#store = await this.#subject.reopen();
  }

  /** A number that no other call of this fixture got. */
  unique(): number {
    return ++this.#made;
  }

  apply<K extends IntentKind>(intent: Extract<Intent, { kind: K }>, context = this.context): Promise<Outcomes[K]> {
    return this.store.apply<K>(context, intent);
  }

  async bucket(versioning: Versioning = 'off'): Promise<BucketId> {
    const name = `bucket-${this.unique()}`;
    const { bucketId } = await this.apply<'create-bucket'>({ kind: 'create-bucket', name, owner: '111111111111', region: 'r', at: 1 });
    if (versioning !== 'off') await this.versioning(bucketId, versioning);
    return bucketId;
  }

  async versioning(bucketId: BucketId, versioning: Versioning): Promise<void> {
    await this.apply<'configure-bucket'>({ kind: 'configure-bucket', bucketId, versioning, at: 2 });
  }

  put(bucketId: BucketId, key: string, bytes: string | NewBody = 'x', options: PutOptions = {}) {
    const body = typeof bytes === 'string' ? inline(bytes) : bytes;
    return this.apply<'put-object'>({
      kind: 'put-object',
      bucketId,
      key,
      size: options.size ?? sizeOf(body),
      body,
      attributes: { ...attributes(typeof bytes === 'string' ? bytes : 'etag'), ...options.attributes },
      precondition: options.precondition,
      at: options.at ?? 1000,
      nonce: options.nonce ?? NONCE,
    });
  }

  remove(bucketId: BucketId, key: string, versionId?: string, at = 2000) {
    return this.apply<'delete-object'>({ kind: 'delete-object', bucketId, key, versionId, at, nonce: NONCE });
  }

  find(bucketId: BucketId, key: string, versionId?: string): Promise<ObjectVersion | undefined> {
    return this.store.objects.find(this.context, { bucketId, key, versionId }, { body: true });
  }

  /** The text of a small version, wherever its bytes are inline. */
  async textOf(version: ObjectVersion | undefined): Promise<string> {
    assert.ok(version);
    if (version.body.kind === 'inline') return Buffer.from(version.body.bytes!).toString();
    if (version.body.kind === 'empty') return '';
    assert.equal(version.body.kind, 'extents');
    let text = '';
    for (const { source, length } of await this.store.objects.extents(this.context, version.body.bodyId, 0, version.size)) {
      assert.equal(source.kind, 'inline');
      const bytes = await this.store.objects.inlineBytes(this.context, source.inlineId);
      text += Buffer.from(bytes!).subarray(source.offset, source.offset + length).toString();
    }
    return text;
  }

  usage(bucketId: BucketId) {
    return this.store.buckets.usage(this.context, bucketId);
  }

  /** Opens an epoch, without which no stored bytes are accepted. @returns its fence */
  async epoch(name = `epoch-${this.unique()}`): Promise<number> {
    return (await this.apply<'acquire-lease'>({ kind: 'acquire-lease', name, holder: 'suite', ttlMs: 1e9, at: 1 })).fence;
  }
}

export const NONCE = '0123456789abcdef';

export function inline(text: string): NewBody {
  return { kind: 'inline', bytes: Buffer.from(text) };
}

export function attributes(etag: string): ObjectAttributes {
  return { etag, owner: '111111111111', storageClass: 'STANDARD', headers: {}, userMetadata: {} };
}

/** Bytes that were just stored: `text` decides the digest, `locator` is new. */
export function newContent(locator: string, text: string, domain = ''): NewContent {
  return { locator, size: text.length, digests: { sha256: createHash('sha256').update(text).digest('hex') }, domain, blockSums: sumsOf(text) };
}

/** Three blocks' worth of made-up checksums that differ from text to text: a store keeps them, it does not check them. */
export function sumsOf(text: string): string {
  return createHash('sha256').update(`sums of ${text}`).digest().subarray(0, 24).toString('base64');
}

function sizeOf(body: NewBody): number {
  if (body.kind === 'inline') return body.bytes.length;
  if (body.kind === 'stored') return body.content.size;
  assert.ok(body.range, 'say the size of a whole copy');
  return body.range.length;
}

/** Expects a StoreError of that code and, if given, that reason. */
export async function rejects(work: Promise<unknown>, code: ErrorCode, reason?: ErrorReason): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(isStoreError(error), `expected a StoreError, got ${String(error)}`);
    assert.equal(error.code, code);
    if (reason) assert.equal(error.details.reason, reason);
    return true;
  });
}

/**
 * Compares plain values by content: records may come from a native module of
 * another realm, and an absent field may also be there and undefined.
 */
export function same(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Compares by the bytes of the UTF-8 form. */
export function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
