import type { BlobLink, BucketRecord, CallContext, Digest, ManifestRecord, MetadataStore, ObjectVersion, Page, RepositoryRecord, TagRecord } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { ArtifactPlaces } from './artifact-places.js';
import type { ArtifactPlace } from './artifact-places.js';
import type { ObjectArtifact } from './object-artifact.js';
import { EMPTY_CONFIG, EMPTY_DIGEST, OBJECT_ARTIFACT_TYPE, artifactOf } from './object-artifact.js';
import { keyOfTag, tagOfKey } from './tag-of-key.js';
import type { ViewAccess } from './views.js';
import { idOfView } from './views.js';

/** Keys looked at for one page of tags. */
const PAGE = 1000;

/** A bucket as a repository: each current object is an artifact, its tag stands for its key. */
export class BucketArtifacts {
  private readonly places: ArtifactPlaces;

  constructor(
    private readonly metadata: MetadataStore,
    private readonly access: ViewAccess,
  ) {
    this.places = new ArtifactPlaces(metadata);
  }

  repositoryOf({ id, owner, createdAt }: BucketRecord, name: string): RepositoryRecord {
    return { id: idOfView(id), name, owner, createdAt };
  }

  async manifest(context: CallContext, bucket: BucketRecord, reference: { readonly digest: Digest } | { readonly tag: string }): Promise<ManifestRecord | undefined> {
    if ('digest' in reference) {
      const place = await this.places.find(context, bucket.id, reference.digest);
      const found = place && (await this.artifactAt(context, bucket, place));
      return found?.artifact.digest === reference.digest ? manifestRecord(found) : undefined;
    }
    const key = keyOfTag(reference.tag);
    const found = key === undefined ? undefined : await this.artifactAt(context, bucket, { key });
    if (!found) return undefined;
    await this.remember(context, bucket, found);
    return manifestRecord(found);
  }

  async blob(context: CallContext, bucket: BucketRecord, digest: Digest): Promise<BlobLink | undefined> {
    if (digest === EMPTY_DIGEST) {
      return { digest, size: EMPTY_CONFIG.length, linkedAt: bucket.createdAt, body: { kind: 'inline', inlineId: 0, bytes: EMPTY_CONFIG } };
    }
    const place = await this.places.find(context, bucket.id, digest);
    const found = place?.layer === undefined ? undefined : await this.artifactAt(context, bucket, place);
    const layer = found?.artifact.layers[place!.layer!];
    if (!found || layer?.digest !== digest) return undefined;
    return { digest, size: layer.size, linkedAt: found.version.modifiedAt, body: layer.body };
  }

  /** In the order of the keys, which is not always that of the tags. */
  async tags(context: CallContext, bucket: BucketRecord, { after, limit }: Page): Promise<readonly TagRecord[]> {
    if (!(await this.access.mayInBucket(context, bucket, 's3:ListBucket'))) throw denied();
    const tags: TagRecord[] = [];
    let from = after === undefined ? undefined : (keyOfTag(after) ?? after);
    for (;;) {
      const page = await this.metadata.objects.list(context, { bucketId: bucket.id, prefix: '', after: from, limit: PAGE });
      for (const entry of page.entries) {
        if (entry.kind !== 'object') continue;
        const { key, modifiedAt } = entry.object;
        const name = tagOfKey(key);
        const artifact = name === undefined ? undefined : await this.makeOf(context, bucket, key);
        if (artifact) tags.push({ name: name!, digest: artifact.digest, movedAt: modifiedAt });
        if (tags.length === limit) return tags;
        from = key;
      }
      if (!page.truncated) return tags;
    }
  }

  private async makeOf(context: CallContext, bucket: BucketRecord, key: string): Promise<ObjectArtifact | undefined> {
    const version = await this.metadata.objects.find(context, { bucketId: bucket.id, key }, { body: true });
    return version && !version.deleteMarker ? artifactOf(this.metadata, context, version) : undefined;
  }

  private async artifactAt(context: CallContext, bucket: BucketRecord, { key, versionId }: Pick<ArtifactPlace, 'key'> & { versionId?: string }): Promise<Found | undefined> {
    const version = await this.metadata.objects.find(context, { bucketId: bucket.id, key, versionId }, { body: true });
    const facts = version && !version.deleteMarker ? { owner: version.owner, acl: version.acl, tags: version.tags } : undefined;
    if (!version || !facts) return undefined;
    const action = version.isLatest ? 's3:GetObject' : 's3:GetObjectVersion';
    if (!(await this.access.mayInBucket(context, bucket, action, { key, facts }))) throw denied();
    const artifact = await artifactOf(this.metadata, context, version);
    return artifact && { version, artifact };
  }

  private async remember(context: CallContext, bucket: BucketRecord, { version, artifact }: Found): Promise<void> {
    const { key, versionId } = version;
    await Promise.all([
      this.places.remember(context, bucket.id, artifact.digest, { key, versionId }),
      ...artifact.layers.map(({ digest }, layer) => this.places.remember(context, bucket.id, digest, { key, versionId, layer })),
    ]);
  }
}

interface Found {
  readonly version: ObjectVersion;
  readonly artifact: ObjectArtifact;
}

function manifestRecord({ version, artifact }: Found): ManifestRecord {
  const { digest, mediaType, bytes } = artifact;
  const body = { kind: 'inline', inlineId: 0, bytes } as const;
  return { digest, mediaType, size: bytes.length, pushedAt: version.modifiedAt, artifactType: OBJECT_ARTIFACT_TYPE, body };
}

const denied = () => new StoreError('access-denied', 'The bucket behind the repository may not be read so');
