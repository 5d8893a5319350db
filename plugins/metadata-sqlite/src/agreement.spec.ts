import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Intent, MetadataStore, NewBody, ObjectVersion } from '@zas/plugin-api';
import { MemoryMetadataStore, silentLogger, testContext } from '@zas/plugin-testkit';
import { configSchema } from './config.js';
import { SqliteMetadataStore } from './sqlite-metadata-store.js';

const context = testContext();
const KEYS = ['a', 'a/b', 'a/c', 'é', '\uFFFD', '\u{1F600}', 'z\0'];
const TEXTS = ['', 'one', 'two two', 'three three three'];
const NONCE = '0123456789abcdef';

/** The same random changes done to one store; what is random comes from `random` alone, never from an answer. */
class Driver {
  readonly #epoch = 1;
  constructor(
    readonly store: MetadataStore,
    readonly random: () => number,
  ) {}

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }

  async apply(intent: Intent): Promise<string> {
    try {
      await this.store.apply(context, intent);
      return `${intent.kind} ok`;
    } catch (error) {
      const { code, details } = error as { code: string; details?: { reason?: string } };
      return `${intent.kind} ${code} ${details?.reason ?? ''}`;
    }
  }

  async versions(bucketId: number): Promise<{ key: string; seq: number; versionId: string; size: number }[]> {
    const { entries } = await this.store.objects.listVersions(context, { bucketId, prefix: '', limit: 1001 });
    return entries.flatMap((entry) => (entry.kind === 'object' ? [entry.object] : []));
  }

  /** A body, and how long it is. */
  async body(bucketId: number, step: number): Promise<{ body: NewBody; size: number }> {
    const [kind, text, at, length] = [this.random(), this.pick(TEXTS), this.random(), this.random()];
    const sources = (await this.versions(bucketId)).filter((version) => version.size > 0);
    const source = sources[Math.floor(at * sources.length)];
    if (kind < 0.35 || (kind >= 0.65 && !source)) return { body: { kind: 'inline', bytes: Buffer.from(text) }, size: text.length };
    if (kind < 0.65) {
      const sha256 = Buffer.from(text.padEnd(32)).toString('hex');
      const content = { locator: `l${step}`, size: text.length + 10, digests: { sha256 }, domain: '', blockSums: '' };
      return { body: { kind: 'stored', content, epoch: this.#epoch }, size: content.size };
    }
    const offset = Math.floor(at * source!.size);
    const range = { offset, length: Math.floor(length * (source!.size - offset + 1)) };
    return { body: { kind: 'copy', from: { bucketId, key: source!.key, seq: source!.seq }, range }, size: range.length };
  }

  async step(bucketId: number, step: number): Promise<string> {
    const [what, key, at] = [this.random(), this.pick(KEYS), 1000 + Math.floor(this.random() * 1000)];
    const uploadId = `u${Math.floor(this.random() * 4)}`;
    const named = { bucketId, key: KEYS[Number(uploadId.slice(1))]!, uploadId };
    const attributes = { etag: `e${step % 7}`, owner: 'o', storageClass: 'STANDARD', headers: {}, userMetadata: { step: `${step}` } };
    const precondition = this.random() < 0.2 ? { ifMatch: [this.pick(['e1', 'e2', '*'])] } : undefined;
    if (this.random() < 0.3) return this.change(bucketId, key, step, at);
    if (what < 0.35) return this.apply({ kind: 'put-object', bucketId, key, ...(await this.body(bucketId, step)), attributes, precondition, at, nonce: NONCE });
    if (what < 0.45) return this.apply({ kind: 'delete-object', bucketId, key, at, nonce: NONCE, precondition });
    if (what < 0.6) {
      const versions = await this.versions(bucketId);
      const chosen = versions[Math.floor(this.random() * versions.length)];
      return this.apply({ kind: 'delete-object', bucketId, key: chosen?.key ?? key, versionId: chosen?.versionId ?? 'null', at, nonce: NONCE });
    }
    // Append and rename are for buckets that never had versions.
    if (what < 0.63 && step > 150) return this.apply({ kind: 'configure-bucket', bucketId, versioning: this.pick(['enabled', 'suspended']), at });
    if (what < 0.68) return this.apply({ kind: 'create-upload', ...named, attributes, initiator: 'i', initiatorAccount: 'a', at });
    if (what < 0.85) return this.apply({ kind: 'put-part', ...named, number: 1 + (step % 4), ...(await this.body(bucketId, step)), etag: 'p', at });
    if (what < 0.93) {
      const parts = await this.store.uploads.parts(context, uploadId, { after: 0, limit: 10 });
      const keep = parts.filter(() => this.random() < 0.8).map(({ number, seq }) => ({ number, seq }));
      return this.apply({ kind: 'complete-upload', ...named, parts: keep, etag: 'c', partsDigest: 'd', precondition, at, nonce: NONCE });
    }
    if (what < 0.95) return this.apply({ kind: 'abort-upload', ...named, at });
    const intent = { kind: 'claim-contents', condemnedBefore: 1000 + Math.floor(this.random() * 1000), limit: 1000 } as const;
    const { contents } = await this.store.apply<'claim-contents'>(context, intent);
    if (this.random() < 0.5) return `claimed ${contents.length}`;
    return this.apply({ kind: 'forget-contents', contentIds: contents.map(({ contentId }) => contentId) });
  }

  /** Changes of what is there: attributes, locks, length, name. */
  async change(bucketId: number, key: string, step: number, at: number): Promise<string> {
    const what = this.random();
    const versions = await this.versions(bucketId);
    const chosen = versions[Math.floor(this.random() * versions.length)];
    const named = { bucketId, key: chosen?.key ?? key, versionId: this.random() < 0.7 ? chosen?.versionId : undefined };
    const until = 1000 + Math.floor(this.random() * 1000);
    const mode = this.pick(['GOVERNANCE', 'COMPLIANCE'] as const);
    const [bypassGovernance, removes] = [this.random() < 0.5, this.random() < 0.2];
    if (what < 0.15) return this.apply({ kind: 'update-object', ...named, tags: removes ? null : { step: `${step % 3}` }, ifTags: this.pick([undefined, {}]), at });
    if (what < 0.25) return this.apply({ kind: 'update-object', ...named, acl: removes ? null : [], legalHold: this.pick([undefined, true, false]), at });
    if (what < 0.45) return this.apply({ kind: 'update-object', ...named, retention: removes ? null : { mode, until }, bypassGovernance, at });
    if (what < 0.5) {
      const defaultRetention = removes ? null : { mode, days: 1 };
      return this.apply({ kind: 'configure-bucket', bucketId, objectLock: step > 300 ? true : undefined, settings: { defaultRetention }, at });
    }
    if (what < 0.75) {
      const wrong = this.random() < 0.2 ? 1 : 0;
      const append = { kind: 'append-object', bucketId, key: named.key, seq: (chosen?.seq ?? 0) + wrong, etag: `a${step}`, at } as const;
      return this.apply({ ...append, ...(await this.body(bucketId, step)) });
    }
    if (what < 0.95) return this.apply({ kind: 'rename-object', bucketId, source: named.key, key, token: this.pick([undefined, `t${step % 5}`]), at });
    return this.apply({ kind: 'forget-client-tokens', before: at, limit: 100 });
  }

  /** All that the store shows, without the numbers that each store gives as it likes. */
  async picture(bucketId: number): Promise<unknown> {
    const objects = [];
    for (const { key, versionId } of await this.versions(bucketId)) {
      objects.push(await this.#shown((await this.store.objects.find(context, { bucketId, key, versionId }, { body: true }))!));
    }
    const current = [];
    for (const key of KEYS) {
      const found = await this.store.objects.find(context, { bucketId, key });
      current.push(found && [found.deleteMarker, found.isLatest, found.userMetadata.step]);
    }
    const visible = await this.store.objects.list(context, { bucketId, prefix: '', delimiter: '/', limit: 100 });
    const uploads = await this.store.uploads.list(context, { bucketId, prefix: '', limit: 100 });
    const contents = await this.store.blobs.list(context, { after: 0, limit: 10_000 });
    const feed = await this.store.feed.read(context, '0'.repeat(16), 10_000);
    return {
      objects,
      current,
      usage: await this.store.buckets.usage(context, bucketId),
      visible: visible.entries.map((entry) => (entry.kind === 'object' ? entry.object.key : entry.prefix)),
      uploads: uploads.entries.map((entry) => (entry.kind === 'upload' ? [entry.upload.uploadId, entry.upload.initiatedAt] : entry)),
      contents: contents.map(({ locator, size, state, references }) => [locator, size, state, references]).sort(),
      feed: feed.entries.map(({ kind, key, at, size, etag, cause }) => [kind, key, at, size, etag, cause]),
    };
  }

  async #shown(version: ObjectVersion): Promise<unknown> {
    const { key, isLatest, deleteMarker, size, etag, body, partCount, userMetadata, tags, acl, retention, legalHold } = version;
    const extents = body.kind === 'extents' ? await this.store.objects.extents(context, body.bodyId, 0, size) : [];
    const parts = body.kind === 'extents' ? await this.store.objects.bodyParts(context, body.bodyId, { after: 0, limit: 10 }) : [];
    const where = extents.map(({ start, length, source }) => [start, length, source.kind === 'content' ? source.locator : 'inline', source.offset]);
    const bytes = body.kind === 'inline' ? Buffer.from(body.bytes!).toString() : undefined;
    const at = body.kind === 'content' ? [body.locator, body.offset] : undefined;
    const null_ = version.versionId === 'null';
    return { key, null_, isLatest, deleteMarker, size, etag, kind: body.kind, bytes, at, where, parts, partCount, userMetadata, tags, acl, retention, legalHold };
  }
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

describe('the SQLite store and the in-memory double', () => {
  it.each([1, 2, 3, 4])('agree after any changes (seed %i)', async (seed) => {
    const folder = await mkdtemp(join(tmpdir(), 'agreement-'));
    const sqlite = new SqliteMetadataStore({ ...configSchema.parse({}), path: join(folder, 'metadata.db'), logger: silentLogger });
    await sqlite.open(() => undefined);
    const drivers = [new MemoryMetadataStore(), sqlite].map((store) => new Driver(store, seeded(seed)));
    const seen: Set<string> = new Set();
    const buckets: number[] = [];
    for (const driver of drivers) {
      await driver.apply({ kind: 'acquire-lease', name: 'epoch', holder: 'h', ttlMs: 1, at: 1 });
      const intent = { kind: 'create-bucket', name: 'b', owner: 'o', region: 'r', at: 1 } as const;
      buckets.push((await driver.store.apply<'create-bucket'>(context, intent)).bucketId);
    }
    for (let step = 0; step < 500; step++) {
      const results = [];
      for (const [i, driver] of drivers.entries()) results.push(await driver.step(buckets[i]!, step));
      expect(results[1]).toBe(results[0]);
      seen.add(results[0]!);
      if (step % 20 === 0) {
        const [expected, actual] = await Promise.all(drivers.map((driver, i) => driver.picture(buckets[i]!)));
        expect(JSON.parse(JSON.stringify(actual))).toEqual(JSON.parse(JSON.stringify(expected)));
      }
    }
    expect(seen.size).toBeGreaterThan(12);
    await sqlite.close();
    await rm(folder, { recursive: true });
  });
});
