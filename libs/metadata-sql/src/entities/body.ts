import { defineEntity, p } from '@mikro-orm/core';

/** Small bodies, append-only and apart from the records, which stay lean. */
export const InlineBody = defineEntity({
  name: 'InlineBody',
  tableName: 'inline_body',
  properties: { id: p.integer().primary().autoincrement(false), bytes: p.blob(), crc32: p.integer() },
});

/** A stretch of a body with several; a single one sits in its record. */
export const BodyExtent = defineEntity({
  name: 'BodyExtent',
  tableName: 'body_extent',
  properties: {
    bodyId: p.integer().primary(),
    start: p.integer().primary(),
    length: p.integer(),
    inlineId: p.integer().nullable(),
    contentId: p.integer().nullable(),
    sourceOffset: p.integer(),
  },
});

/** A part of a completed multipart body. */
export const BodyPart = defineEntity({
  name: 'BodyPart',
  tableName: 'body_part',
  properties: {
    bodyId: p.integer().primary(),
    number: p.integer().primary(),
    start: p.integer(),
    size: p.integer(),
    checksum: p.text().nullable(),
  },
});

/** Stored bytes under a locator. States: 0 live, 1 condemned, 2 deleting. */
export const Content = defineEntity({
  name: 'Content',
  tableName: 'content',
  uniques: [{ name: 'content_locator', properties: ['locator'] }],
  indexes: [{ name: 'content_unreferenced', properties: ['condemnedAt'], where: 'state > 0' }],
  properties: {
    id: p.integer().primary().autoincrement(false),
    locator: p.text(),
    size: p.integer(),
    domain: p.text(),
    state: p.integer(),
    refs: p.integer(),
    condemnedAt: p.integer().nullable(),
    blockSums: p.blob(),
  },
});

/** The contents that have a digest in an encryption domain: one that is used, perhaps lost copies and ones being deleted. */
export const ContentDigest = defineEntity({
  name: 'ContentDigest',
  tableName: 'content_digest',
  indexes: [{ name: 'content_digest_content', properties: ['contentId'] }],
  properties: {
    digest: p.blob().primary(),
    algorithm: p.text().primary(),
    domain: p.text().primary(),
    contentId: p.integer().primary(),
  },
});
