import { renderObjectsJson, renderListObjects } from '@zas/s3-protocol';
import { lastName, splitEntries, withOwners } from '../list-entries.js';
import { readCount, readListParameters } from '../list-parameters.js';
import type { S3Operation } from '../s3-call.js';
import { listAnswer } from '../xml-answer.js';

export const listObjects: S3Operation = async (call) => {
  const { query } = call.target;
  const parameters = readListParameters(query);
  const maxKeys = readCount(query, 'max-keys');
  const marker = query.get('marker') ?? '';
  const { prefix, delimiter } = parameters;
  const page = await call.store.metadata.objects.list(call.context, {
    bucketId: call.bucket.id,
    prefix,
    delimiter,
    after: marker || undefined,
    limit: maxKeys,
  });
  const { objects, commonPrefixes } = splitEntries(page.entries);
  const isTruncated = page.truncated && maxKeys > 0;
  const listing = {
    ...parameters,
    bucket: call.bucket.name,
    marker,
    maxKeys,
    isTruncated,
    nextMarker: isTruncated ? lastName(page.entries) : undefined,
    objects: await withOwners(call, objects),
    commonPrefixes,
  };
  return listAnswer(call, listing, renderListObjects, renderObjectsJson);
};
