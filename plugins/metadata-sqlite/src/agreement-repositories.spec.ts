import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Intent, LinkBlob, MetadataStore, RepositoryId } from '@zas/plugin-api';
import { MemoryMetadataStore, silentLogger, testContext } from '@zas/plugin-testkit';
import { configSchema } from './config.js';
import { SqliteMetadataStore } from './sqlite-metadata-store.js';

const context = testContext();
const NAMES = ['a', 'a/b', 'c'];
const BLOBS = ['one', 'two two', 'three three three', ''];
const MANIFESTS = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];
const TAGS = ['v1', 'v2', 'latest'];
const digestOf = (text: string) => `sha256:${Buffer.from(text.padEnd(32)).toString('hex')}`;

/** The same random changes of repositories done to one store. */
class Driver {
  constructor(
    readonly store: MetadataStore,
    readonly random: () => number,
  ) {}

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }

  async apply(intent: Intent): Promise<string> {
    try {
      const outcome = await this.store.apply(context, intent);
      return intent.kind === 'create-repository' ? 'create-repository' : `${intent.kind} ${JSON.stringify(outcome)}`;
    } catch (error) {
      const { code, details } = error as { code: string; details?: object };
      return `${intent.kind} ${code} ${JSON.stringify(details)}`;
    }
  }

  async idOf(name: string): Promise<RepositoryId> {
    return (await this.store.repositories.find(context, name))?.id ?? 987654321;
  }

  async step(step: number): Promise<string> {
    const [what, name, at] = [this.random(), this.pick(NAMES), 1000 + Math.floor(this.random() * 1000)];
    const repositoryId = await this.idOf(name);
    const [blob, manifest, tag] = [this.pick(BLOBS), this.pick(MANIFESTS), this.pick(TAGS)];
    if (what < 0.05) return this.apply({ kind: 'create-repository', name, owner: 'o', at });
    if (what < 0.06) return this.apply({ kind: 'delete-repository', repositoryId, at });
    if (what < 0.25) return this.apply({ kind: 'link-blob', repositoryId, digest: digestOf(blob), at, ...this.body(blob, step) });
    if (what < 0.3) return this.apply({ kind: 'mount-blob', repositoryId, digest: digestOf(blob), from: await this.idOf(this.pick(NAMES)), at });
    if (what < 0.38) return this.apply({ kind: 'unlink-blob', repositoryId, digest: digestOf(blob), ...this.limits(), at });
    if (what < 0.39) return this.apply({ kind: 'touch-manifest', repositoryId, digest: digestOf(manifest), at });
    if (what < 0.4) return this.apply({ kind: 'touch-blob', repositoryId, digest: digestOf(blob), at });
    if (what < 0.65) return this.putManifest(repositoryId, manifest, at, step);
    if (what < 0.72) return this.apply({ kind: 'delete-tag', repositoryId, tag, digest: this.random() < 0.3 ? digestOf(manifest) : undefined, movedAt: this.random() < 0.1 ? at : undefined, at });
    if (what < 0.82) {
      return this.apply({ kind: 'delete-manifest', repositoryId, digest: digestOf(manifest), tags: TAGS.filter(() => this.random() < 0.8), ...this.limits(), at });
    }
    if (what < 0.92) return this.upload(repositoryId, blob, at, step);
    if (what < 0.95) return this.apply({ kind: 'record-pulls', pulls: [{ repositoryId, digest: digestOf(manifest), tag, at }] });
    const { contents } = await this.store.apply<'claim-contents'>(context, { kind: 'claim-contents', condemnedBefore: at, limit: 1000 });
    if (this.random() < 0.5) return `claimed ${contents.length}`;
    return this.apply({ kind: 'forget-contents', contentIds: contents.map(({ contentId }) => contentId) });
  }

  limits(): { referenced?: boolean; unusedBefore?: number } {
    return { referenced: this.random() < 0.3, unusedBefore: this.random() < 0.3 ? 1000 + Math.floor(this.random() * 1000) : undefined };
  }

  body(text: string, step: number): Pick<LinkBlob, 'size' | 'body'> {
    if (text === '' || this.random() < 0.5) return { size: text.length, body: { kind: 'inline', bytes: Buffer.from(text) } };
    return { size: text.length, body: { kind: 'stored', content: this.content(text, `l${step}`), epoch: 1 } };
  }

  content(text: string, locator: string) {
    return { locator, size: text.length, digests: { sha256: digestOf(text).slice(7) }, domain: '', blockSums: '' };
  }

  /** Each manifest has a fixed text, so fixed references: the first names blobs, the next its neighbours, the last a subject. */
  putManifest(repositoryId: RepositoryId, text: string, at: number, step: number): Promise<string> {
    const number = MANIFESTS.indexOf(text);
    const required = this.random() < 0.5;
    const references = [
      ...(number < 2 ? BLOBS.slice(number, number + 2).map((blob) => ({ kind: 'blob' as const, digest: digestOf(blob), required })) : []),
      ...(number === 2 || number === 3 ? [0, 1].map((child) => ({ kind: 'manifest' as const, digest: digestOf(MANIFESTS[child]!), required })) : []),
    ];
    const tags = TAGS.filter(() => this.random() < 0.3).map((name) => ({
      name,
      mayCreate: this.random() < 0.9,
      mayMove: this.random() < 0.9,
      immutable: this.random() < 0.1,
    }));
    const subject = number > 3 ? digestOf(MANIFESTS[number - 4]!) : undefined;
    const more = { artifactType: number % 2 ? 'type/a' : undefined, annotations: { number: `${number}` }, ...this.body(text, step) };
    return this.apply({ kind: 'put-manifest', repositoryId, digest: digestOf(text), mediaType: 'm', subject, references, tags, at, ...more } as Intent);
  }

  async upload(repositoryId: RepositoryId, text: string, at: number, step: number): Promise<string> {
    const [what, number] = [this.random(), Math.floor(this.random() * 3)];
    const uploadId = `u${number}`;
    const open = await this.store.blobUploads.find(context, uploadId);
    if (!open) return this.apply({ kind: 'start-blob-upload', repositoryId, uploadId, algorithm: 'sha256', locator: `session-${step}`, epoch: 1, at });
    if (what < 0.2) return this.apply({ kind: 'touch-blob-upload', repositoryId, uploadId, at });
    if (what < 0.4) return this.apply({ kind: 'cancel-blob-upload', repositoryId, uploadId, at });
    const body = text === '' ? { kind: 'inline' as const, bytes: Buffer.from(text) } : { kind: 'session' as const, content: this.content(text, open.locator) };
    return this.apply({ kind: 'link-blob', repositoryId, digest: digestOf(text), size: text.length, body, uploadId, at });
  }

  /** All that the store shows, without the numbers that each store gives as it likes. */
  async picture(): Promise<unknown> {
    const repositories = await this.store.repositories.list(context, { limit: 100 });
    const feed = await this.store.feed.read(context, '0'.repeat(16), 10_000);
    const contents = await this.store.blobs.list(context, { after: 0, limit: 10_000 });
    const unused = [await this.store.unused.blobs(context, 1e9, { limit: 1000 }), await this.store.unused.manifests(context, 1e9, { limit: 1000 })];
    return {
      repositories: await Promise.all(repositories.map(({ id, ...shown }) => this.#shown(id, shown))),
      contents: contents.map(({ locator, size, state, references }) => [locator, size, state, references]).sort(),
      feed: feed.entries.map(({ kind, repository, digest, tag, at, size, cause }) => [kind, repository, digest, tag, at, size, cause]),
      unused: unused.map((found) => found.map(({ repository, digest, unusedSince }) => [unusedSince, repository.name, digest].join()).sort()),
      idle: (await this.store.blobUploads.idle(context, 1e9, 10)).map(({ uploadId, locator, touchedAt }) => [touchedAt, uploadId, locator].join()).sort(),
    };
  }

  async #shown(id: RepositoryId, shown: object): Promise<unknown> {
    const { artifacts } = this.store;
    const whole = { limit: 100 };
    const manifests = await Promise.all(MANIFESTS.map((text) => artifacts.manifest(context, id, { digest: digestOf(text) }, { body: true })));
    const blobs = await Promise.all(BLOBS.map((text) => artifacts.blob(context, id, digestOf(text), { body: true })));
    return {
      ...shown,
      usage: await this.store.repositories.usage(context, id),
      tags: await artifacts.tags(context, id, whole),
      manifests: manifests.map((found) => found && { ...found, body: bodyOf(found.body) }),
      blobs: blobs.map((found) => found && { ...found, body: bodyOf(found.body) }),
      referrers: await Promise.all(MANIFESTS.map((text) => artifacts.referrers(context, id, digestOf(text), whole))),
      listed: (await artifacts.manifests(context, id, whole)).map(({ digest }) => digest),
    };
  }
}

