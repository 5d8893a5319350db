import type { BlobUploadRecord, Digest, DigestAlgorithm, RepositoryId } from './artifact-records.js';
import type { NewBody, NewContent } from './object-intents.js';

/*
 * Writes on repositories. All but `create-repository` and `record-pulls` throw
 * `not-found`, reason `repository`, when the repository is gone.
 */

/** `already-exists`, reason `repository`. */
export interface CreateRepository {
  readonly kind: 'create-repository';
  readonly name: string;
  readonly owner: string;
  readonly at: number;
}

/** `conflict`, reason `repository-not-empty`, when it holds a manifest, a blob, a tag or an open upload. */
export interface DeleteRepository {
  readonly kind: 'delete-repository';
  readonly repositoryId: RepositoryId;
  readonly at: number;
}

/** `epoch` is the fence of the writer's epoch lease, as in {@link NewBody}. */
export interface StartBlobUpload {
  readonly kind: 'start-blob-upload';
  readonly repositoryId: RepositoryId;
  readonly uploadId: string;
  readonly principal?: string;
  readonly algorithm: DigestAlgorithm;
  readonly locator: string;
  readonly epoch: number;
  readonly at: number;
}

/** A sign of life, which puts its expiry off. `not-found`, reason `upload`. */
export interface TouchBlobUpload {
  readonly kind: 'touch-blob-upload';
  readonly repositoryId: RepositoryId;
  readonly uploadId: string;
  readonly at: number;
}

/** Forgets an upload; its bytes are nobody's then. `not-found`, reason `upload`. */
export interface CancelBlobUpload {
  readonly kind: 'cancel-blob-upload';
  readonly repositoryId: RepositoryId;
  readonly uploadId: string;
  readonly at: number;
}

/**
 * The bytes of an upload session: its locator, committed. The session keeps it
 * known, so its epoch need not be open any more.
 */
export interface SessionBody {
  readonly kind: 'session';
  readonly content: NewContent;
}

/**
 * Links a blob to the repository. One that is linked already stays as it is, unless
 * its bytes were reported corrupt, and the new bytes are condemned; its disuse, if it
 * is unused, counts anew. With an upload's id that upload ends in the same
 * commit: `not-found`, reason `upload`, when it is gone. Else errors as of
 * {@link NewBody}.
 */
export interface LinkBlob {
  readonly kind: 'link-blob';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly size: number;
  readonly body: Exclude<NewBody, { kind: 'copy' }> | SessionBody;
  readonly uploadId?: string;
  readonly at: number;
}

/**
 * Links a blob of another repository, sharing its bytes. Idempotent; the disuse of one
 * that is linked already counts anew. `not-found`,
 * reason `blob`, when that one does not link it.
 */
export interface MountBlob {
  readonly kind: 'mount-blob';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly from: RepositoryId;
  readonly at: number;
}

/** An unused blob was asked for and may be used soon: counts its time of disuse anew. Idempotent; an absent one is success. */
export interface TouchBlob {
  readonly kind: 'touch-blob';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly at: number;
}

/** As `touch-blob`, of a manifest. Idempotent; an absent one is success. */
export interface TouchManifest {
  readonly kind: 'touch-manifest';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly at: number;
}

/**
 * Takes a link away. `not-found`, reason `blob`. `conflict`, reason
 * `blob-referenced`, when a manifest of the repository references it, unless
 * `referenced` allows that; and, with `unusedBefore`, when it is not unused since
 * before that time.
 */
export interface UnlinkBlob {
  readonly kind: 'unlink-blob';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly referenced?: boolean;
  readonly unusedBefore?: number;
  readonly at: number;
}

/** What a manifest names. */
export interface ManifestReference {
  readonly kind: 'blob' | 'manifest';
  readonly digest: Digest;
  /** That it says to be of; one of another size that is there is refused. */
  readonly size?: number;
  /** It must be in the repository. */
  readonly required: boolean;
}

/** A tag that a push sets, and what its writer may. */
export interface TagToSet {
  readonly name: string;
  readonly mayCreate: boolean;
  /** Move it from another digest. */
  readonly mayMove: boolean;
  /** It may never be moved; then `mayMove` counts for nothing. */
  readonly immutable: boolean;
}

