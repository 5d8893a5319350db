import type {
  ArtifactCatalog,
  BlobLink,
  BodyLocation,
  BucketRecord,
  CallContext,
  Checksum,
  Digest,
  ManifestRecord,
  ObjectListEntry,
  ObjectListPage,
  ObjectListQuery,
  ObjectSummary,
  ObjectVersion,
  RepositoryRecord,
} from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { BEYOND, SECTIONS, before, placeOf } from './section-keys.js';
import type { Section } from './section-keys.js';
import type { ViewAccess } from './views.js';
import { idOfView } from './views.js';

const PAGE = 1000;

/** A repository as a bucket: what S3 shows of it follows from what it holds. */
export class RepositoryObjects {
  constructor(
    private readonly artifacts: ArtifactCatalog,
    private readonly access: ViewAccess,
  ) {}

  bucketOf({ id, owner, createdAt }: RepositoryRecord, name: string): BucketRecord {
    return { id: idOfView(id), name, owner, createdAt, region: '', versioning: 'off', objectLock: false, settings: {}, revision: 0 };
  }

  async find(context: CallContext, repository: RepositoryRecord, key: string, withBody: boolean): Promise<ObjectVersion | undefined> {
    const place = placeOf(key);
    if (!place) return undefined;
    const { section, name } = place;
    if (section === 'blobs') {
      await this.require(context, repository, 'oci:GetBlob');
      const link = await this.artifacts.blob(context, repository.id, name, { body: withBody });
      return link && !link.corrupt ? versionOf(repository, key, blobFacts(link)) : undefined;
    }
    await this.require(context, repository, 'oci:GetManifest', section === 'tags' ? name : undefined);
    const reference = section === 'tags' ? { tag: name } : { digest: name };
    const manifest = await this.artifacts.manifest(context, repository.id, reference, { body: withBody });
    return manifest && versionOf(repository, key, manifestFacts(manifest));
  }

  async list(context: CallContext, repository: RepositoryRecord, query: ObjectListQuery): Promise<ObjectListPage> {
    await this.require(context, repository, 'oci:ListTags');
    const entries: ObjectListEntry[] = [];
    for (const section of SECTIONS) {
      for await (const entry of this.section(context, repository, section, query)) {
        if (entries.length === query.limit) return { entries, truncated: true };
        entries.push(entry);
      }
    }
    return { entries, truncated: false };
  }

  private async require(context: CallContext, repository: RepositoryRecord, action: Parameters<ViewAccess['mayInRepository']>[2], tag?: string): Promise<void> {
    if (await this.access.mayInRepository(context, repository, action, tag)) return;
    throw new StoreError('access-denied', 'The repository behind the bucket may not be read so');
  }

  /** Entries of one section behind `after`, common prefixes among them; seeks over what a prefix covers. */
  private async *section(context: CallContext, repository: RepositoryRecord, section: Section, query: ObjectListQuery): AsyncGenerator<ObjectListEntry> {
    const { prefix, delimiter } = query;
    const base = `${section}/`;
    if (!prefix.startsWith(base) && !base.startsWith(prefix)) return;
    const inner = prefix.startsWith(base) ? prefix.slice(base.length) : '';
    let from = startOf(base, inner, query);
    if (from === 'past') return;
    for (;;) {
      const page = await this.page(context, repository, section, from);
      let jumped = false;
      for (const fact of page) {
        if (!fact.name.startsWith(inner)) return;
        const key = base + fact.name;
        const common = delimiter ? commonPrefix(key, prefix, delimiter) : undefined;
        if (common === undefined) {
          yield { kind: 'object', object: summaryOf(repository, key, fact) };
          continue;
        }
        yield { kind: 'prefix', prefix: common };
        if (common.length <= base.length) return;
        [from, jumped] = [common.slice(base.length) + BEYOND, true];
        break;
      }
      if (!jumped && page.length < PAGE) return;
      if (!jumped) from = page.at(-1)!.name;
    }
  }

  private async page(context: CallContext, { id }: RepositoryRecord, section: Section, after: string | undefined): Promise<readonly (Facts & { name: string })[]> {
    const query = { after, limit: PAGE };
    if (section === 'blobs') return (await this.artifacts.blobs(context, id, query)).map((link) => ({ name: link.digest, ...blobFacts(link) }));
    if (section === 'manifests') return (await this.artifacts.manifests(context, id, query)).map((found) => ({ name: found.digest, ...manifestFacts(found) }));
    const tags = await this.artifacts.tags(context, id, query);
    const named = await Promise.all(tags.map(({ digest }) => this.artifacts.manifest(context, id, { digest })));
    return tags.flatMap(({ name, movedAt }, i) => (named[i] ? [{ name, ...manifestFacts(named[i]), modifiedAt: movedAt }] : []));
  }
}

function startOf(base: string, inner: string, { after, delimiter, prefix }: ObjectListQuery): string | undefined | 'past' {
  const start = before(inner);
  if (after === undefined || after < base) return start;
  if (!after.startsWith(base)) return 'past';
  if (after === base) return delimiter && commonPrefix(base, prefix, delimiter) === base ? 'past' : start;
  const covers = delimiter !== undefined && commonPrefix(after, prefix, delimiter) === after;
  const behind = after.slice(base.length) + (covers ? BEYOND : '');
  return start === undefined || behind > start ? behind : start;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

interface Facts {
  readonly digest: Digest;
  readonly size: number;
  readonly modifiedAt: number;
  readonly contentType: string;
  readonly body: BodyLocation;
}

const blobFacts = ({ digest, size, linkedAt, body }: BlobLink): Facts => ({ digest, size, modifiedAt: linkedAt, contentType: 'application/octet-stream', body });

const manifestFacts = ({ digest, size, pushedAt, mediaType, body }: ManifestRecord): Facts => ({ digest, size, modifiedAt: pushedAt, contentType: mediaType, body });

/** There is one version of everything. */
const ONE = { seq: 1, versionId: 'null', isLatest: true, deleteMarker: false, storageClass: 'STANDARD' } as const;

function versionOf({ id, owner }: RepositoryRecord, key: string, { digest, size, modifiedAt, contentType, body }: Facts): ObjectVersion {
  const checksum = checksumOf(digest);
  return { ...ONE, bucketId: idOfView(id), key, size, modifiedAt, body, owner, etag: digest, headers: { contentType }, userMetadata: {}, checksum };
}

function summaryOf({ owner }: RepositoryRecord, key: string, { digest, size, modifiedAt }: Facts): ObjectSummary {
  const checksum = checksumOf(digest);
  return { ...ONE, key, size, modifiedAt, owner, etag: digest, checksumAlgorithm: checksum?.algorithm, checksumType: checksum?.type };
}

/** S3 knows the sha256 of a whole object as a checksum. */
function checksumOf(digest: Digest): Checksum | undefined {
  if (!digest.startsWith('sha256:')) return undefined;
  return { algorithm: 'SHA256', type: 'FULL_OBJECT', value: Buffer.from(digest.slice(7), 'hex').toString('base64') };
}
