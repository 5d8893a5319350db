import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { signRequest } from '@zas/s3-protocol';
import { ROOT_KEYS } from './server-process.js';

export interface RawRequest {
  readonly method: string;
  /** Percent-encoded path, as it goes over the wire. */
  readonly path: string;
  /** Encoded query without `?`. */
  readonly query?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: Uint8Array | string;
  /** The value of x-amz-content-sha256; default: the body's digest. */
  readonly payloadHash?: string;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Names and values in turn, as they were spelled. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** `Code` of an error document. */
  readonly code: string | undefined;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Headers = RawRequest['headers'];

/** A client that sends just what it is told, signed or not: for what real clients never send. */
export class SignedClient {
  constructor(
    readonly url: string,
    readonly keys: Keys | 'anonymous' = ROOT_KEYS,
    private readonly region = 'us-east-1',
    /** When requests are signed, milliseconds since the epoch. */
    private readonly now: () => number = Date.now,
    private readonly agent = new http.Agent({ keepAlive: true }),
  ) {}

  /** @param target path and query, both encoded */
  call(method: string, target: string, { body, headers }: { readonly body?: RawRequest['body']; readonly headers?: Headers } = {}): Promise<RawResponse> {
    const question = target.indexOf('?');
    const path = question < 0 ? target : target.slice(0, question);
    const query = question < 0 ? undefined : target.slice(question + 1);
    const request = { method, path, query, headers, body };
    return this.keys === 'anonymous' ? this.sendRaw(request) : this.send(request);
  }

  get(target: string, headers?: Headers): Promise<RawResponse> {
    return this.call('GET', target, { headers });
  }

  head(target: string, headers?: Headers): Promise<RawResponse> {
    return this.call('HEAD', target, { headers });
  }

  put(target: string, body?: RawRequest['body'], headers?: Headers): Promise<RawResponse> {
    return this.call('PUT', target, { body, headers });
  }

  post(target: string, body?: RawRequest['body'], headers?: Headers): Promise<RawResponse> {
    return this.call('POST', target, { body, headers });
  }

  delete(target: string, headers?: Headers): Promise<RawResponse> {
    return this.call('DELETE', target, { headers });
  }

  /** DeleteObjects. @param objects the `Object` elements and what stands beside them */
  deleteMany(bucket: string, objects: string, headers?: Headers): Promise<RawResponse> {
    const body = `<Delete>${objects}</Delete>`;
    return this.post(`${bucket}?delete`, body, { 'content-md5': crypto.hash('md5', body, 'base64'), ...headers });
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** Headers with a valid signature over the request. */
  sign(request: RawRequest, now = this.now()): Record<string, string> {
    if (this.keys === 'anonymous') throw new TypeError('nobody signs');
    const { host = this.host, ...headers } = defined(request.headers);
    const body = request.body ?? '';
    const signed = signRequest(
      {
        method: request.method,
        host,
        rawPath: request.path,
        rawQuery: request.query ?? '',
        headers,
        payloadHash: request.payloadHash ?? crypto.hash('sha256', body, 'hex'),
      },
      { accessKeyId: this.keys.accessKeyId, secret: this.keys.secretAccessKey, region: this.region },
      now,
    );
    return { host, ...signed.headers };
  }

  /** Signs and sends. */
  send(request: RawRequest): Promise<RawResponse> {
    return this.sendRaw({ ...request, headers: { ...request.headers, ...this.sign(request) } });
  }

  /** Sends as it is. */
  sendRaw(request: RawRequest): Promise<RawResponse> {
    const { hostname, port } = new URL(this.url);
    const path = request.query ? `${request.path}?${request.query}` : request.path;
    return new Promise((resolve, reject) => {
      const outgoing = (this.agent instanceof https.Agent ? https : http).request({ host: hostname, port, path, method: request.method, headers: defined(request.headers), agent: this.agent }, (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const body = Buffer.concat(pieces);
          const text = body.toString();
          const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
          const { headers, rawHeaders } = incoming;
          resolve({ status: incoming.statusCode ?? 0, headers, rawHeaders, body, text, code });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(request.body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Without the headers that are not to be sent. */
function defined(headers: Headers = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
