import { renderObjectsJson, openToken, renderListObjectsV2, sealToken } from '@zas/s3-protocol';
import { lastName, splitEntries, withOwners } from '../list-entries.js';
import { readCount, readListParameters } from '../list-parameters.js';
import type { S3Operation } from '../s3-call.js';
import { listAnswer } from '../xml-answer.js';

export const listObjectsV2: S3Operation = async (call) => {
  const { query } = call.target;
  const parameters = readListParameters(query);
  const maxKeys = readCount(query, 'max-keys');
  const scope = `objects/${call.bucket.id}`;
  const continuationToken = query.get('continuation-token');
  const startAfter = query.get('start-after') || undefined;
  // Some clients send an empty token for the first page.
  const after = continuationToken ? openToken(call.settings.tokenSecret, scope, continuationToken) : startAfter;
  const { prefix, delimiter } = parameters;
  const page = await call.store.metadata.objects.list(call.context, { bucketId: call.bucket.id, prefix, delimiter, after, limit: maxKeys });
  const { objects, commonPrefixes } = splitEntries(page.entries);
  const isTruncated = page.truncated && maxKeys > 0;
  const next = isTruncated ? lastName(page.entries) : undefined;
  const listing = {
    ...parameters,
    bucket: call.bucket.name,
    maxKeys,
    isTruncated,
    continuationToken,
    startAfter,
    nextContinuationToken: next === undefined ? undefined : sealToken(call.settings.tokenSecret, scope, next),
    objects: query.get('fetch-owner') === 'true' ? await withOwners(call, objects) : objects.map((object) => ({ ...object, owner: undefined })),
    commonPrefixes,
  };
  return listAnswer(call, listing, renderListObjectsV2, renderObjectsJson);
};
