const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const EMPTY = Buffer.alloc(0);
const MAX_HEAD = 64 * 1024;
/** Of a refusal; enough for an error document. */
const KEPT_OF_REFUSAL = 1024;

/** One response, read to its end. */
export interface ParsedResponse {
  readonly status: number;
  /** Bytes of the body that came; chunk framing is not counted. */
  readonly length: number;
  /** The body, where it was to be kept; else the beginning of it for statuses from 400 on. */
  readonly body: Buffer;
  /** Where the next request of an upload goes. */
  readonly location?: string;
  /** The server goes on with this connection. */
  readonly keepAlive: boolean;
}

/**
 * Reads HTTP/1.1 responses one after the other and counts body bytes without
 * copying them: a load generator must cost less than what it measures.
 */
export class ResponseParser {
  #pending: Buffer = EMPTY;
  #kept: Buffer[] = [];
  #keep = 0;
  #bodyless = false;
  #status = 0;
  #length = 0;
  #keepAlive = true;
  #location: string | undefined;
  /** `head`, a body of known length, or the parts of a chunked one. */
  #state: 'idle' | 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' = 'idle';
  #left = 0;

  /**
   * Begins a response; the one before must have ended.
   * @param expect what was sent: a HEAD has no body whatever its headers say
   */
  begin(expect: { method: string; keepBody: boolean }): void {
    this.#bodyless = expect.method === 'HEAD';
    this.#keep = expect.keepBody ? Infinity : 0;
    this.#kept = [];
    this.#length = 0;
    this.#state = 'head';
  }

  /**
   * @param chunk the caller's again afterwards
   * @returns the response when this was its last chunk, else `undefined`
   * @throws for what is no response, and for bytes that nobody asked for
   */
  push(chunk: Buffer): ParsedResponse | undefined {
    let data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = EMPTY;
    for (;;) {
      const rest = this.#step(data);
      if (this.#state === 'idle') {
        if (rest && rest.length > 0) throw new Error('The server sent more than its response');
        return { status: this.#status, length: this.#length, body: Buffer.concat(this.#kept), location: this.#location, keepAlive: this.#keepAlive };
      }
      if (rest === undefined) return undefined;
      data = rest;
    }
  }

  /** Takes one piece off. @returns what is behind it, `undefined` when more must come first */
  #step(data: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'idle':
        throw new Error('The server sent more than its response');
      case 'head':
        return this.#takeHead(data);
      case 'body':
      case 'chunk':
        return this.#takeBody(data);
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer':
        return this.#takeLine(data);
    }
  }

  #takeHead(data: Buffer): Buffer | undefined {
    const end = data.indexOf(HEAD_END);
    if (end < 0) {
      if (data.length > MAX_HEAD) throw new Error('The head of the response has no end');
      this.#pending = Buffer.from(data);
      return undefined;
    }
    const head = data.toString('latin1', 0, end);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head);
    if (!status) throw new Error('That is no HTTP response');
    this.#status = Number(status[1]);
    const rest = data.subarray(end + HEAD_END.length);
    // 1xx is followed by the response proper.
    if (this.#status < 200) return rest;
    this.#keepAlive = !/\r\nconnection: *close/i.test(head);
    this.#location = /\r\nlocation: *(\S+)/i.exec(head)?.[1];
    if (this.#status >= 400) this.#keep = Math.max(this.#keep, KEPT_OF_REFUSAL);
    const chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (this.#bodyless || this.#status === 204 || this.#status === 304) this.#state = 'idle';
    else if (chunked) this.#state = 'chunk-size';
    else if (length) this.#expectBody(Number(length[1]));
    else throw new Error('The response does not tell its length');
    return rest;
  }

  #expectBody(length: number): void {
    this.#left = length;
    this.#state = length === 0 ? 'idle' : 'body';
  }

  #takeBody(data: Buffer): Buffer | undefined {
    if (data.length === 0) return undefined;
    const taken = Math.min(this.#left, data.length);
    if (this.#keep > 0) {
      const kept = data.subarray(0, Math.min(taken, this.#keep));
      this.#kept.push(Buffer.from(kept));
      this.#keep -= kept.length;
    }
    this.#length += taken;
    this.#left -= taken;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'idle';
    return data.subarray(taken);
  }

  #takeLine(data: Buffer): Buffer | undefined {
    const end = data.indexOf(LINE_END);
    if (end < 0) {
      if (data.length > MAX_HEAD) throw new Error('A line of the response has no end');
      this.#pending = Buffer.from(data);
      return undefined;
    }
    const line = data.toString('latin1', 0, end);
    if (this.#state === 'chunk-size') {
      if (!/^[0-9a-f]{1,8} *(;|$)/i.test(line)) throw new Error('That is no chunk size');
      this.#left = parseInt(line, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'chunk';
    } else if (this.#state === 'chunk-end') {
      this.#state = 'chunk-size';
    } else if (line === '') {
      this.#state = 'idle';
    }
    return data.subarray(end + LINE_END.length);
  }
}
