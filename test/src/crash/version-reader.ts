import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import { field, unquoted, expect200 } from './state-reader.js';
import type { StoredValue } from './stored-value.js';
import type { ShownLock } from './version-stack.js';

/** A line of the listing of versions. */
export interface SeenVersion {
  readonly id: string;
  readonly marker: boolean;
  readonly latest: boolean;
}

export interface SeenObject {
  readonly value: StoredValue;
  readonly tag: string | undefined;
  readonly lock: ShownLock | undefined;
  readonly held: boolean | undefined;
}

/** Reads what a server holds in a bucket with versions. Any unexpected answer throws. */
export class VersionReader {
  constructor(
    private readonly bucket: string,
    private readonly client: SignedClient,
  ) {}

  /** By key, newest first. */
  async list(): Promise<ReadonlyMap<string, readonly SeenVersion[]>> {
    const seen = new Map<string, SeenVersion[]>();
    let marker = '';
    do {
      const answer = await this.send('GET', undefined, `versions=${marker}`);
      expect200('versions', answer);
      for (const [row, name] of answer.text.matchAll(/<(Version|DeleteMarker)>.*?<\/\1>/gs)) {
        const key = field(row, 'Key');
        seen.set(key, [...(seen.get(key) ?? []), { id: field(row, 'VersionId'), marker: name === 'DeleteMarker', latest: field(row, 'IsLatest') === 'true' }]);
      }
      const next = `&key-marker=${encodeURIComponent(field(answer.text, 'NextKeyMarker'))}&version-id-marker=${field(answer.text, 'NextVersionIdMarker')}`;
      marker = field(answer.text, 'IsTruncated') === 'true' ? next : '';
    } while (marker !== '');
    return seen;
  }

  /** `undefined`: absent. */
  async object(key: string, id: string): Promise<SeenObject | undefined> {
    const got = await this.send('GET', key, `versionId=${id}`);
    if (got.status === 404) return undefined;
    expect200(`${key} ${id}`, got);
    const { headers } = got;
    const mode = headers['x-amz-object-lock-mode'] as ShownLock['mode'] | undefined;
    const held = headers['x-amz-object-lock-legal-hold'];
    return {
      value: { bytes: got.body, etag: unquoted(headers.etag), tag: String(headers['x-amz-meta-tag']) },
      tag: headers['x-amz-tagging-count'] === undefined ? undefined : await this.tag(key, id),
      lock: mode && { mode, until: String(headers['x-amz-object-lock-retain-until-date']) },
      held: held === undefined ? undefined : held === 'ON',
    };
  }

  private async tag(key: string, id: string): Promise<string> {
    const answer = await this.send('GET', key, `tagging=&versionId=${id}`);
    expect200(`tags of ${key} ${id}`, answer);
    return field(answer.text, 'Value');
  }

  /** Id of what a read of the key answers; `undefined`: nothing. */
  async currentId(key: string): Promise<string | undefined> {
    const got = await this.send('GET', key);
    if (got.status === 404) return undefined;
    expect200(key, got);
    return String(got.headers['x-amz-version-id']);
  }

  /** Keys of all open uploads by their id. */
  async uploads(): Promise<ReadonlyMap<string, string>> {
    const answer = await this.send('GET', undefined, 'uploads=');
    expect200('uploads', answer);
    const rows = [...answer.text.matchAll(/<Upload>.*?<\/Upload>/gs)].map(([row]) => row);
    return new Map(rows.map((row) => [field(row, 'UploadId'), field(row, 'Key')]));
  }

  async abort(key: string, uploadId: string): Promise<void> {
    await this.send('DELETE', key, `uploadId=${uploadId}`);
  }

  /** The status, and the id of the version that it made. */
  async complete(key: string, uploadId: string, document: string): Promise<{ status: number; id: string | undefined }> {
    const { status, headers } = await this.send('POST', key, `uploadId=${uploadId}`, {}, document);
    return { status, id: headers['x-amz-version-id'] as string | undefined };
  }

  /** Tries to delete a version past governance. @returns the status */
  async remove(key: string, id: string): Promise<number> {
    return (await this.send('DELETE', key, `versionId=${id}`, { 'x-amz-bypass-governance-retention': 'true' })).status;
  }

  private send(method: string, key?: string, query?: string, headers?: Record<string, string>, body?: string): Promise<RawResponse> {
    return this.client.send({ method, path: key === undefined ? `/${this.bucket}` : `/${this.bucket}/${key}`, query, headers, body });
  }
}
