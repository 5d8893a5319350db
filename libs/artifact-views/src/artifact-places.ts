import type { BucketId, CallContext, Digest, MetadataStore } from '@zas/plugin-api';

const NAMESPACE = 'artifact-views';
/** Places known to be written down. */
const KEPT = 100_000;

/** The object, and which of its layers; none: its manifest. */
export interface ArtifactPlace {
  readonly key: string;
  readonly versionId: string;
  readonly layer?: number;
}

/**
 * Remembers to which object the digests of manifests made on demand belong, so that
 * what a tag led to is found by digest too, by any process and after a restart.
 */
export class ArtifactPlaces {
  private readonly known = new Set<string>();

  constructor(private readonly metadata: MetadataStore) {}

  async find(context: CallContext, bucketId: BucketId, digest: Digest): Promise<ArtifactPlace | undefined> {
    return (await this.metadata.documents.find(context, NAMESPACE, collection(bucketId), digest))?.value as ArtifactPlace | undefined;
  }

  async remember(context: CallContext, bucketId: BucketId, digest: Digest, place: ArtifactPlace): Promise<void> {
    const mark = [bucketId, digest, place.key, place.versionId].join(' ');
    if (this.known.has(mark)) return;
    await this.metadata.apply(context, { kind: 'put-document', namespace: NAMESPACE, collection: collection(bucketId), id: digest, value: place });
    if (this.known.size >= KEPT) this.known.clear();
    this.known.add(mark);
  }
}

const collection = (bucketId: BucketId) => `bucket-${bucketId}`;
