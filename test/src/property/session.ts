import { setTimeout as delay } from 'node:timers/promises';
import { SignedClient, type RawRequest, type RawResponse } from '../harness/signed-client.js';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';
import { LockWitness } from './lock-witness.js';
import { same } from './mismatch.js';
import { Model } from './model.js';
import { S3Failure, type Account, type Asked } from './model-terms.js';

/** Least size of a part but the last on the tested server, bytes. */
export const LEAST_PART = 1024;

const ANSWER_MS = 30_000;
const BOB_KEYS = { accessKeyId: 'BOBSACCESSKEY', secretAccessKey: 'bobs-secret-for-tests' };
/** What the server's clock shows first. */
const START = Date.UTC(2031, 4, 6, 7, 8, 9, 500);
const TEN_YEARS_SECONDS = 10 * 365 * 86_400;

/** 12-digit ids of the accounts that sign. */
export const ACCOUNT_IDS = { alice: 'root', bob: '222222222222' } as const;
const CANONICAL_IDS = { bob: 'b0b'.repeat(20), nobody: '65a011a29cdf8ec533ec3d1ccaae921c' };

/** Who sends a request: an account's root, nobody, or somebody with alice's key and a wrong secret. */
export type Caller = Account | 'forger';

/** An answer, to whom, and what the server's clock showed. */
export type Answer = RawResponse & { readonly method: string; readonly asked: Asked };

/** Clean-up runs all the time, so that it meets everything else. Nothing is forgotten while the clock jumps. */
function serverConfig(plugin: string | undefined): Record<string, unknown> {
  return {
    log: { level: 'warn' },
    s3: { defaultPublicAccessBlock: false },
    identities: [{ id: 'bob', displayName: 'Bob', account: ACCOUNT_IDS.bob, canonicalId: CANONICAL_IDS.bob, ...BOB_KEYS }],
    limits: { minPartBytes: LEAST_PART, requestSeconds: 5, collectGraceSeconds: 6, collectIntervalSeconds: 1, completedUploadSeconds: TEN_YEARS_SECONDS },
    plugins: plugin === undefined ? [] : [{ use: plugin }],
  };
}

/** A running server and its clock, the model of what it holds, and clients of several callers. */
export class Session {
  model = new Model();
  private witness = new LockWitness();
  /** Ids that the server gave to uploads, by their names in operations. */
  uploadIds = new Map<string, string>();
  /** Ids that the server gave to versions, in order. */
  versionIds: string[] = [];
  restarts = 0;
  crashes = 0;
  /** What the server's clock shows. */
  now = START;
  /** How far the clock goes between two operations, milliseconds; it may go backwards. */
  pace = 0;
  private shown = START;
  private latest = START;
  private aliceId = '';
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
    const session = new Session(await ServerProcess.start({ config: serverConfig(plugin), clock: START }), plugin, 'p0');
    const { text } = await session.send({ method: 'GET', path: '/' });
    session.aliceId = /<Owner><ID>(\w+)<\/ID>/.exec(text)?.[1] ?? '';
    return session;
  }

  /** Forgets everything and goes on in buckets of other names. */
  renew(scope: string): void {
    this.model = new Model();
    this.witness = new LockWitness();
    this.uploadIds = new Map();
    this.versionIds = [];
    this.scope = scope;
    this.now = START;
    this.latest = START;
    this.pace = 0;
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

  canonicalId(account: Account): string {
    return account === 'alice' ? this.aliceId : CANONICAL_IDS[account];
  }

  /** Lets the clock go on to the next operation. */
  async tick(): Promise<void> {
    this.now += this.pace;
    await this.showClock();
  }

  /** Lets the server's clock show what it is to show now. */
  async showClock(): Promise<void> {
    this.latest = Math.max(this.latest, this.now);
    if (this.now !== this.shown) await this.server.setClock(this.now);
    this.shown = this.now;
  }

  /** Compliance locks that no longer hold although their time has not come; none. */
  brokenLocks(): readonly string[] {
    return this.witness.look(this.model, this.latest);
  }

  async send(request: RawRequest, caller: Caller = 'alice'): Promise<Answer> {
    const client = this.clients.get(caller)!;
    const asked = { who: caller === 'forger' ? 'nobody' : caller, now: this.now } as const;
    const sent = caller === 'nobody' ? client.sendRaw({ ...request, headers: { host: client.host, ...request.headers } }) : client.send(request);
    const abort = new AbortController();
    const late = delay(ANSWER_MS, undefined, { signal: abort.signal }).then(() => {
      throw new Error(`No answer within ${ANSWER_MS} ms`);
    });
    late.catch(() => undefined);
    try {
      const response = await Promise.race([sent, late]);
      return { ...response, method: request.method, asked };
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
      const failure = this.model.answerFor(answer.asked.who, error);
      expected = `${failure.status} ${failure.code}`;
    }
    const failed = answer.status >= 300;
    const withCode = failed && answer.code !== undefined;
    if (answer.method === 'HEAD' || answer.status === 304) expected = expected.split(' ')[0]!;
    same('answer', withCode ? `${answer.status} ${answer.code}` : String(answer.status), expected);
    return value;
  }

  /** Ends the server by a signal, while no request runs, and starts it on the same data. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (signal === 'SIGTERM') this.restarts++;
    else this.crashes++;
    this.disconnect();
    const code = await this.server.stop(signal);
    if (signal === 'SIGTERM') same('exit code after SIGTERM', code, 0);
    this.server = await ServerProcess.start({ config: serverConfig(this.plugin), dataDir: this.server.dataDir, clock: this.now });
    this.connect();
  }

  /** Ends the server and removes its data. */
  async remove(): Promise<void> {
    this.disconnect();
    await this.server.remove();
  }

  private connect(): void {
    const clientOf = (keys: { accessKeyId: string; secretAccessKey: string }) => new SignedClient(this.server.url, keys, undefined, () => this.now);
    this.clients = new Map([
      ['alice', clientOf(ROOT_KEYS)],
      ['bob', clientOf(BOB_KEYS)],
      ['nobody', clientOf(ROOT_KEYS)],
      ['forger', clientOf({ ...ROOT_KEYS, secretAccessKey: 'not-the-secret' })],
    ]);
  }

  private disconnect(): void {
    for (const client of this.clients.values()) client.close();
  }
}

/** Compares a time that is shown in whole seconds. */
export function sameSecond(what: string, shown: string | undefined, milliseconds: number): void {
  same(`${what}, seconds`, Math.floor(Date.parse(shown ?? '') / 1000), Math.floor(milliseconds / 1000));
}

/** A query string of those that have a value. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}
