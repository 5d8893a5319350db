import crypto from 'node:crypto';
import type { RawRequest, SignedClient } from '../harness/signed-client.js';
import { completeDocument } from '../crash/crash-uploads.js';
import { joinedValue, makeBytes, putValue, type StoredValue } from '../crash/stored-value.js';
import type { Random } from '../property/random.js';
import { objectRegister, partRegister, textOf } from './registers.js';

/** One acknowledged request, and what the registers that it changed hold from then on; `undefined`: nothing. */
export interface Step {
  readonly requestId: string;
  readonly changes: ReadonlyMap<string, string | undefined>;
}

export const BUCKET = 'powercut';
/** Of the recorded server: bodies up to this many bytes are stored inline. */
export const INLINE_BYTES = 4096;
export const LEAST_PART = 1024;

/** One of several clients at work: one request after the other, on keys of its own. */
export class Lane {
  private readonly values = new Map<string, StoredValue>();
  private names = 0;

  constructor(
    private readonly name: string,
    private readonly client: SignedClient,
    private readonly random: Random,
    private readonly steps: Step[],
  ) {}

  async run(actions: number): Promise<void> {
    for (let i = 0; i < actions; i++) {
      const action = this.random.weighted([
        { weight: 5, value: () => this.put() },
        { weight: 2, value: () => this.upload() },
        { weight: 1, value: () => this.copy() },
        { weight: 2, value: () => this.delete() },
      ]);
      await action();
    }
  }

  private async put(): Promise<void> {
    const value = this.newValue();
    await this.send({ method: 'PUT', key: this.key(), body: value.bytes, headers: { 'x-amz-meta-tag': value.tag } }, value);
  }

  private async copy(): Promise<void> {
    const [key, target] = [this.key(), this.key()];
    const value = this.values.get(key);
    if (value && key !== target) await this.send({ method: 'PUT', key: target, headers: { 'x-amz-copy-source': `/${BUCKET}/${key}` } }, value);
  }

  private async delete(): Promise<void> {
    await this.send({ method: 'DELETE', key: this.key() }, undefined);
  }

  /** A whole multipart upload: a part is replaced, the last one is inline, and now and then it is aborted. */
  private async upload(): Promise<void> {
    const key = this.key();
    const tag = this.nextName();
    const created = await this.request({ method: 'POST', key, query: 'uploads=', headers: { 'x-amz-meta-tag': tag } }, new Map());
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(created)![1]!;
    const parts = new Map<number, StoredValue>();
    for (const [number, size] of [[1, 150_000], [2, 60_000], [1, 5_000], [3, LEAST_PART]] as const) {
      const part = putValue('', makeBytes(this.nextName(), size));
      parts.set(number, part);
      const changes = new Map([[partRegister(key, id, number), part.etag]]);
      await this.request({ method: 'PUT', key, query: `partNumber=${number}&uploadId=${id}`, body: part.bytes }, changes);
    }
    const gone = [...parts.keys()].map((number) => [partRegister(key, id, number), undefined] as const);
    if (this.random.chance(0.2)) return void (await this.request({ method: 'DELETE', key, query: `uploadId=${id}` }, new Map(gone)));
    const ordered = [...parts].sort(([one], [other]) => one - other);
    const value = joinedValue(tag, ordered.map(([, part]) => part));
    const body = completeDocument(ordered.map(([number, { etag }]) => ({ number, etag })));
    await this.request({ method: 'POST', key, query: `uploadId=${id}`, body }, new Map([...gone, [objectRegister(key), textOf(value)]]));
    this.values.set(key, value);
  }

  private async send(request: Omit<RawRequest, 'path'> & { key: string }, value: StoredValue | undefined): Promise<void> {
    await this.request(request, new Map([[objectRegister(request.key), value && textOf(value)]]));
    if (value) this.values.set(request.key, value);
    else this.values.delete(request.key);
  }

  /** @returns the answer's text. @throws Error for any answer but success */
  private async request(request: Omit<RawRequest, 'path'> & { key: string }, changes: Step['changes']): Promise<string> {
    const { key, ...rest } = request;
    const response = await this.client.send({ ...rest, path: `/${BUCKET}/${key}` });
    if (response.status >= 300 || response.text.includes('<Error>')) throw new Error(`${request.method} ${key}: ${response.status} ${response.text}`);
    this.steps.push({ requestId: String(response.headers['x-amz-request-id']), changes });
    return response.text;
  }

  private key(): string {
    return `${this.name}/${this.random.integer(0, 3)}`;
  }

  private newValue(): StoredValue {
    const size = this.random.pick([0, 100, INLINE_BYTES, INLINE_BYTES + 1, 50_000, 300_000]);
    // Now and then the bytes of others, so that stored contents are shared.
    return putValue(this.nextName(), this.random.chance(0.2) ? makeBytes('common', 20_000) : makeBytes(this.nextName(), size));
  }

  /** Unlike that of any other lane of any run. */
  private nextName(): string {
    return `${this.name}-${crypto.randomBytes(4).toString('hex')}-${this.names++}`;
  }
}
