import crypto from 'node:crypto';
import type { BucketRecord, MetadataStore, NewBody, RepositoryRecord } from '@zas/plugin-api';
import { MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { viewedMetadata } from './viewed-metadata.js';
import type { ViewAccess } from './views.js';

export const OWNER = '111111111111';
export const context = testContext();
export const digestOf = (bytes: Uint8Array | string) => `sha256:${crypto.hash('sha256', bytes, 'hex')}`;
export const sameBytes = (text: string): Extract<NewBody, { kind: 'inline' }> => ({ kind: 'inline', bytes: Buffer.from(text) });

/** A store with the repository `team/app`, seen as `app-view`, and the bucket `models`, seen as `s3/models`. */
export class ViewFixture {
  readonly raw = new MemoryMetadataStore();
  readonly asked: string[] = [];
  /** What is behind views is denied by these words. */
  denied: string | undefined;
  readonly store: MetadataStore;
  epoch = 0;

  constructor() {
    const allow = (asked: string) => {
      this.asked.push(asked);
      return this.denied === undefined || !asked.startsWith(this.denied);
    };
    const access: ViewAccess = {
      mayInRepository: async (_context, { name }, action, tag) => allow(`${action} ${name}${tag === undefined ? '' : `:${tag}`}`),
      mayInBucket: async (_context, { name }, action, object) => allow(`${action} ${name}${object ? `/${object.key}` : ''}`),
    };
    this.store = viewedMetadata({
      metadata: this.raw,
      repositories: [{ repository: 'team/app', bucket: 'app-view' }],
      buckets: [{ bucket: 'models', repository: 's3/models' }],
      access,
    });
  }

  static async start(): Promise<ViewFixture> {
    const fixture = new ViewFixture();
    await fixture.raw.apply(context, { kind: 'create-repository', name: 'team/app', owner: OWNER, at: 10 });
    await fixture.raw.apply(context, { kind: 'create-bucket', name: 'models', owner: OWNER, region: 'r', at: 20 });
    fixture.epoch = (await fixture.raw.apply<'acquire-lease'>(context, { kind: 'acquire-lease', name: 'e', holder: 'h', ttlMs: 1e9, at: 1 })).fence;
    return fixture;
  }

  async viewBucket(): Promise<BucketRecord> {
    return (await this.store.buckets.find(context, 'app-view'))!;
  }

  async viewRepository(): Promise<RepositoryRecord> {
    return (await this.store.repositories.find(context, 's3/models'))!;
  }

  async link(text: string): Promise<string> {
    const { id } = (await this.raw.repositories.find(context, 'team/app'))!;
    await this.raw.apply(context, { kind: 'link-blob', repositoryId: id, digest: digestOf(text), size: text.length, body: sameBytes(text), at: 100 });
    return digestOf(text);
  }

  async manifest(text: string, tags: string[] = []): Promise<string> {
    const { id } = (await this.raw.repositories.find(context, 'team/app'))!;
    const set = tags.map((name) => ({ name, mayCreate: true, mayMove: true, immutable: false }));
    const shown = { digest: digestOf(text), size: text.length, mediaType: 'application/vnd.oci.image.manifest.v1+json', body: sameBytes(text) };
    await this.raw.apply(context, { kind: 'put-manifest', repositoryId: id, ...shown, references: [], tags: set, at: 200 });
    return digestOf(text);
  }

  async put(key: string, body: NewBody, size: number): Promise<void> {
    const { id } = (await this.raw.buckets.find(context, 'models'))!;
    const attributes = { etag: 'e', owner: OWNER, storageClass: 'STANDARD', headers: {}, userMetadata: {} };
    await this.raw.apply(context, { kind: 'put-object', bucketId: id, key, size, body, attributes, at: 300, nonce: '0123456789abcdef' });
  }

  stored(text: string, locator: string): Extract<NewBody, { kind: 'stored' }> {
    const content = { locator, size: text.length, digests: { sha256: digestOf(text).slice(7) }, domain: '', blockSums: '' };
    return { kind: 'stored', content, epoch: this.epoch };
  }
}
