import crypto from 'node:crypto';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import type { Random } from '../property/random.js';
import { completeDocument, LEAST_PART } from './crash-uploads.js';
import { INLINE_BYTES, WrongAnswer, judgeAnswer, type LoadClient } from './load-client.js';
import { joinedValue, makeBytes, putValue } from './stored-value.js';
import type { Changeable, CrashVersion, ShownLock, VersionModel } from './version-stack.js';

const SHARED_KEYS = ['shared/0', 'shared/1'];
const OWN_KEYS = 2;
/** Beyond so many versions of a key the oldest are deleted. */
const ENOUGH = 5;
const MOST_LOCKED = 2;
/** Locks last for longer than any run. */
const LOCKED_MS = 365 * 86_400_000;
const DAY_MS = 86_400_000;

/** One client under way in a bucket with versions and locks: requests one after the other until the connection breaks. */
export class VersionClient implements LoadClient {
  readonly ownKeys: readonly string[];
  private writes = 0;

  /** @param name unique over all rounds; `slot` gives the keys, which the next round's client takes over */
  constructor(
    private readonly name: string,
    slot: number,
    private readonly model: VersionModel,
    private readonly client: SignedClient,
    private readonly random: Random,
  ) {
    this.ownKeys = Array.from({ length: OWN_KEYS }, (_, index) => `own-${slot}/${index}`);
  }

  async step(): Promise<void> {
    const { random } = this;
    const crowded = this.ownKeys.find((key) => this.model.settled(key).length > ENOUGH);
    if (crowded !== undefined && random.chance(0.7)) return this.deleteVersion(crowded);
    const action = random.weighted([
      { weight: 6, value: () => this.put() },
      { weight: 2, value: () => this.copy() },
      { weight: 2, value: () => this.delete() },
      { weight: 3, value: () => this.deleteVersion(random.pick(random.chance(0.3) ? SHARED_KEYS : this.ownKeys)) },
      { weight: 1, value: () => this.deleteMany() },
      { weight: 2, value: () => this.setTag() },
      { weight: 2, value: () => this.setLock() },
      { weight: 1, value: () => this.setHold() },
      { weight: 2, value: () => this.multipart() },
    ]);
    await action();
  }

  private key(): string {
    return this.random.pick(this.random.chance(0.2) ? SHARED_KEYS : this.ownKeys);
  }

  private nextTag(): string {
    return `${this.name}-${this.writes++}`;
  }

  private size(): number {
    const { random } = this;
    return random.weighted([
      { weight: 4, value: random.integer(0, INLINE_BYTES) },
      { weight: 3, value: random.integer(INLINE_BYTES, 100_000) },
      { weight: 0.1, value: random.integer(1_000_000, 2_000_000) },
    ]);
  }

  private send(method: string, key: string | undefined, query: string, headers: Record<string, string> = {}, body?: Buffer | string): Promise<RawResponse> {
    const path = key === undefined ? `/${this.model.bucket}` : `/${this.model.bucket}/${key}`;
    return this.client.send({ method, path, query, headers, body });
  }

  private judge(what: string, response: RawResponse, refusals: readonly number[] = []): 'done' | 'refused' | 'open' {
    return judgeAnswer(this.model, what, response, refusals);
  }

  /** The new version is there, by the id in the answer. */
  private judgeNew(what: string, response: RawResponse, version: CrashVersion): void {
    if (this.judge(what, response) !== 'done') return;
    const id = response.headers['x-amz-version-id'];
    if (typeof id !== 'string' || id === 'null') throw new WrongAnswer(`${what}: an answer without a version id`);
    version.acknowledge(id);
  }

