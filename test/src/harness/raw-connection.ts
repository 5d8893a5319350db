import net from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Request line and headers, each as given: also twice, and in any spelling. */
export function rawHead(method: string, target: string, headers: readonly (readonly [name: string, value: string])[] | Record<string, string>): string {
  const lines = Array.isArray(headers) ? (headers as readonly (readonly [string, string])[]) : Object.entries(headers as Record<string, string>);
  return `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

const LIMIT_MS = 15_000;

/** One connection, spoken to by hand. */
export class RawConnection {
  private received = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => undefined;

  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (data: Buffer) => {
      this.received = Buffer.concat([this.received, data]);
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  write(bytes: string | Uint8Array): void {
    // Header values hold one character per byte.
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** The next answer, an interim one too; `undefined`: the server closed the connection. */
  async answer(method = 'GET'): Promise<RawAnswer | undefined> {
    for (const end = Date.now() + LIMIT_MS; ; ) {
      const answer = this.takeAnswer(method);
      if (answer) return answer;
      if (this.ended) return undefined;
      if (Date.now() > end) throw new Error(`No answer, only ${JSON.stringify(this.received.toString('latin1'))}`);
      await this.more();
    }
  }

  /** All answers until the server closes the connection. */
  async answers(): Promise<RawAnswer[]> {
    const all: RawAnswer[] = [];
    for (;;) {
      const next = await this.answer();
      if (!next) return all;
      all.push(next);
    }
  }

  /** True when the server has closed it, or does so now. */
  async closed(): Promise<boolean> {
    for (const end = Date.now() + LIMIT_MS; !this.ended && Date.now() < end; ) await this.more();
    return this.ended;
  }

  close(): void {
    this.socket.destroy();
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 200);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private takeAnswer(method: string): RawAnswer | undefined {
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [statusLine = '', ...lines] = this.received.toString('latin1', 0, end).split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const));
    if (headers.get('transfer-encoding') === 'chunked') {
      // Only Node's own refusals are, and have no body.
      const over = this.received.indexOf('0\r\n\r\n', end + 4);
      if (over < 0) return undefined;
      this.received = this.received.subarray(over + 5);
      return { status, headers, body: '' };
    }
    const bodiless = status < 200 || status === 204 || status === 304 || method === 'HEAD';
    // Node's own refusals end with the connection and state no length.
    const length = bodiless ? 0 : headers.has('content-length') ? Number(headers.get('content-length')) : this.ended ? this.received.length - end - 4 : Infinity;
    if (this.received.length < end + 4 + length) return undefined;
    const body = this.received.toString('utf8', end + 4, end + 4 + length);
    this.received = this.received.subarray(end + 4 + length);
    return { status, headers, body };
  }
}

/** Sends bytes on a connection of their own; @returns all answers, once the server closed it or the first one came. */
export async function exchangeRaw(url: string, bytes: string | Uint8Array, method?: string): Promise<RawAnswer | undefined> {
  const connection = await RawConnection.open(url);
  try {
    connection.write(bytes);
    return await connection.answer(method);
  } finally {
    connection.close();
  }
}
