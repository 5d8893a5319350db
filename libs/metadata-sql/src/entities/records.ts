import { defineEntity, p } from '@mikro-orm/core';

/** One row: the writer's fence, the newest number given, and what the feed counts. */
export const StoreState = defineEntity({
  name: 'StoreState',
  tableName: 'store_state',
  properties: {
    id: p.integer().primary().autoincrement(false),
    fence: p.integer(),
    sequence: p.integer(),
    feedCount: p.integer(),
    feedTrimmedTo: p.integer(),
  },
});

/** One change. */
export const Feed = defineEntity({
  name: 'Feed',
  tableName: 'feed',
  properties: {
    position: p.integer().primary().autoincrement(false),
    kind: p.text(),
    at: p.integer(),
    bucketId: p.integer().nullable(),
    bucket: p.text().nullable(),
    key: p.blob().nullable(),
    versionId: p.text().nullable(),
    size: p.integer().nullable(),
    etag: p.text().nullable(),
    cause: p.text().nullable(),
    principal: p.text().nullable(),
    credentialId: p.text().nullable(),
    address: p.text().nullable(),
    requestId: p.text(),
    repositoryId: p.integer().nullable(),
    repository: p.text().nullable(),
    digest: p.text().nullable(),
    tag: p.text().nullable(),
  },
});

export const FeedReader = defineEntity({
  name: 'FeedReader',
  tableName: 'feed_reader',
  properties: { name: p.text().primary(), position: p.integer() },
});

export const Lease = defineEntity({
  name: 'Lease',
  tableName: 'lease',
  uniques: [{ name: 'lease_fence', properties: ['fence'] }],
  properties: { name: p.text().primary(), holder: p.text(), fence: p.integer(), expiresAt: p.integer() },
});

/** A small JSON document of a plugin. */
export const Document = defineEntity({
  name: 'Document',
  tableName: 'document',
  properties: {
    namespace: p.text().primary(),
    collection: p.text().primary(),
    id: p.text().primary(),
    revision: p.integer(),
    value: p.text(),
  },
});