  private async put(): Promise<void> {
    const key = this.key();
    const bytes = this.random.chance(0.2) ? makeBytes('common', this.random.pick([5000, 70_000])) : makeBytes(this.nextTag(), this.size());
    const value = putValue(this.nextTag(), bytes);
    const initially = this.initially(key);
    const version = this.model.begin(key, value, initially);
    const digest = { 'content-md5': crypto.hash('md5', bytes, 'base64') };
    this.judgeNew('put', await this.send('PUT', key, '', { ...digest, ...headersOf(value.tag, initially) }, bytes), version);
  }

  /** A compliance lock stays for good, so no key gets many of them. */
  private initially(key: string): Changeable {
    const { random } = this;
    const locked = this.model.stack(key).filter(({ lock }) => lock.candidates().some((candidate) => candidate?.mode === 'COMPLIANCE')).length;
    const mode = random.chance(0.1) && locked < MOST_LOCKED && !SHARED_KEYS.includes(key) ? 'COMPLIANCE' : 'GOVERNANCE';
    return { tag: random.chance(0.3) ? this.nextTag() : undefined, lock: random.chance(0.25) ? lockOf(mode, 0) : undefined };
  }

  private async copy(): Promise<void> {
    const from = this.random.pick(this.ownKeys);
    const sources = this.model.settled(from).filter(({ value }) => value);
    if (sources.length === 0) return;
    const { id, value } = this.random.pick(sources);
    const key = this.key();
    const tag = this.nextTag();
    const version = this.model.begin(key, { ...value!, tag });
    const headers = { ...headersOf(tag, {}), 'x-amz-metadata-directive': 'REPLACE', 'x-amz-tagging-directive': 'REPLACE' };
    const source = { 'x-amz-copy-source': `/${this.model.bucket}/${from}?versionId=${id}` };
    this.judgeNew('copy', await this.send('PUT', key, '', { ...headers, ...source }), version);
  }

  private async delete(): Promise<void> {
    const key = this.key();
    const marker = this.model.begin(key, undefined);
    this.judgeNew('delete', await this.send('DELETE', key, ''), marker);
  }

  private async deleteVersion(key: string): Promise<void> {
    const versions = this.model.settled(key);
    if (versions.length === 0) return;
    const version = this.random.pick(versions.slice(0, ENOUGH));
    const bypass = this.random.chance(0.7);
    const locked = version.isLocked(bypass);
    if (locked !== true) version.removal = 'sent';
    const response = await this.send('DELETE', key, `versionId=${version.id}`, bypass ? BYPASS : {});
    const outcome = this.judge('delete version', response, locked === false ? [] : [403]);
    if (outcome === 'done' && locked === true) throw new WrongAnswer('delete version: a locked version was removed');
    if (outcome === 'done') version.removal = 'done';
    if (outcome === 'refused' && version.removal === 'sent') version.removal = 'none';
  }

  /** Several versions of one key in one request; of locked ones each is refused alone. */
  private async deleteMany(): Promise<void> {
    const key = this.random.pick(this.ownKeys);
    const versions = this.model.settled(key).filter((version) => version.isLocked(true) === false && this.random.chance(0.5));
    if (versions.length === 0) return;
    for (const version of versions) version.removal = 'sent';
    const body = `<Delete>${versions.map(({ id }) => `<Object><Key>${key}</Key><VersionId>${id}</VersionId></Object>`).join('')}</Delete>`;
    const response = await this.send('POST', undefined, 'delete=', { ...BYPASS, 'content-md5': crypto.hash('md5', body, 'base64') }, body);
    if (this.judge('delete many', response) === 'done') for (const version of versions) version.removal = 'done';
  }

  private pickObject(): { key: string; version: CrashVersion } | undefined {
    const key = this.random.pick(this.ownKeys);
    const objects = this.model.settled(key).filter(({ value }) => value);
    return objects.length === 0 ? undefined : { key, version: this.random.pick(objects) };
  }

