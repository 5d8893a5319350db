import { defineEntity, p } from '@mikro-orm/core';

/** A repository; its id is never used again. */
export const Repository = defineEntity({
  name: 'Repository',
  tableName: 'repository',
  uniques: [{ name: 'repository_name', properties: ['name'] }],
  indexes: [{ name: 'repository_owner', properties: ['owner', 'name'] }],
  properties: { id: p.integer().primary().autoincrement(false), name: p.text(), owner: p.text(), createdAt: p.integer() },
});

/** What a repository holds, kept in each commit. */
export const RepositoryUsage = defineEntity({
  name: 'RepositoryUsage',
  tableName: 'repository_usage',
  properties: {
    repositoryId: p.integer().primary().autoincrement(false),
    manifests: p.integer(),
    blobs: p.integer(),
    bytes: p.integer(),
  },
});

/** A blob that a repository links, and where its bytes are. */
export const RepositoryBlob = defineEntity({
  name: 'RepositoryBlob',
  tableName: 'repository_blob',
  indexes: [
    { name: 'repository_blob_digest', properties: ['digest', 'repositoryId'] },
    { name: 'repository_blob_unused', properties: ['unusedSince', 'repositoryId', 'digest'], where: 'unused_since is not null' },
  ],
  properties: {
    repositoryId: p.integer().primary(),
    digest: p.text().primary(),
    size: p.integer(),
    linkedAt: p.integer(),
    unusedSince: p.integer().nullable(),
    inlineId: p.integer().nullable(),
    contentId: p.integer().nullable(),
  },
});

/** A manifest, and where its bytes are. */
export const Manifest = defineEntity({
  name: 'Manifest',
  tableName: 'manifest',
  indexes: [
    { name: 'manifest_subject', properties: ['repositoryId', 'subject', 'digest'], where: 'subject is not null' },
    { name: 'manifest_subject_type', properties: ['repositoryId', 'subject', 'artifactType', 'digest'], where: 'subject is not null' },
    { name: 'manifest_unused', properties: ['unusedSince', 'repositoryId', 'digest'], where: 'unused_since is not null' },
  ],
  properties: {
    repositoryId: p.integer().primary(),
    digest: p.text().primary(),
    mediaType: p.text(),
    size: p.integer(),
    pushedAt: p.integer(),
    artifactType: p.text().nullable(),
    subject: p.text().nullable(),
    /** The subject was there and went. */
    subjectLost: p.integer(),
    unusedSince: p.integer().nullable(),
    pulledAt: p.integer().nullable(),
    inlineId: p.integer().nullable(),
    contentId: p.integer().nullable(),
    /** JSON. */
    annotations: p.text().nullable(),
  },
});

/** That a manifest names a blob or another manifest, which may be absent. */
export const ManifestReference = defineEntity({
  name: 'ManifestReference',
  tableName: 'manifest_reference',
  indexes: [{ name: 'manifest_reference_digest', properties: ['repositoryId', 'kind', 'digest'] }],
  properties: {
    repositoryId: p.integer().primary(),
    manifest: p.text().primary(),
    kind: p.text().primary(),
    digest: p.text().primary(),
  },
});

export const Tag = defineEntity({
  name: 'Tag',
  tableName: 'tag',
  indexes: [{ name: 'tag_digest', properties: ['repositoryId', 'digest', 'name'] }],
  properties: {
    repositoryId: p.integer().primary(),
    name: p.text().primary(),
    digest: p.text(),
    movedAt: p.integer(),
    pulledAt: p.integer().nullable(),
  },
});

/** A blob on its way in several requests. */
export const BlobUpload = defineEntity({
  name: 'BlobUpload',
  tableName: 'blob_upload',
  uniques: [{ name: 'blob_upload_locator', properties: ['locator'] }],
  indexes: [
    { name: 'blob_upload_touched', properties: ['touchedAt'] },
    { name: 'blob_upload_repository', properties: ['repositoryId'] },
  ],
  properties: {
    uploadId: p.text().primary(),
    repositoryId: p.integer(),
    principal: p.text().nullable(),
    algorithm: p.text(),
    locator: p.text(),
    startedAt: p.integer(),
    touchedAt: p.integer(),
  },
});
