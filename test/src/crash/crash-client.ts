import crypto from 'node:crypto';
import type { RawRequest, RawResponse, SignedClient } from '../harness/signed-client.js';
import type { Random } from '../property/random.js';
import type { CrashModel } from './crash-model.js';
import type { StoredValue } from './stored-value.js';
import { makeBytes, putValue } from './stored-value.js';
import { CrashUploads } from './crash-uploads.js';
import { INLINE_BYTES, judgeAnswer, type LoadClient } from './load-client.js';

const SHARED_KEYS = Array.from({ length: 8 }, (_, index) => `shared/${index}`);
const OWN_KEYS = 5;

/**
 * One client under way in a bucket that has no versions, or none but null ones: writes
 * at random to keys of its own and to keys that all share, one request after the other.
 */
export class CrashClient implements LoadClient {
  readonly ownKeys: readonly string[];
  private readonly uploads: CrashUploads;
  private writes = 0;

  /** @param name unique over all rounds; `slot` gives the keys, which the next round's client takes over */
  constructor(
    private readonly name: string,
    slot: number,
    private readonly model: CrashModel,
    private readonly client: SignedClient,
    readonly random: Random,
  ) {
    this.ownKeys = Array.from({ length: OWN_KEYS }, (_, index) => `own-${slot}/${index}`);
    this.uploads = new CrashUploads(this, model);
  }

  /** A new name for a write. */
  nextTag(): string {
    return `${this.name}-${this.writes++}`;
  }

  /** Mostly small; around the inline limit; large. */
  size(): number {
    const { random } = this;
    return random.weighted([
      { weight: 4, value: random.integer(0, INLINE_BYTES) },
      { weight: 2, value: INLINE_BYTES + random.integer(-1, 1) },
      { weight: 4, value: random.integer(INLINE_BYTES, 200_000) },
      { weight: 0.2, value: random.integer(1_000_000, 3_000_000) },
    ]);
  }

  async send(request: Omit<RawRequest, 'path'> & { readonly key?: string }): Promise<RawResponse> {
    const { key, ...rest } = request;
    return this.client.send({ ...rest, path: key === undefined ? `/${this.model.bucket}` : `/${this.model.bucket}/${key}` });
  }

  /** @returns whether it is sure that the write was done; a server error leaves it open */
  judge(what: string, response: RawResponse, refusals: readonly number[] = []): 'done' | 'refused' | 'open' {
    return judgeAnswer(this.model, what, response, refusals);
  }

  async step(): Promise<void> {
    const action = this.random.weighted([
      { weight: 8, value: () => this.put() },
      { weight: 2, value: () => this.conditionalPut() },
      { weight: 2, value: () => this.copy() },
      { weight: 3, value: () => this.delete() },
      { weight: 1, value: () => this.deleteMany() },
      { weight: 6, value: () => this.uploads.step() },
    ]);
    await action();
  }

  private async put(): Promise<void> {
    const key = this.random.pick(this.random.chance(0.3) ? SHARED_KEYS : this.ownKeys);
    await this.write(key, this.newValue(), {}, []);
  }

  private async conditionalPut(): Promise<void> {
    const key = this.random.pick(SHARED_KEYS);
    const known = this.model.object(key).known;
    const condition: Record<string, string> = known && this.random.chance(0.6) ? { 'if-match': `"${known.etag}"` } : { 'if-none-match': '*' };
    await this.write(key, this.newValue(), condition, [404, 409, 412]);
  }

  private newValue(): StoredValue {
    const tag = this.nextTag();
    // Now and then the bytes of others, so that stored contents are shared.
    const bytes = this.random.chance(0.2) ? makeBytes('common', this.random.pick([5000, 70_000])) : makeBytes(tag, this.size());
    return putValue(tag, bytes);
  }

  private async write(key: string, value: StoredValue, headers: Record<string, string>, refusals: readonly number[]): Promise<void> {
    const write = this.model.object(key).begin(value);
    const response = await this.send({ method: 'PUT', key, body: value.bytes, headers: { ...headers, 'x-amz-meta-tag': value.tag } });
    const outcome = this.judge('put', response, refusals);
    if (outcome === 'done') write.acknowledge();
    if (outcome === 'refused') write.refuse();
  }

  private async copy(): Promise<void> {
    const source = this.random.pick(this.ownKeys);
    const target = this.random.pick(this.random.chance(0.3) ? SHARED_KEYS : this.ownKeys);
    const value = this.model.object(source).known;
    if (!value || source === target) return;
    const write = this.model.object(target).begin(value);
    const headers = { 'x-amz-copy-source': `/${this.model.bucket}/${source}` };
    if (this.judge('copy', await this.send({ method: 'PUT', key: target, headers })) === 'done') write.acknowledge();
  }

  private async delete(): Promise<void> {
    const key = this.random.pick(this.random.chance(0.3) ? SHARED_KEYS : this.ownKeys);
    const write = this.model.object(key).begin(undefined);
    if (this.judge('delete', await this.send({ method: 'DELETE', key })) === 'done') write.acknowledge();
  }

  private async deleteMany(): Promise<void> {
    const keys = this.ownKeys.filter(() => this.random.chance(0.5));
    if (keys.length === 0) return;
    const writes = keys.map((key) => this.model.object(key).begin(undefined));
    const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;
    const response = await this.send({ method: 'POST', query: 'delete=', body, headers: { 'content-md5': crypto.hash('md5', body, 'base64') } });
    if (this.judge('delete many', response) === 'done') for (const write of writes) write.acknowledge();
  }
}
