import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import type { StoredPart } from './crash-model.js';
import { completeDocument } from './crash-uploads.js';
import type { StoredValue } from './stored-value.js';

/** Reads what a server holds, in the terms of the model. Any unexpected answer throws. */
export class StateReader {
  constructor(
    private readonly bucket: string,
    private readonly client: SignedClient,
  ) {}

  /** `undefined`: absent. HEAD must agree with GET. */
  async object(key: string): Promise<StoredValue | undefined> {
    const [head, got] = await Promise.all([this.send('HEAD', key), this.send('GET', key)]);
    if (head.status !== got.status) throw new Error(`${key}: HEAD answers ${head.status}, GET ${got.status} ${got.code}`);
    if (got.status === 404) return undefined;
    expect200(key, got);
    const value = { bytes: got.body, etag: unquoted(got.headers.etag), tag: String(got.headers['x-amz-meta-tag']) };
    if (unquoted(head.headers.etag) !== value.etag || Number(head.headers['content-length']) !== value.bytes.length) {
      throw new Error(`${key}: HEAD and GET differ`);
    }
    return value;
  }

  /** One line an object: key, etag, size. */
  async list(): Promise<ReadonlySet<string>> {
    const answer = await this.send('GET', undefined, 'list-type=2');
    expect200('listing', answer);
    const rows = [...answer.text.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([row]) => row);
    return new Set(rows.map((row) => `${field(row, 'Key')} ${unquoted(field(row, 'ETag'))} ${field(row, 'Size')}`));
  }

  /** Keys of all open uploads by their id. */
  async uploads(): Promise<ReadonlyMap<string, string>> {
    const answer = await this.send('GET', undefined, 'uploads=');
    expect200('uploads', answer);
    const rows = [...answer.text.matchAll(/<Upload>.*?<\/Upload>/gs)].map(([row]) => row);
    return new Map(rows.map((row) => [field(row, 'UploadId'), field(row, 'Key')]));
  }

  /** Etags and sizes by number; the bytes are not shown before the upload is completed. `undefined`: no such upload. */
  async parts(key: string, id: string): Promise<ReadonlyMap<number, StoredPart> | undefined> {
    const answer = await this.send('GET', key, `uploadId=${id}`);
    if (answer.status === 404) return undefined;
    expect200('parts', answer);
    const rows = [...answer.text.matchAll(/<Part>.*?<\/Part>/gs)].map(([row]) => row);
    return new Map(
      rows.map((row) => [Number(field(row, 'PartNumber')), { etag: unquoted(field(row, 'ETag')), bytes: Buffer.alloc(Number(field(row, 'Size'))) }]),
    );
  }

  /** @returns the status */
  async abort(key: string, id: string): Promise<number> {
    return (await this.send('DELETE', key, `uploadId=${id}`)).status;
  }

  /** @returns the status */
  async complete(key: string, id: string, parts: readonly { readonly number: number; readonly etag: string }[]): Promise<number> {
    return (await this.send('POST', key, `uploadId=${id}`, completeDocument(parts))).status;
  }

  private send(method: string, key?: string, query?: string, body?: string): Promise<RawResponse> {
    return this.client.send({ method, path: key === undefined ? `/${this.bucket}` : `/${this.bucket}/${key}`, query, body });
  }
}

/** Text of an element. */
export const field = (row: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(row)?.[1] ?? '';

export const unquoted = (text: string | undefined) => (text ?? '').replaceAll('&quot;', '').replaceAll('"', '');

export function expect200(what: string, { status, code, text }: RawResponse): void {
  if (status !== 200) throw new Error(`${what}: ${status} ${code ?? text}`);
}
