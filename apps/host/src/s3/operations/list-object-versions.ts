import { decodeVersionId } from '@zas/plugin-api';
import { invalidArgument, renderVersionsJson, renderListVersions } from '@zas/s3-protocol';
import { splitEntries, withOwners } from '../list-entries.js';
import { readCount, readListParameters } from '../list-parameters.js';
import type { S3Operation } from '../s3-call.js';
import { listAnswer } from '../xml-answer.js';

export const listObjectVersions: S3Operation = async (call) => {
  const { query } = call.target;
  const parameters = readListParameters(query);
  const maxKeys = readCount(query, 'max-keys');
  const keyMarker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker') ?? '';
  if (versionIdMarker !== '' && keyMarker === '') {
    throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker', versionIdMarker);
  }
  if (versionIdMarker !== '' && versionIdMarker !== 'null' && !decodeVersionId(versionIdMarker)) {
    throw invalidArgument('Invalid version id specified', 'version-id-marker', versionIdMarker);
  }
  const { prefix, delimiter } = parameters;
  const page = await call.store.metadata.objects.listVersions(call.context, {
    bucketId: call.bucket.id,
    prefix,
    delimiter,
    afterKey: keyMarker || undefined,
    afterVersion: versionIdMarker || undefined,
    limit: maxKeys,
  });
  const { objects, commonPrefixes } = splitEntries(page.entries);
  const isTruncated = page.truncated && maxKeys > 0;
  const last = page.entries.at(-1);
  const listing = {
    ...parameters,
    bucket: call.bucket.name,
    maxKeys,
    isTruncated,
    keyMarker,
    versionIdMarker,
    nextKeyMarker: isTruncated && last ? (last.kind === 'object' ? last.object.key : last.prefix) : undefined,
    nextVersionIdMarker: isTruncated && last?.kind === 'object' ? last.object.versionId : undefined,
    versions: await withOwners(call, objects),
    commonPrefixes,
  };
  return listAnswer(call, listing, renderListVersions, renderVersionsJson);
};
