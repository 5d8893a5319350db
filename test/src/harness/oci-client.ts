import http from 'node:http';
import https from 'node:https';
import type { Keys } from './signed-client.js';
import { ROOT_KEYS } from './server-process.js';
import { OCI_MANIFEST, digestOf } from './oci-artifacts.js';

export interface OciRequest {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Pieces go out one by one, in chunks of HTTP unless there is a `content-length`. */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
}

export interface OciAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Of the error document, in its order; empty when the body is none. */
  readonly codes: readonly string[];
}

/** `Authorization` of Basic. */
export const basic = ({ accessKeyId, secretAccessKey }: Keys): string => `Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')}`;

/** A registry client that sends just what it is told: no path is cleaned, no header added. */
export class OciClient {
  /** @param authorization `null`: none is sent */
  constructor(
    readonly url: string,
    readonly authorization: string | null = basic(ROOT_KEYS),
    private readonly agent = new http.Agent({ keepAlive: true }),
  ) {}

  /** The same server, addressed with another credential, or with none. */
  as(credential: Keys | string | null): OciClient {
    return new OciClient(this.url, credential === null || typeof credential === 'string' ? credential : basic(credential), this.agent);
  }

  /** @param path with query, as it goes over the wire */
  send(method: string, path: string, { headers = {}, body }: OciRequest = {}): Promise<OciAnswer> {
    const { hostname, port } = new URL(this.url);
    const own = this.authorization === null ? {} : { authorization: this.authorization };
    const length = typeof body === 'string' || body instanceof Uint8Array ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    return new Promise((resolve, reject) => {
      const options = { host: hostname, port, path, method, headers: { ...own, ...length, ...headers } as http.OutgoingHttpHeaders, agent: this.agent };
      const outgoing = (this.agent instanceof https.Agent ? https : http).request(options, (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const bytes = Buffer.concat(pieces);
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes, text: bytes.toString(), codes: codesOf(bytes) });
        });
      });
      outgoing.on('error', reject);
      if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body);
      else void feed(outgoing, body);
    });
  }

  get(path: string, headers?: OciRequest['headers']): Promise<OciAnswer> {
    return this.send('GET', path, { headers });
  }

  head(path: string, headers?: OciRequest['headers']): Promise<OciAnswer> {
    return this.send('HEAD', path, { headers });
  }

  delete(path: string): Promise<OciAnswer> {
    return this.send('DELETE', path);
  }

  /** Stores a blob in one request. @returns its digest. @throws when that is not 201 */
  async pushBlob(repository: string, bytes: Uint8Array | string, algorithm: 'sha256' | 'sha512' = 'sha256'): Promise<string> {
    const digest = digestOf(bytes, algorithm);
    const { status, text } = await this.send('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: bytes });
    if (status !== 201) throw new Error(`The blob was answered ${status}: ${text}`);
    return digest;
  }

  /** @param document sent as it is when it is text, else as JSON */
  putManifest(repository: string, reference: string, document: object | string, type: string = OCI_MANIFEST): Promise<OciAnswer> {
    const body = typeof document === 'string' ? document : JSON.stringify(document);
    return this.send('PUT', `/v2/${repository}/manifests/${reference}`, { headers: { 'content-type': type }, body });
  }

  /** Begins an upload. @returns where it is. @throws when that is not 202 */
  async startUpload(repository: string, query = ''): Promise<string> {
    const { status, headers, text } = await this.send('POST', `/v2/${repository}/blobs/uploads/${query}`, { headers: { 'content-length': '0' } });
    if (status !== 202) throw new Error(`The upload was answered ${status}: ${text}`);
    return headers.location!;
  }

  /** All pages of a list, as `Link` leads through them. @throws when one is not 200 */
  async pages<T>(first: string): Promise<readonly T[]> {
    const pages: T[] = [];
    for (let path: string | undefined = first; path !== undefined; ) {
      const { status, text, headers } = await this.get(path);
      if (status !== 200) throw new Error(`The page was answered ${status}: ${text}`);
      pages.push(JSON.parse(text) as T);
      path = /^<([^>]+)>; rel="next"$/.exec(String(headers.link ?? ''))?.[1];
    }
    return pages;
  }

  /** Of all clients that were made from one another. */
  close(): void {
    this.agent.destroy();
  }
}

async function feed(outgoing: http.ClientRequest, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (outgoing.destroyed) return;
      await new Promise<void>((resolve) => outgoing.write(piece, () => resolve()));
    }
    outgoing.end();
  } catch (error) {
    outgoing.destroy(error as Error);
  }
}

function codesOf(bytes: Buffer): readonly string[] {
  try {
    const { errors } = JSON.parse(bytes.toString()) as { errors?: { code: string }[] };
    return errors?.map(({ code }) => code) ?? [];
  } catch {
    return [];
  }
}
