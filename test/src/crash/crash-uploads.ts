import { History } from './history.js';
import type { CrashClient } from './crash-client.js';
import type { CrashModel, OpenUpload, StoredPart } from './crash-model.js';
import { joinedValue, makeBytes, putValue } from './stored-value.js';

/** Least size of a part but the last on the tested server, bytes. */
export const LEAST_PART = 1024;

const MOST_OPEN = 3;
const MOST_PARTS = 5;

/** The multipart steps of one client. */
export class CrashUploads {
  constructor(
    private readonly client: CrashClient,
    private readonly model: CrashModel,
  ) {}

  async step(): Promise<void> {
    const { random, ownKeys } = this.client;
    const open = this.model.uploadsOf(ownKeys);
    if (open.length === 0 || (open.length < MOST_OPEN && random.chance(0.2))) return this.create();
    const upload = random.pick(open);
    const whole = [...upload.parts.values()].some((part) => part.known !== undefined);
    if (whole && random.chance(0.25)) return this.complete(upload);
    if (random.chance(0.07)) return this.abort(upload);
    return random.chance(0.25) ? this.copyPart(upload) : this.putPart(upload);
  }

  private async create(): Promise<void> {
    const key = this.client.random.pick(this.client.ownKeys);
    const tag = this.client.nextTag();
    this.model.begunUploads.add(key);
    const response = await this.client.send({ method: 'POST', key, query: 'uploads=', headers: { 'x-amz-meta-tag': tag } });
    if (this.client.judge('create upload', response) !== 'done') return;
    const id = /<UploadId>(.*?)<\/UploadId>/.exec(response.text)![1]!;
    this.model.uploads.set(id, { id, key, tag, parts: new Map() });
  }

  private async putPart(upload: OpenUpload): Promise<void> {
    const bytes = makeBytes(this.client.nextTag(), Math.max(LEAST_PART, this.client.size()));
    await this.store(upload, { bytes, etag: putValue('', bytes).etag }, { body: bytes });
  }

  private async copyPart(upload: OpenUpload): Promise<void> {
    const { random, ownKeys } = this.client;
    const source = random.pick(ownKeys);
    const value = this.model.object(source).known;
    if (!value || value.bytes.length < LEAST_PART) return;
    const first = random.integer(0, value.bytes.length - LEAST_PART);
    const end = random.integer(first + LEAST_PART, value.bytes.length);
    const bytes = value.bytes.subarray(first, end);
    const headers = { 'x-amz-copy-source': `/${this.model.bucket}/${source}`, 'x-amz-copy-source-range': `bytes=${first}-${end - 1}` };
    await this.store(upload, { bytes, etag: putValue('', bytes).etag }, { headers });
  }

  private async store(upload: OpenUpload, part: StoredPart, how: { body?: Buffer; headers?: Record<string, string> }): Promise<void> {
    const number = this.client.random.integer(1, MOST_PARTS);
    const history = upload.parts.get(number) ?? new History<StoredPart>(undefined);
    upload.parts.set(number, history);
    const write = history.begin(part);
    const response = await this.client.send({ method: 'PUT', key: upload.key, query: `partNumber=${number}&uploadId=${upload.id}`, ...how });
    if (this.client.judge('part', response) === 'done') write.acknowledge();
  }

  private async complete(upload: OpenUpload): Promise<void> {
    const chosen = [...upload.parts].filter(([, part]) => part.known !== undefined).sort(([one], [other]) => one - other);
    const value = joinedValue(upload.tag, chosen.map(([, part]) => part.known!));
    const write = this.model.object(upload.key).begin(value);
    upload.ending = { parts: chosen.map(([number]) => number), value };
    const body = completeDocument(chosen.map(([number, part]) => ({ number, etag: part.known!.etag })));
    const response = await this.client.send({ method: 'POST', key: upload.key, query: `uploadId=${upload.id}`, body });
    if (this.client.judge('complete', response) !== 'done') return;
    write.acknowledge();
    this.model.uploads.delete(upload.id);
  }

  private async abort(upload: OpenUpload): Promise<void> {
    upload.ending = 'abort';
    const response = await this.client.send({ method: 'DELETE', key: upload.key, query: `uploadId=${upload.id}` });
    if (this.client.judge('abort', response) === 'done') this.model.uploads.delete(upload.id);
  }
}

export function completeDocument(parts: readonly { readonly number: number; readonly etag: string }[]): string {
  const rows = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  return `<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`;
}
