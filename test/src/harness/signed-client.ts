import crypto from 'node:crypto';
import http from 'node:http';
import { signRequest } from '@zas/s3-protocol';
import { ROOT_KEYS } from './server-process.js';

export interface RawRequest {
  readonly method: string;
  /** Percent-encoded path, as it goes over the wire. */
  readonly path: string;
  /** Encoded query without `?`. */
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
  /** The value of x-amz-content-sha256; default: the body's digest. */
  readonly payloadHash?: string;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** `Code` of an error document. */
  readonly code: string | undefined;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A client that sends just what it is told, signed or not: for what real clients never send. */
export class SignedClient {
  private readonly agent = new http.Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly keys: Keys = ROOT_KEYS,
    private readonly region = 'us-east-1',
    /** When requests are signed, milliseconds since the epoch. */
    private readonly now: () => number = Date.now,
  ) {}

  get host(): string {
    return new URL(this.url).host;
  }

  /** Headers with a valid signature over the request. */
  sign(request: RawRequest, now = this.now()): Record<string, string> {
    const headers = { ...request.headers };
    const host = headers['host'] ?? this.host;
    delete headers['host'];
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
      const outgoing = http.request({ host: hostname, port, path, method: request.method, headers: request.headers, agent: this.agent }, (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const body = Buffer.concat(pieces);
          const text = body.toString();
          const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body, text, code });
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