function bodyOf(body: { kind: string; bytes?: Uint8Array; locator?: string }): unknown {
  return [body.kind, body.locator, body.bytes && Buffer.from(body.bytes).toString()];
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

describe('the SQLite store and the in-memory double', () => {
  it.each([1, 2, 3, 4])('agree after any changes of repositories (seed %i)', async (seed) => {
    const folder = await mkdtemp(join(tmpdir(), 'agreement-'));
    const sqlite = new SqliteMetadataStore({ ...configSchema.parse({}), path: join(folder, 'metadata.db'), logger: silentLogger });
    await sqlite.open(() => undefined);
    const drivers = [new MemoryMetadataStore(), sqlite].map((store) => new Driver(store, seeded(seed)));
    const seen: Set<string> = new Set();
    for (const driver of drivers) {
      await driver.apply({ kind: 'acquire-lease', name: 'epoch', holder: 'h', ttlMs: 1, at: 1 });
      for (const name of NAMES) await driver.apply({ kind: 'create-repository', name, owner: 'o', at: 1 });
    }
    for (let step = 0; step < 600; step++) {
      const results = [];
      for (const driver of drivers) results.push(await driver.step(step));
      expect(results[1]).toBe(results[0]);
      seen.add(results[0]!);
      if (step % 20 === 0) {
        const [expected, actual] = await Promise.all(drivers.map((driver) => driver.picture()));
        expect(JSON.parse(JSON.stringify(actual))).toEqual(JSON.parse(JSON.stringify(expected)));
      }
    }
    expect(seen.size).toBeGreaterThan(20);
    await sqlite.close();
    await rm(folder, { recursive: true });
  });
});
