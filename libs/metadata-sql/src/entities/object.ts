import { defineEntity, p } from '@mikro-orm/core';
import { lock } from './lock.js';

/** Columns of a version, current or older. What listings show has columns, the rest one JSON text. */
const version = {
  /** Null: the null version. */
  nonce: p.text().nullable(),
  size: p.integer(),
  modifiedAt: p.integer(),
  etag: p.text(),
  owner: p.text(),
  storageClass: p.text(),
  checksumAlgorithm: p.text().nullable(),
  checksumType: p.text().nullable(),
  rest: p.text().nullable(),
  /** One of these says where the body is; none: it is empty. */
  inlineId: p.integer().nullable(),
  contentId: p.integer().nullable(),
  contentOffset: p.integer().nullable(),
  bodyId: p.integer().nullable(),
  partCount: p.integer().nullable(),
  ...lock,
};

/** The visible current version of a key: a lean clustered tree, so that listings touch nothing else. */
export const ObjectCurrent = defineEntity({
  name: 'ObjectCurrent',
  tableName: 'object_current',
  properties: { bucketId: p.integer().primary(), key: p.blob().primary(), seq: p.integer(), ...version },
});

/** Older versions, and all delete markers; clustered by descending number. */
export const ObjectVersion = defineEntity({
  name: 'ObjectVersion',
  tableName: 'object_version',
  uniques: [{ name: 'object_version_null', properties: ['bucketId', 'key'], where: 'nonce is null' }],
  properties: {
    bucketId: p.integer().primary(),
    key: p.blob().primary(),
    seq: p.integer().primary(),
    ...version,
    deleteMarker: p.integer(),
  },
});
