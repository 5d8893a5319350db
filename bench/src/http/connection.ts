import { createHash } from 'node:crypto';
import net from 'node:net';
import { signRequest } from '@zas/s3-protocol';
import { ResponseParser, type ParsedResponse } from './response-parser.js';

/** Where requests go and whose they are. */
export interface BenchTarget {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
  readonly bucket: string;
}

/** Bytes to send and what is signed of them. */
export interface RequestBody {
  readonly pieces: readonly Buffer[];
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
}

export interface BenchRequest {
  readonly method: string;
  /** Percent-encoded, starts with `/`. */
  readonly path: string;
  /** Encoded, without `?`. */
  readonly query?: string;
  readonly body?: RequestBody;
  readonly contentType?: string;
  readonly accept?: string;
  /** `basic`: as container tools send it; absent: signed with Signature V4. */
  readonly auth?: 'basic';
  /** Keep the bytes of the answer. */
  readonly keepBody?: boolean;
}

/** A server that no longer answers ends the run instead of holding it up for ever. */
const ANSWER_MS = 60_000;
/** Reused for each read: a new buffer for every 64 KiB would cost more than the server's work. */
const READ_BYTES = 256 * 1024;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

interface Waiting {
  resolve(response: ParsedResponse): void;
  reject(error: Error): void;
}

/** One client: a kept connection that carries one request at a time. */
export class Connection {
  readonly #host: string;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #basic: string;
  readonly #parser = new ResponseParser();
  #socket: net.Socket | undefined;
  #waiting: Waiting | undefined;

  constructor(private readonly target: BenchTarget) {
    const { host, hostname, port } = new URL(target.endpoint);
    this.#host = host;
    this.#address = { host: hostname, port: Number(port || 80) };
    this.#basic = Buffer.from(`${target.accessKeyId}:${target.secret}`).toString('base64');
  }

  /** Sends and reads the whole answer, whatever its status. @throws when the connection breaks; the next call opens another */
  send(request: BenchRequest): Promise<ParsedResponse> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#parser.begin({ method: request.method, keepBody: request.keepBody === true });
      const socket = (this.#socket ??= this.#connect());
      socket.cork();
      socket.write(this.#head(request), 'latin1');
      for (const piece of request.body?.pieces ?? []) socket.write(piece);
      socket.uncork();
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #head(request: BenchRequest): string {
    const { method, path, query, body, contentType, accept } = request;
    const lines = Object.entries(this.#headers(request)).map(([name, value]) => `${name}: ${value}\r\n`);
    if (contentType !== undefined) lines.push(`content-type: ${contentType}\r\n`);
    if (accept !== undefined) lines.push(`accept: ${accept}\r\n`);
    if (body || method === 'PUT' || method === 'POST') lines.push(`content-length: ${body?.length ?? 0}\r\n`);
    return `${method} ${query === undefined ? path : `${path}?${query}`} HTTP/1.1\r\n${lines.join('')}\r\n`;
  }

  #headers({ method, path, query, body, auth }: BenchRequest): Readonly<Record<string, string>> {
    const { accessKeyId, secret, region } = this.target;
    if (auth === 'basic') return { host: this.#host, authorization: `Basic ${this.#basic}` };
    return signRequest(
      { method, host: this.#host, rawPath: path, rawQuery: query, payloadHash: body?.sha256 ?? EMPTY_SHA256 },
      { accessKeyId, secret, region },
      Date.now(),
    ).headers;
  }

  #connect(): net.Socket {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (length: number) => {
      receive(buffer.subarray(0, length));
      return true;
    };
    const socket = net.connect({ ...this.#address, noDelay: true, onread: { buffer, callback } });
    const fail = (error: Error) => {
      socket.destroy();
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#settle()?.reject(error);
    };
    socket.on('error', fail);
    socket.setTimeout(ANSWER_MS, () => fail(new Error('The server did not answer in time')));
    socket.on('close', () => fail(new Error('The server closed the connection')));
    const receive = (chunk: Buffer) => {
      try {
        const response = this.#parser.push(chunk);
        if (!response) return;
        if (!response.keepAlive) this.close();
        this.#settle()?.resolve(response);
      } catch (error) {
        fail(error as Error);
      }
    };
    return socket;
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