  private async setTag(): Promise<void> {
    const found = this.pickObject();
    if (!found) return;
    const { key, version } = found;
    const tag = this.random.chance(0.2) ? undefined : this.nextTag();
    const write = version.tag.begin(tag);
    const query = `tagging=&versionId=${version.id}`;
    const document = `<Tagging><TagSet><Tag><Key>t</Key><Value>${tag}</Value></Tag></TagSet></Tagging>`;
    const response = await (tag === undefined ? this.send('DELETE', key, query) : this.send('PUT', key, query, {}, document));
    if (this.judge('tagging', response) === 'done') write.acknowledge();
  }

  /** Prolongs, or gives a lock to a version that has none; a governance one is also taken away again. */
  private async setLock(): Promise<void> {
    const found = this.pickObject();
    if (!found || found.version.lock.candidates().length > 1) return;
    const { key, version } = found;
    const present = version.lock.known;
    const next = present?.mode === 'GOVERNANCE' && this.random.chance(0.4) ? undefined : lockOf(present?.mode ?? 'GOVERNANCE', this.random.integer(1, 300));
    const weakens = present !== undefined && (next === undefined || next.until < present.until);
    const refused = weakens && present.mode === 'COMPLIANCE';
    const write = refused ? undefined : version.lock.begin(next);
    const inner = next ? `<Mode>${next.mode}</Mode><RetainUntilDate>${next.until}</RetainUntilDate>` : '';
    const response = await this.send('PUT', key, `retention=&versionId=${version.id}`, BYPASS, `<Retention>${inner}</Retention>`);
    const outcome = this.judge('retention', response, refused ? [403] : []);
    if (outcome === 'done' && refused) throw new WrongAnswer('retention: a compliance lock was weakened');
    if (outcome === 'done') write?.acknowledge();
  }

  private async setHold(): Promise<void> {
    const found = this.pickObject();
    if (!found) return;
    const { key, version } = found;
    const held = version.held.known !== true && this.random.chance(0.4);
    const write = version.held.begin(held);
    const body = `<LegalHold><Status>${held ? 'ON' : 'OFF'}</Status></LegalHold>`;
    if (this.judge('legal hold', await this.send('PUT', key, `legal-hold=&versionId=${version.id}`, {}, body)) === 'done') write.acknowledge();
  }

  private async multipart(): Promise<void> {
    const key = this.key();
    const tag = this.nextTag();
    const initially = this.initially(key);
    const begun = await this.send('POST', key, 'uploads=', headersOf(tag, initially));
    if (this.judge('create upload', begun) !== 'done') return;
    const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(begun.text)![1]!;
    const parts = [];
    for (let number = this.random.integer(1, 3); number > 0; number--) {
      const bytes = makeBytes(this.nextTag(), Math.max(LEAST_PART, this.size()));
      const part = await this.send('PUT', key, `partNumber=${number}&uploadId=${uploadId}`, {}, bytes);
      if (this.judge('part', part) !== 'done') return;
      parts.unshift({ number, bytes, etag: putValue('', bytes).etag });
    }
    const version = this.model.begin(key, joinedValue(tag, parts), initially);
    const document = completeDocument(parts);
    this.model.completions.set(uploadId, { uploadId, key, version, document });
    const response = await this.send('POST', key, `uploadId=${uploadId}`, {}, document);
    this.judgeNew('complete', response, version);
    if (version.id !== undefined) this.model.completions.delete(uploadId);
  }
}

const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

function lockOf(mode: ShownLock['mode'], days: number): ShownLock {
  return { mode, until: new Date(Math.floor(Date.now() / 1000) * 1000 + LOCKED_MS + days * DAY_MS).toISOString() };
}

function headersOf(tag: string, { tag: ofVersion, lock }: Changeable): Record<string, string> {
  return {
    'x-amz-meta-tag': tag,
    ...(ofVersion === undefined ? {} : { 'x-amz-tagging': `t=${ofVersion}` }),
    ...(lock && { 'x-amz-object-lock-mode': lock.mode, 'x-amz-object-lock-retain-until-date': lock.until }),
  };
}