/**
 * Stores a manifest, its references and its tags: all or nothing. Of one that is
 * there already only the tags are set (and its bytes replaced, were they reported
 * corrupt), and its disuse, if it is unused, counts anew.
 *
 * `not-found`, reason `manifest-reference` (details `digest`, and `kind`), for a
 * required reference that the repository does not hold; `invalid-argument`, reason
 * `manifest` (details `digest`), for one of another size. `conflict`, reason
 * `tag-immutable` (details `tag`), when an immutable tag has another digest.
 * `access-denied`, reason `tag` (details `tag`, and `action`: `create` or `move`),
 * for what the writer may not. Bodies as in {@link NewBody}.
 */
export interface PutManifest {
  readonly kind: 'put-manifest';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly body: Exclude<NewBody, { kind: 'copy' }>;
  readonly artifactType?: string;
  readonly subject?: Digest;
  /** Shown among referrers; kept only with a subject. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly references: readonly ManifestReference[];
  readonly tags: readonly TagToSet[];
  readonly at: number;
}

/**
 * Takes a tag away; its manifest stays. `not-found`, reason `tag`. With `digest`:
 * `conflict`, reason `tag-moved`, when it has another one; with `movedAt`, when it was
 * set at another time, be it to the same digest.
 */
export interface DeleteTag {
  readonly kind: 'delete-tag';
  readonly repositoryId: RepositoryId;
  readonly tag: string;
  readonly digest?: Digest;
  readonly movedAt?: number;
  readonly at: number;
}

/**
 * Removes a manifest and its tags. `not-found`, reason `manifest`. `conflict`,
 * reason `tags-changed`, retriable, when it has a tag that is not among `tags`, upon
 * which the writer decided; reason `manifest-referenced`, when an index of the
 * repository holds it, unless `referenced` allows that; reason `manifest-used`,
 * with `unusedBefore`, when it is not unused since before that time.
 */
export interface DeleteManifest {
  readonly kind: 'delete-manifest';
  readonly repositoryId: RepositoryId;
  readonly digest: Digest;
  readonly tags: readonly string[];
  readonly referenced?: boolean;
  readonly unusedBefore?: number;
  readonly at: number;
}

/** Remembers when manifests and tags were pulled last. What is gone is passed over; an earlier time changes nothing. Idempotent. */
export interface RecordPulls {
  readonly kind: 'record-pulls';
  readonly pulls: readonly {
    readonly repositoryId: RepositoryId;
    readonly digest: Digest;
    readonly tag?: string;
    readonly at: number;
  }[];
}

export type ArtifactIntent =
  | CreateRepository
  | DeleteRepository
  | StartBlobUpload
  | TouchBlobUpload
  | CancelBlobUpload
  | LinkBlob
  | MountBlob
  | TouchBlob
  | TouchManifest
  | UnlinkBlob
  | PutManifest
  | DeleteTag
  | DeleteManifest
  | RecordPulls;

export interface ArtifactOutcomes {
  'create-repository': { readonly repositoryId: RepositoryId };
  'delete-repository': Record<string, never>;
  'start-blob-upload': Record<string, never>;
  'touch-blob-upload': Record<string, never>;
  /** Where its bytes lie, for removing them. */
  'cancel-blob-upload': Pick<BlobUploadRecord, 'locator'>;
  /** False: it was linked already. */
  'link-blob': { readonly linked: boolean };
  'mount-blob': { readonly size: number };
  'touch-blob': Record<string, never>;
  'touch-manifest': Record<string, never>;
  'unlink-blob': Record<string, never>;
  /** `created`: the manifest was not there. */
  'put-manifest': { readonly created: boolean };
  'delete-tag': Record<string, never>;
  'delete-manifest': { readonly tags: readonly string[] };
  'record-pulls': Record<string, never>;
}

export const ARTIFACT_INTENT_KINDS: readonly ArtifactIntent['kind'][] = [
  'create-repository',
  'delete-repository',
  'start-blob-upload',
  'touch-blob-upload',
  'cancel-blob-upload',
  'link-blob',
  'mount-blob',
  'touch-blob',
  'touch-manifest',
  'unlink-blob',
  'put-manifest',
  'delete-tag',
  'delete-manifest',
  'record-pulls',
];
