import { defineEntity, p } from '@mikro-orm/core';
import { lock } from './lock.js';

/** An open multipart upload, clustered in the order of its listing. */
export const Upload = defineEntity({
  name: 'Upload',
  tableName: 'upload',
  uniques: [{ name: 'upload_upload_id', properties: ['uploadId'] }],
  indexes: [{ name: 'upload_initiated', properties: ['initiatedAt'] }],
  properties: {
    bucketId: p.integer().primary(),
    key: p.blob().primary(),
    initiatedAt: p.integer().primary(),
    uploadId: p.text().primary(),
    owner: p.text(),
    storageClass: p.text(),
    rest: p.text().nullable(),
    checksumAlgorithm: p.text().nullable(),
    checksumType: p.text().nullable(),
    initiator: p.text(),
    initiatorAccount: p.text(),
    ...lock,
  },
});

/** A part of an open upload and where its bytes are. */
export const UploadPart = defineEntity({
  name: 'UploadPart',
  tableName: 'upload_part',
  properties: {
    uploadId: p.text().primary(),
    number: p.integer().primary(),
    seq: p.integer(),
    size: p.integer(),
    etag: p.text(),
    modifiedAt: p.integer(),
    checksumAlgorithm: p.text().nullable(),
    checksum: p.text().nullable(),
    inlineId: p.integer().nullable(),
    contentId: p.integer().nullable(),
    contentOffset: p.integer().nullable(),
    bodyId: p.integer().nullable(),
  },
});

/** The remembered answer of a Complete. */
export const CompletedUpload = defineEntity({
  name: 'CompletedUpload',
  tableName: 'completed_upload',
  indexes: [{ name: 'completed_upload_time', properties: ['completedAt'] }],
  properties: {
    uploadId: p.text().primary(),
    bucketId: p.integer(),
    key: p.blob(),
    completedAt: p.integer(),
    etag: p.text(),
    versionId: p.text(),
    checksum: p.text().nullable(),
    partsDigest: p.text(),
  },
});

/** A token that made a request repeatable, and what was asked with it. */
export const ClientToken = defineEntity({
  name: 'ClientToken',
  tableName: 'client_token',
  indexes: [{ name: 'client_token_time', properties: ['usedAt'] }],
  properties: { bucketId: p.integer().primary(), token: p.text().primary(), request: p.text(), usedAt: p.integer() },
});
