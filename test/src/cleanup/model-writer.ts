import {
  abortUpload,
  completeUpload,
  copyObject,
  createUpload,
  deleteObject,
  openObject,
  putObject,
  uploadPart,
  uploadPartCopy,
} from '@zas/object-store';
import { readBody } from '@zas/content-store';
import type { BucketRecord } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { makeBytes } from '../crash/stored-value.js';
import type { Random } from '../property/random.js';
import type { ModelProcess } from './model-process.js';

const KEYS = 10;
const MOST_PARTS = 4;
const DESCRIPTION = { headers: {}, userMetadata: {}, storageClass: 'STANDARD', owner: '111111111111' };

/** An open upload, as far as its writers know. */
export interface ModelUpload {
  readonly key: string;
  readonly uploadId: string;
  /** Etags by number. */
  readonly parts: Map<number, string>;
}

/** Does one random operation after the other through the use cases. Several run at once, on the same keys and uploads. */
export class ModelWriter {
  constructor(
    private readonly process: ModelProcess,
    private readonly bucket: BucketRecord,
    private readonly uploads: Set<ModelUpload>,
    private readonly random: Random,
  ) {}

  /** @returns what is wrong, or `undefined`: refusals and failures are not */
  async step(): Promise<string | undefined> {
    const { name, run } = this.random.weighted([
      { weight: 6, value: { name: 'put', run: () => this.put() } },
      { weight: 3, value: { name: 'copy', run: () => this.copy() } },
      { weight: 3, value: { name: 'delete', run: () => this.delete() } },
      { weight: 2, value: { name: 'create', run: () => this.create() } },
      { weight: 5, value: { name: 'part', run: () => this.part() } },
      { weight: 3, value: { name: 'part copy', run: () => this.partCopy() } },
      { weight: 3, value: { name: 'complete', run: () => this.complete() } },
      { weight: 1, value: { name: 'abort', run: () => this.abort() } },
      { weight: 3, value: { name: 'read', run: () => this.read() } },
    ]);
    try {
      await run();
      return undefined;
    } catch (error) {
      return (await this.mayFail(error)) ? undefined : `${name}: ${String(error)}`;
    }
  }

  private async mayFail(error: unknown): Promise<boolean> {
    if (!isStoreError(error) || error.code === 'corrupt' || error.details.reason === 'blob') return false;
    // The double answers so when bytes go while they are written.
    return error.code !== 'internal' || !(await this.process.holdsLease());
  }

  private get context() {
    return this.process.context;
  }

  private get store() {
    return this.process.store;
  }

  private name() {
    return { bucket: this.bucket, key: `key-${this.random.integer(0, KEYS - 1)}` };
  }

  /** Often bytes that others store, too; inline, or not. */
  private source() {
    const { random } = this;
    const size = random.chance(0.3) ? random.integer(0, 64) : random.integer(65, 400);
    const bytes = random.chance(0.4) ? makeBytes(`common-${random.integer(0, 2)}`, 200) : makeBytes(String(random.next()), size);
    return {
      size: bytes.length,
      bytes: (async function* () {
        const middle = random.integer(0, bytes.length);
        yield bytes.subarray(0, middle);
        yield bytes.subarray(middle);
      })(),
    };
  }

  private async put(): Promise<void> {
    await putObject(this.store, this.context, { ...this.name(), ...DESCRIPTION, source: this.source() });
  }

  private async copy(): Promise<void> {
    await copyObject(this.store, this.context, { source: this.name(), target: this.name(), describe: () => DESCRIPTION });
  }

  private async delete(): Promise<void> {
    await deleteObject(this.store, this.context, this.name());
  }

  private async create(): Promise<void> {
    const name = this.name();
    const uploadId = await createUpload(this.store, this.context, { ...name, ...DESCRIPTION, initiator: 'test', initiatorAccount: DESCRIPTION.owner });
    this.uploads.add({ key: name.key, uploadId, parts: new Map() });
  }

  private pickUpload(): ModelUpload | undefined {
    return this.uploads.size === 0 ? undefined : this.random.pick([...this.uploads]);
  }

  private async part(): Promise<void> {
    const upload = this.pickUpload();
    if (!upload) return this.create();
    const number = this.random.integer(1, MOST_PARTS);
    const { etag } = await uploadPart(this.store, this.context, { bucket: this.bucket, key: upload.key, uploadId: upload.uploadId, number, source: this.source() });
    upload.parts.set(number, etag);
  }

  private async partCopy(): Promise<void> {
    const upload = this.pickUpload();
    if (!upload) return this.create();
    const number = this.random.integer(1, MOST_PARTS);
    const { etag } = await uploadPartCopy(this.store, this.context, {
      bucket: this.bucket,
      key: upload.key,
      uploadId: upload.uploadId,
      number,
      source: this.name(),
      choose: ({ size }) => {
        const offset = this.random.integer(0, size);
        return { offset, length: this.random.integer(0, size - offset) };
      },
    });
    upload.parts.set(number, etag);
  }

  private async complete(): Promise<void> {
    const upload = this.pickUpload();
    if (!upload || upload.parts.size === 0) return this.part();
    const { key, uploadId } = upload;
    const parts = [...upload.parts].map(([number, etag]) => ({ number, etag })).sort((one, other) => one.number - other.number);
    await completeUpload(this.store, this.context, { bucket: this.bucket, key, uploadId, parts: parts.filter(() => this.random.chance(0.9)) });
    this.uploads.delete(upload);
  }

  private async abort(): Promise<void> {
    const upload = this.pickUpload();
    if (!upload) return;
    this.uploads.delete(upload);
    await abortUpload(this.store, this.context, { bucket: this.bucket, key: upload.key, uploadId: upload.uploadId });
  }

  private async read(): Promise<void> {
    const { body } = await openObject(this.store, this.context, this.name(), ({ size }) => ({ offset: 0, length: size }));
    await readBody(this.store.content, this.context, body, () => this.process.fate.pause());
  }
}
