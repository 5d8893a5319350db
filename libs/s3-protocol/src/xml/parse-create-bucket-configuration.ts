import type { Tags } from '@zas/plugin-api';
import { headerNotImplemented, s3Error } from '../errors/s3-error.js';
import { readTagSet } from '../tags/parse-tagging.js';
import type { XmlLimits } from './parse-xml.js';
import { onlyChild, parseXml } from './parse-xml.js';
import { childText } from './read-element.js';

export interface CreateBucketConfiguration {
  readonly locationConstraint?: string;
  /** Absent when there are none. */
  readonly tags?: Tags;
}

/**
 * Reads the body of CreateBucket, which may be empty. Whether the region is this
 * server's is for the caller.
 * @throws S3Error `MalformedXML`; `NotImplemented` for directory buckets; `InvalidTag`
 *   and `BadRequest` as `checkTags`
 */
export function parseCreateBucketConfiguration(bytes: Uint8Array, limits?: XmlLimits): CreateBucketConfiguration {
  if (bytes.length === 0) return {};
  const root = parseXml(bytes, limits);
  if (root.name !== 'CreateBucketConfiguration') throw s3Error('MalformedXML');
  for (const { name } of root.children) {
    if (name === 'LocationConstraint' || name === 'Tags') continue;
    if (name === 'Location' || name === 'Bucket') throw headerNotImplemented(name);
    throw s3Error('MalformedXML');
  }
  const set = onlyChild(root, 'Tags');
  const tags = set === undefined ? {} : readTagSet(set, 'new-bucket');
  return {
    locationConstraint: childText(root, 'LocationConstraint') || undefined,
    tags: Object.keys(tags).length === 0 ? undefined : tags,
  };
}
