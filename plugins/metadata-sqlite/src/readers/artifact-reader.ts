import type {
  ArtifactCatalog,
  BlobLink,
  CallContext,
  Digest,
  ManifestRecord,
  Page,
  ReferrerRecord,
  RepositoryId,
  RepositoryRecord,
  TagRecord,
} from '@zas/plugin-api';
import {
  BODY_COLUMNS,
  MANIFEST_COLUMNS,
  annotationsOf,
  blobOf,
  manifestOf,
  type BlobColumns,
  type BodyRow,
  type ManifestColumns,
} from './artifact-rows.js';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const INLINE = 'left join inline_body on inline_body.id = inline_id';
const CONTENT = 'left join content on content.id = content_id';
const INLINE_COLUMNS = ', inline_body.bytes, inline_body.crc32';

const manifestSql = (from: string, where: string, body: boolean) =>
  `select ${MANIFEST_COLUMNS}, ${BODY_COLUMNS}${body ? INLINE_COLUMNS : ''} from ${from} ${CONTENT} ${body ? INLINE : ''} where ${where}`;
const BY_DIGEST = 'm.repository_id = ? and m.digest = ?';
const BY_TAG = 'tag.repository_id = ? and tag.name = ?';
const TAGGED = 'tag join manifest m on m.repository_id = tag.repository_id and m.digest = tag.digest';
const MANIFEST = { digest: ['manifest m', BY_DIGEST], tag: [TAGGED, BY_TAG] } as const;
const FIND_MANIFEST = {
  digest: [manifestSql(...MANIFEST.digest, false), manifestSql(...MANIFEST.digest, true)],
  tag: [manifestSql(...MANIFEST.tag, false), manifestSql(...MANIFEST.tag, true)],
} as const;
const LIST_MANIFESTS = `${manifestSql('manifest m', 'm.repository_id = ? and m.digest > ?', false)} order by m.digest limit ?`;

const blobSql = (body: boolean) =>
  `select b.size, linked_at, unused_since, ${BODY_COLUMNS}${body ? INLINE_COLUMNS : ''}
   from repository_blob b ${CONTENT} ${body ? INLINE : ''} where repository_id = ? and digest = ?`;
const FIND_BLOB = [blobSql(false), blobSql(true)] as const;

const LIST_BLOBS = `select digest, b.size, linked_at, unused_since, ${BODY_COLUMNS}
  from repository_blob b ${CONTENT} where repository_id = ? and digest > ? order by digest limit ?`;

// Each names its index: the planner would rather read the whole repository in the order of its key.
const TAG_COLUMNS = 'select name, digest, moved_at, pulled_at from tag';
const LIST_TAGS = `${TAG_COLUMNS} where repository_id = ? and name > ? order by name limit ?`;
const LIST_TAGS_OF = `${TAG_COLUMNS} indexed by tag_digest where repository_id = ? and digest = ? and name > ? order by name limit ?`;

const REFERRER_COLUMNS = 'select digest, media_type, size, artifact_type, annotations from manifest';
const LIST_REFERRERS = `${REFERRER_COLUMNS} indexed by manifest_subject
  where repository_id = ? and subject = ? and digest > ? order by digest limit ?`;
const LIST_REFERRERS_OF_TYPE = `${REFERRER_COLUMNS} indexed by manifest_subject_type
  where repository_id = ? and subject = ? and artifact_type = ? and digest > ? order by digest limit ?`;

const HOLDERS = `select id, name, owner, created_at as createdAt from repository_blob b join repository on repository.id = b.repository_id
  where digest = ? limit ?`;

const FIRST_BODY_COLUMN = 9;

export class ArtifactReader implements ArtifactCatalog {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  manifest(
    context: CallContext,
    repositoryId: RepositoryId,
    reference: { readonly digest: Digest } | { readonly tag: string },
    options?: { readonly body?: boolean },
  ): Promise<ManifestRecord | undefined> {
    return this.#handle.run(context, () => {
      const [kind, value] = 'digest' in reference ? (['digest', reference.digest] as const) : (['tag', reference.tag] as const);
      const row = this.#handle.rawStatement(FIND_MANIFEST[kind][options?.body ? 1 : 0]).get(repositoryId, value) as unknown[] | undefined;
      return row && recordOf(row);
    });
  }

  manifests(context: CallContext, repositoryId: RepositoryId, { after = '', limit }: Page): Promise<readonly ManifestRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      return (this.#handle.rawStatement(LIST_MANIFESTS).all(repositoryId, after, limit) as unknown[][]).map(recordOf);
    });
  }

  tags(context: CallContext, repositoryId: RepositoryId, { digest, after = '', limit }: Page & { readonly digest?: Digest }): Promise<readonly TagRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows =
        digest === undefined
          ? this.#handle.rawStatement(LIST_TAGS).all(repositoryId, after, limit)
          : this.#handle.rawStatement(LIST_TAGS_OF).all(repositoryId, digest, after, limit);
      return (rows as [string, string, number, number | null][]).map(([name, named, movedAt, pulledAt]) => ({
        name,
        digest: named,
        movedAt,
        pulledAt: pulledAt ?? undefined,
      }));
    });
  }

  referrers(
    context: CallContext,
    repositoryId: RepositoryId,
    subject: Digest,
    { artifactType, after = '', limit }: Page & { readonly artifactType?: string },
  ): Promise<readonly ReferrerRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows =
        artifactType === undefined
          ? this.#handle.rawStatement(LIST_REFERRERS).all(repositoryId, subject, after, limit)
          : this.#handle.rawStatement(LIST_REFERRERS_OF_TYPE).all(repositoryId, subject, artifactType, after, limit);
      return (rows as [string, string, number, string | null, string | null][]).map(([digest, mediaType, size, type, annotations]) => ({
        digest,
        mediaType,
        size,
        artifactType: type ?? undefined,
        annotations: annotationsOf(annotations),
      }));
    });
  }

  blob(context: CallContext, repositoryId: RepositoryId, digest: Digest, options?: { readonly body?: boolean }): Promise<BlobLink | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle.rawStatement(FIND_BLOB[options?.body ? 1 : 0]).get(repositoryId, digest) as unknown[] | undefined;
      return row && blobOf(digest, row as unknown as BlobColumns, row.slice(3) as BodyRow);
    });
  }

  blobs(context: CallContext, repositoryId: RepositoryId, { after = '', limit }: Page): Promise<readonly BlobLink[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows = this.#handle.rawStatement(LIST_BLOBS).all(repositoryId, after, limit) as unknown[][];
      return rows.map(([digest, ...row]) => blobOf(digest as string, row as unknown as BlobColumns, row.slice(3) as BodyRow));
    });
  }

  holders(context: CallContext, digest: Digest, limit: number): Promise<readonly RepositoryRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, 100);
      return this.#handle.statement(HOLDERS).all(digest, limit) as RepositoryRecord[];
    });
  }
}

function recordOf(row: unknown[]): ManifestRecord {
  return manifestOf(row as ManifestColumns, row.slice(FIRST_BODY_COLUMN) as BodyRow);
}
