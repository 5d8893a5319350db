import { OciClient } from './oci-client.js';
import type { Keys } from './signed-client.js';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** What JSON makes of the body; `undefined` when it is none. */
  readonly json: Json;
}

/** As `JSON.parse` types it: tests look at what they expect. */
export type Json = ReturnType<typeof JSON.parse>;

/** A client of the REST API. */
export class RestClient {
  private readonly client: OciClient;

  /** @param authorization absent: the root of the server; `null`: none is sent */
  constructor(
    readonly url: string,
    authorization?: string | null,
    readonly prefix = '/rbac',
  ) {
    this.client = new OciClient(url, authorization);
  }

  as(credential: Keys | string | null): RestClient {
    const { authorization } = this.client.as(credential);
    return new RestClient(this.url, authorization, this.prefix);
  }

  async send(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<RestAnswer> {
    const json = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.client.send(method, this.prefix + path, { headers: { ...type, ...headers }, ...json });
    return { status: answer.status, headers: answer.headers, text: answer.text, json: parsed(answer.text) };
  }

  get(path: string): Promise<RestAnswer> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown): Promise<RestAnswer> {
    return this.send('POST', path, body ?? {});
  }

  put(path: string, body?: unknown): Promise<RestAnswer> {
    return this.send('PUT', path, body);
  }

  delete(path: string): Promise<RestAnswer> {
    return this.send('DELETE', path);
  }

  /** For setting up. @throws when it is not answered with success */
  async must(method: string, path: string, body?: unknown): Promise<Json> {
    const { status, text, json } = await this.send(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
    return json;
  }

  /** A user with a pair of keys. */
  async user(id: string, fields: Record<string, unknown> = {}): Promise<Keys> {
    await this.must('POST', '/users', { id, ...fields });
    const { id: accessKeyId, secret: secretAccessKey } = await this.must('POST', `/users/${id}/keys`, {});
    return { accessKeyId, secretAccessKey };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
