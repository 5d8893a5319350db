import { setTimeout as delay } from 'node:timers/promises';
import { SignedClient, type RawRequest, type RawResponse } from '../harness/signed-client.js';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { same } from './mismatch.js';
import { Model } from './model.js';
import { S3Failure, type Window } from './model-terms.js';

/** Least size of a part but the last on the tested server, bytes. */
export const LEAST_PART = 1024;

const ANSWER_MS = 30_000;
const STRANGER_KEYS = { accessKeyId: 'STRANGERACCESSKEY', secretAccessKey: 'stranger-secret-for-tests' };

/** The owner of all buckets; another account; no signature; a signature made with a wrong secret. */
export type Caller = 'owner' | 'stranger' | 'anonymous' | 'forger';

/** An answer, and when it was made. */
export type Answer = RawResponse & { readonly method: string; readonly window: Window };

/** Clean-up runs all the time, so that it meets everything else. */
function serverConfig(plugin: string | undefined): Record<string, unknown> {
  return {
    log: { level: 'warn' },
    identities: [{ id: 'stranger', displayName: 'Stranger', ...STRANGER_KEYS }],
    limits: { minPartBytes: LEAST_PART, requestSeconds: 5, collectGraceSeconds: 6, collectIntervalSeconds: 1 },
    plugins: plugin === undefined ? [] : [{ use: plugin }],
  };
}

/** A running server, the model of what it holds, and clients of several callers. */
export class Session {
  model = new Model();
  /** Ids that the server gave to uploads, by their names in operations. */
  uploadIds = new Map<string, string>();
  restarts = 0;
  crashes = 0;
  private begun = 0;
  private clients = new Map<Caller, SignedClient>();

  private constructor(
    private server: ServerProcess,
    private readonly plugin: string | undefined,
    private scope: string,
  ) {
    this.connect();
  }

  /** Starts a server on a data folder of its own. @param plugin path of a plugin to load */
  static async start(plugin?: string): Promise<Session> {
    return new Session(await ServerProcess.start({ config: serverConfig(plugin) }), plugin, 'p0');
  }

  /** Forgets everything and goes on in buckets of other names. */
  renew(scope: string): void {
    this.model = new Model();
    this.uploadIds = new Map();
    this.scope = scope;
  }

  /** Of all buckets of this session. */
  get bucketPrefix(): string {
    return `${this.scope}-`;
  }

  get log(): string {
    return this.server.log;
  }

  /** A bucket's name on the server. */
  bucketName(bucket: string): string {
    return this.bucketPrefix + bucket;
  }

  /** Path of a bucket or object, encoded. */
  path(bucket: string, key?: string): string {
    const name = `/${this.bucketName(bucket)}`;
    return key === undefined ? name : `${name}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  async send(request: RawRequest, caller: Caller = 'owner'): Promise<Answer> {
    const client = this.clients.get(caller)!;
    const from = Date.now();
    const sent = caller === 'anonymous' ? client.sendRaw({ ...request, headers: { host: client.host, ...request.headers } }) : client.send(request);
    const abort = new AbortController();
    const late = delay(ANSWER_MS, undefined, { signal: abort.signal }).then(() => {
      throw new Error(`No answer within ${ANSWER_MS} ms`);
    });
    late.catch(() => undefined);
    try {
      const response = await Promise.race([sent, late]);
      return { ...response, method: request.method, window: { from, to: Date.now() } };
    } finally {
      abort.abort();
    }
  }

  /**
   * Asks the model and compares outcomes.
   * @param status of success
   * @param ask does the operation on the model
   * @returns what the model answers; `undefined` where both refuse
   */
  judge<T>(answer: Answer, status: number, ask: () => T): T | undefined {
    let value: T | undefined;
    let expected = String(status);
    try {
      value = ask();
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error;
      expected = `${error.status} ${error.code}`;
    }
    const failed = answer.status >= 300;
    const withCode = failed && answer.code !== undefined;
    if (answer.method === 'HEAD' || answer.status === 304) expected = expected.split(' ')[0]!;
    same('answer', withCode ? `${answer.status} ${answer.code}` : String(answer.status), expected);
    return value;
  }

  /** Uploads are listed by time of initiation: no two may begin in one millisecond. */
  async nextUploadOrder(): Promise<number> {
    while (Date.now() <= this.begun) await delay(1);
    return Date.now();
  }

  uploadBegun(window: Window): void {
    this.begun = window.to;
  }

  /** Ends the server by a signal, while no request runs, and starts it on the same data. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (signal === 'SIGTERM') this.restarts++;
    else this.crashes++;
    this.disconnect();
    const code = await this.server.stop(signal);
    if (signal === 'SIGTERM') same('exit code after SIGTERM', code, 0);
    this.server = await ServerProcess.start({ config: serverConfig(this.plugin), dataDir: this.server.dataDir });
    this.connect();
  }

  /** Ends the server and removes its data. */
  async remove(): Promise<void> {
    this.disconnect();
    await this.server.remove();
  }

  private connect(): void {
    const { url } = this.server;
    this.clients = new Map([
      ['owner', new SignedClient(url)],
      ['stranger', new SignedClient(url, STRANGER_KEYS)],
      ['anonymous', new SignedClient(url)],
      ['forger', new SignedClient(url, { ...ROOT_KEYS, secretAccessKey: 'not-the-secret' })],
    ]);
  }

  private disconnect(): void {
    for (const client of this.clients.values()) client.close();
  }
}

/** True when a time shown in whole seconds lies within a window. */
export function liesWithin(time: string | undefined, { from, to }: Window): boolean {
  const second = Math.floor(Date.parse(time ?? '') / 1000);
  return second >= Math.floor(from / 1000) && second <= Math.floor(to / 1000);
}

/** A query string of those that have a value. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}
