import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import type { Random } from '../property/random.js';
import type { Recorded } from './check-history.js';
import type { Answer, Operation, Value } from './register.js';

/** How values travel: the body is the value, so its etag follows from it. */
interface Known {
  readonly value: string;
  readonly etag: string;
}

/** One client that reads and conditionally writes a few keys that all share, one request after the other. */
export class ConditionalClient {
  private readonly known = new Map<string, Known>();
  private writes = 0;

  /** @param name unique; makes the values unique */
  constructor(
    private readonly name: string,
    private readonly client: SignedClient,
    private readonly bucket: string,
    private readonly keys: readonly string[],
    private readonly random: Random,
    private readonly now: () => number,
  ) {}

  /** Does one operation. @returns its key and the record of it */
  async step(): Promise<{ key: string; recorded: Recorded }> {
    const key = this.random.pick(this.keys);
    const operation = this.choose(key);
    const begun = this.now();
    const answer = await this.send(key, operation).catch((): Answer => ({ kind: 'unknown' }));
    return { key, recorded: { operation, answer, begun, ended: this.now() } };
  }

  private choose(key: string): Operation {
    const value = `${this.name}-${this.writes++}`;
    const expected = this.known.get(key)?.value;
    const kind = this.random.weighted<Operation['kind']>([
      { weight: 4, value: 'read' },
      { weight: 1, value: 'write' },
      { weight: 4, value: 'create' },
      { weight: expected === undefined ? 0 : 8, value: 'replace' },
      { weight: 1, value: 'remove' },
      { weight: expected === undefined ? 0 : 3, value: 'remove-if' },
    ]);
    if (kind === 'replace') return { kind, value, expected: expected! };
    if (kind === 'remove-if') return { kind, expected: expected! };
    return kind === 'write' || kind === 'create' ? { kind, value } : { kind };
  }

  private async send(key: string, operation: Operation): Promise<Answer> {
    const path = `/${this.bucket}/${key}`;
    const headers = this.conditionOf(key, operation);
    if (operation.kind === 'read') return this.read(key, await this.client.send({ method: 'GET', path }));
    if (operation.kind === 'remove' || operation.kind === 'remove-if') return this.judge(await this.client.send({ method: 'DELETE', path, headers }));
    const response = await this.client.send({ method: 'PUT', path, headers, body: operation.value });
    if (response.status === 200) this.known.set(key, { value: operation.value, etag: String(response.headers.etag) });
    return this.judge(response);
  }

  private conditionOf(key: string, operation: Operation): Record<string, string> {
    if (operation.kind === 'create') return { 'if-none-match': '*' };
    return operation.kind === 'replace' || operation.kind === 'remove-if' ? { 'if-match': this.known.get(key)!.etag } : {};
  }

  private read(key: string, response: RawResponse): Answer {
    let value: Value;
    if (response.status === 200) {
      value = response.text;
      this.known.set(key, { value, etag: String(response.headers.etag) });
    } else if (response.status !== 404) {
      return this.judge(response);
    }
    return { kind: 'value', value };
  }

  /** What is neither success nor a failed condition leaves open what became of it. Throws for an answer that cannot be right. */
  private judge({ status, code }: RawResponse): Answer {
    if (status < 300) return { kind: 'done' };
    if (status === 412 || status === 404) return { kind: 'refused' };
    if (status === 409 || status >= 500) return { kind: 'unknown' };
    throw new Error(`unexpected answer ${status} ${code}`);
  }
}
