import { type Descriptor, OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from '../harness/oci-artifacts.js';
import type { OciAnswer, OciClient } from '../harness/oci-client.js';
import type { Random } from '../property/random.js';
import { INLINE_BYTES, WrongAnswer, type LoadClient } from './load-client.js';
import { SHARED, SHARED_TAGS, type Change, type OwnRepository, type RegistryModel } from './registry-model.js';
import type { HeldUpload, RepositoryState } from './repository-state.js';

const TAGS = ['v1', 'v2', 'v3', 'latest'];
const MOST_BLOBS = 8;
const MOST_MANIFESTS = 8;
const MOST_UPLOADS = 3;
/** What is collected sooner than this is not built upon. */
const SAFE_MS = 500;

/** One client of a registry: requests one after the other in a repository of its own, now and then in that of all. */
export class RegistryClient implements LoadClient {
  private names = 0;

  /** @param name unique over all rounds */
  constructor(
    private readonly name: string,
    private readonly model: RegistryModel,
    private readonly repository: OwnRepository,
    private readonly client: OciClient,
    private readonly random: Random,
  ) {}

  private get state(): RepositoryState {
    return this.repository.state;
  }

  async step(): Promise<void> {
    const { random, state } = this;
    if (state.manifests.size > MOST_MANIFESTS) return this.deleteManifest();
    const action = random.weighted<() => Promise<unknown>>([
      { weight: state.blobs.size > MOST_BLOBS ? 1 : 4, value: () => this.pushBlob() },
      { weight: 5, value: () => this.upload() },
      { weight: 5, value: () => this.pushImage() },
      { weight: 2, value: () => this.pushIndex() },
      { weight: 2, value: () => this.pushReferrer() },
      { weight: 3, value: () => this.moveTag() },
      { weight: 2, value: () => this.deleteTag() },
      { weight: 2, value: () => this.deleteManifest() },
      { weight: 1, value: () => this.deleteBlob() },
      { weight: 2, value: () => this.mount() },
      { weight: 3, value: () => this.pushShared() },
    ]);
    await action();
  }

  /** Mostly small; around the inline limit; large. */
  private size(): number {
    const { random } = this;
    return random.weighted([
      { weight: 4, value: random.integer(2, INLINE_BYTES) },
      { weight: 2, value: INLINE_BYTES + random.integer(-1, 1) },
      { weight: 4, value: random.integer(INLINE_BYTES, 200_000) },
      { weight: 0.3, value: random.integer(1_000_000, 3_000_000) },
    ]);
  }

  private nextName(): string {
    return `${this.name}-${this.names++}`;
  }

  /** Now and then the bytes of others, so that stored contents are shared. */
  private newBlob(): { name: string; size: number } {
    const { random } = this;
    return random.chance(0.25) ? { name: 'common', size: random.pick([3000, 5000, 70_000]) } : { name: this.nextName(), size: this.size() };
  }

  /**
   * Sends a change of the own repository. What is in doubt when the connection breaks stays pending.
   * @param mayRefuse the server may say that it cannot be done
   * @returns the answer of one that was done
   */
  private async change(what: string, apply: Change['apply'], send: () => Promise<OciAnswer>, mayRefuse = false): Promise<OciAnswer | undefined> {
    const change = { what, at: Date.now(), apply };
    this.repository.pending = change;
    const answer = await send();
    if (answer.status >= 500) throw answer.status === 503 ? new Error('not ready') : new WrongAnswer(`${what}: ${answer.status} ${answer.text}`);
    this.repository.pending = undefined;
    if (answer.status < 300) {
      this.model.acknowledged++;
      apply(this.state, change.at);
      return answer;
    }
    if (!mayRefuse) throw new WrongAnswer(`${what} in ${this.repository.name}: ${answer.status} ${answer.codes.join(' ')} ${answer.text}`);
    return undefined;
  }

  private path(rest: string): string {
    return `/v2/${this.repository.name}/${rest}`;
  }

  /** In one POST, or a POST and a PUT. */
  private async pushBlob(made = this.newBlob()): Promise<Descriptor | undefined> {
    const { digest, bytes } = this.model.makeBlob(made.name, made.size);
    const descriptor = { mediaType: OCI_LAYER, digest, size: made.size };
    if (this.random.chance(0.6)) {
      await this.change('blob', (state, at) => state.putBlob(digest, at), () => this.client.send('POST', this.path(`blobs/uploads/?digest=${digest}`), { body: bytes }));
      return descriptor;
    }
    const location = await this.startUpload(made);
    if (location === undefined) return undefined;
    await this.finish(location, this.state.uploads.get(location)!);
    return descriptor;
  }

  private async startUpload({ name, size }: { name: string; size: number }): Promise<string | undefined> {
    const answer = await this.change('upload', () => undefined, () => this.client.send('POST', this.path('blobs/uploads/'), { headers: { 'content-length': '0' } }));
    const location = answer?.headers.location;
    if (location !== undefined) this.state.uploads.set(location, { name, size, durable: 0, sent: 0 });
    return location;
  }

  /** One step of an upload in chunks; they outlive the server. */
  private async upload(): Promise<void> {
    const { random, state } = this;
    const open = [...state.uploads];
    if (open.length === 0 || (open.length < MOST_UPLOADS && random.chance(0.3))) return void (await this.startUpload(this.newBlob()));
    const [location, upload] = random.pick(open);
    if (random.chance(0.07)) {
      await this.change('cancel', (after) => void after.uploads.delete(location), () => this.client.delete(location));
      return;
    }
    if (upload.durable >= upload.size || random.chance(0.25)) return this.finish(location, upload);
    await this.append(location, upload);
  }

  private async append(location: string, upload: HeldUpload): Promise<void> {
    const { random } = this;
    // Two at least, for a range does not tell one byte from none.
    const end = Math.min(upload.size, Math.max(2, upload.durable + random.integer(1, upload.size - upload.durable)));
    const bytes = this.model.makeBlob(upload.name, upload.size).bytes.subarray(upload.durable, end);
    const range: Record<string, string> = random.chance(0.5) ? { 'content-range': `${upload.durable}-${end - 1}` } : {};
    upload.sent = end;
    const done = (state: RepositoryState) => {
      const present = state.uploads.get(location);
      if (present) present.durable = end;
    };
    const answer = await this.change('chunk', () => undefined, () => this.client.send('PATCH', location, { body: bytes, headers: range }));
    if (answer?.headers.range !== `0-${end - 1}`) throw new WrongAnswer(`chunk: answered ${answer?.headers.range} for ${end} bytes`);
    done(this.state);
  }

  private async finish(location: string, upload: HeldUpload): Promise<void> {
    const { digest, bytes } = this.model.makeBlob(upload.name, upload.size);
    upload.sent = upload.size;
    const done = (state: RepositoryState, at: number) => {
      state.uploads.delete(location);
      state.putBlob(digest, at);
    };
    await this.change('finish', done, () => this.client.send('PUT', `${location}?digest=${digest}`, { body: bytes.subarray(upload.durable) }));
  }

  /** Some that are there for long enough, some that are pushed for it. */
  private async pushImage(): Promise<void> {
    const { random } = this;
    const layers: Descriptor[] = [];
    for (let left = random.integer(1, 3); left > 0; left--) {
      const present = [...this.state.blobs.keys()].filter((digest) => this.isSafe(digest));
      const layer = present.length > 0 && random.chance(0.5) ? this.describe(random.pick(present), OCI_LAYER) : await this.pushBlob();
      if (layer) layers.push(layer);
    }
    if (layers.length === 0) return;
    const config = { ...random.pick(layers), mediaType: OCI_CONFIG };
    await this.putManifest({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers, annotations: { name: this.nextName() } }, this.someTags());
  }

  private async pushIndex(): Promise<void> {
    const present = [...this.state.manifests.keys()].filter((digest) => this.isSafe(digest) && this.random.chance(0.5));
    if (present.length === 0) return;
    const manifests = present.map((digest) => this.describe(digest, this.mediaTypeOf(digest)));
    await this.putManifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, annotations: { name: this.nextName() } }, this.someTags());
  }

  private async pushReferrer(): Promise<void> {
    const { random } = this;
    const present = [...this.state.manifests.keys()];
    if (present.length === 0) return;
    const subject = random.pick(present);
    const config = await this.pushBlob({ name: 'common', size: 3000 });
    if (!config) return;
    const artifact = { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'test/signature', config, layers: [config], annotations: { name: this.nextName() } };
    await this.putManifest({ ...artifact, subject: this.describe(subject, this.mediaTypeOf(subject)) }, random.chance(0.2) ? this.someTags() : []);
  }

  private async putManifest(document: Document, tags: readonly string[]): Promise<void> {
    const text = JSON.stringify(document);
    const digest = this.model.makeManifest(text);
    const [reference = digest] = tags.length === 1 ? tags : [];
    const query = tags.length > 1 ? `?${tags.map((tag) => `tag=${tag}`).join('&')}` : '';
    const manifest = {
      text,
      blobs: [document.config, ...(document.layers ?? [])].flatMap((one) => (one ? [one.digest] : [])),
      manifests: (document.manifests ?? []).map((one) => one.digest),
      subject: document.subject?.digest,
    };
    const send = () => this.client.putManifest(this.repository.name, `${reference}${query}`, text, document.mediaType);
    await this.change('manifest', (state, at) => state.putManifest(digest, manifest, tags, at), send);
  }

  private async moveTag(): Promise<void> {
    const { random, state } = this;
    const present = [...state.manifests.keys()].filter((digest) => this.isSafe(digest));
    if (present.length === 0) return;
    const [digest, tag] = [random.pick(present), random.pick(TAGS)];
    const manifest = state.manifests.get(digest)!;
    const send = () => this.client.putManifest(this.repository.name, tag, manifest.text, this.mediaTypeOf(digest));
    await this.change('tag', (after, at) => after.putManifest(digest, manifest, [tag], at), send);
  }

  private async deleteTag(): Promise<void> {
    const tags = [...this.state.tags.keys()];
    if (tags.length === 0) return;
    const tag = this.random.pick(tags);
    await this.change('delete tag', (state, at) => state.deleteTag(tag, at), () => this.client.delete(this.path(`manifests/${tag}`)));
  }

  /** One that an index holds is refused, and one that was collected is not there. */
  private async deleteManifest(): Promise<void> {
    const { state, random } = this;
    const present = [...state.manifests.keys()];
    if (present.length === 0) return;
    const free = present.filter((digest) => state.usersOf(digest).length === 0);
    const digest = random.pick(free.length > 0 && random.chance(0.9) ? free : present);
    await this.delete('delete manifest', digest, `manifests/${digest}`, (after, at) => after.deleteManifest(digest, at));
  }

  private async deleteBlob(): Promise<void> {
    const present = [...this.state.blobs.keys()];
    if (present.length === 0) return;
    const digest = this.random.pick(present);
    await this.delete('delete blob', digest, `blobs/${digest}`, (after) => after.deleteBlob(digest));
  }

  private async delete(what: string, digest: string, rest: string, apply: Change['apply']): Promise<void> {
    const users = this.state.usersOf(digest);
    // A user of it that may have been collected does not protect it.
    const protectedUntil = Math.max(0, ...users.map((user) => this.state.earliestLoss(user)));
    const mayRefuse = users.length > 0 || !this.isSafe(digest);
    const done = await this.change(what, apply, () => this.client.delete(this.path(rest)), mayRefuse);
    if (done && protectedUntil > Date.now()) throw new WrongAnswer(`${what}: ${digest} was deleted although something references it`);
  }

  private async mount(): Promise<void> {
    const { random, model, repository } = this;
    const others = [...model.repositories.values()].filter((one) => one !== repository && one.state.blobs.size > 0);
    if (others.length === 0) return;
    const from = random.pick(others);
    const digest = random.pick([...from.state.blobs.keys()]);
    const send = () => this.client.send('POST', this.path(`blobs/uploads/?mount=${digest}&from=${from.name}`), { headers: { 'content-length': '0' } });
    // What is not there begins an upload, which stays empty.
    let mounted = true;
    const answer = await this.change('mount', (state, at) => void (mounted && state.putBlob(digest, at)), async () => {
      const sent = await send();
      mounted = sent.status === 201;
      return sent;
    });
    if (answer?.status === 202) this.state.uploads.set(answer.headers.location!, { name: this.nextName(), size: this.size(), durable: 0, sent: 0 });
  }

  /** In the repository of all: push a blob and an image of it under some tags, or take a tag away. */
  private async pushShared(): Promise<void> {
    const { random, model, client } = this;
    const tags = SHARED_TAGS.filter(() => random.chance(0.4));
    if (random.chance(0.15)) {
      const tag = random.pick(SHARED_TAGS);
      const write = model.sharedTags.get(tag)!.begin(undefined);
      const { status } = await client.delete(`/v2/${SHARED}/manifests/${tag}`);
      if (status === 202) write.acknowledge();
      else if (status === 404) write.refuse();
      return;
    }
    const { name, size } = this.newBlob();
    const { digest, bytes } = model.makeBlob(name, size);
    const pushed = await client.send('POST', `/v2/${SHARED}/blobs/uploads/?digest=${digest}`, { body: bytes });
    if (pushed.status !== 201) throw new WrongAnswer(`shared blob: ${pushed.status} ${pushed.text}`);
    const layer = { mediaType: OCI_LAYER, digest, size };
    const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: { ...layer, mediaType: OCI_CONFIG }, layers: [layer], annotations: { name: this.nextName() } });
    const manifest = model.makeManifest(text);
    const writes = tags.map((tag) => model.sharedTags.get(tag)!.begin(manifest));
    const put = await client.putManifest(SHARED, `${manifest}${tags.length > 0 ? `?${tags.map((tag) => `tag=${tag}`).join('&')}` : ''}`, text);
    if (put.status !== 201) throw new WrongAnswer(`shared manifest: ${put.status} ${put.text}`);
    model.acknowledged += 2;
    for (const write of writes) write.acknowledge();
  }

  private someTags(): readonly string[] {
    return TAGS.filter(() => this.random.chance(0.3));
  }

  private isSafe(digest: string): boolean {
    return this.state.earliestLoss(digest) > Date.now() + SAFE_MS;
  }

  private describe(digest: string, mediaType: string): Descriptor {
    return { mediaType, digest, size: this.model.bytesOf(digest)!.length };
  }

  private mediaTypeOf(digest: string): string {
    return (JSON.parse(this.state.manifests.get(digest)!.text) as Document).mediaType;
  }
}

interface Document {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: object;
  readonly artifactType?: string;
}
