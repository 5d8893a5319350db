import { headerNotImplemented, s3Error } from '../errors/s3-error.js';
import type { XmlLimits } from './parse-xml.js';
import { onlyChild, parseXml } from './parse-xml.js';

/**
 * Reads the body of CreateBucket, which may be empty. Whether the region is this
 * server's is for the caller.
 * @throws S3Error `MalformedXML`; `NotImplemented` for directory buckets and tags
 */
export function parseCreateBucketConfiguration(
  bytes: Uint8Array,
  limits?: XmlLimits,
): { readonly locationConstraint?: string } {
  if (bytes.length === 0) return {};
  const root = parseXml(bytes, limits);
  if (root.name !== 'CreateBucketConfiguration') throw s3Error('MalformedXML');
  for (const { name, children } of root.children) {
    if (name === 'LocationConstraint') continue;
    if (name === 'Tags' && children.length === 0) continue;
    if (name === 'Location' || name === 'Bucket' || name === 'Tags') throw headerNotImplemented(name);
    throw s3Error('MalformedXML');
  }
  return { locationConstraint: onlyChild(root, 'LocationConstraint')?.text.trim() || undefined };
}
