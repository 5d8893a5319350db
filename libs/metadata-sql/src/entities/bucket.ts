import { defineEntity, p } from '@mikro-orm/core';

/** A bucket; its id is never used again. */
export const Bucket = defineEntity({
  name: 'Bucket',
  tableName: 'bucket',
  uniques: [{ name: 'bucket_name', properties: ['name'] }],
  indexes: [{ name: 'bucket_owner', properties: ['owner', 'name'] }],
  properties: {
    id: p.integer().primary().autoincrement(false),
    name: p.text(),
    owner: p.text(),
    createdAt: p.integer(),
    region: p.text(),
    versioning: p.text(),
    objectLock: p.integer().default(0),
    revision: p.integer().default(0),
    /** JSON of `BucketSettings`. */
    settings: p.text().default('{}'),
  },
});

/** Objects and bytes of a bucket, kept in each commit. */
export const BucketUsage = defineEntity({
  name: 'BucketUsage',
  tableName: 'bucket_usage',
  properties: { bucketId: p.integer().primary().autoincrement(false), objects: p.integer(), bytes: p.integer() },
});
