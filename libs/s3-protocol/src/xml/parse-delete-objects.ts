import { headerNotImplemented, s3Error } from '../errors/s3-error.js';
import { unquoteEtag } from '../headers/etag.js';
import type { XmlElement, XmlLimits } from './parse-xml.js';
import { onlyChild, parseXml } from './parse-xml.js';
import { checkChildren, childText, leafText, requiredChild } from './read-element.js';

/** Most keys of one DeleteObjects. */
export const MAX_DELETE_KEYS = 1000;

export interface ObjectToDelete {
  readonly key: string;
  readonly versionId?: string;
  /** Delete it only if it has this etag (without quotes), or is there at all: `*`. */
  readonly etag?: string;
}

export interface DeleteObjectsRequest {
  readonly objects: readonly ObjectToDelete[];
  /** Only failures are to be answered. */
  readonly quiet: boolean;
}

/**
 * Reads the body of DeleteObjects. Keys are not checked for their length: each is
 * answered on its own.
 * @throws S3Error `MalformedXML`, also for no key or more than 1,000;
 *   `NotImplemented` for conditions on time and size, which directory buckets have
 */
export function parseDeleteObjects(bytes: Uint8Array, limits?: XmlLimits): DeleteObjectsRequest {
  const root = parseXml(bytes, limits);
  if (root.name !== 'Delete') throw s3Error('MalformedXML');
  const objects: ObjectToDelete[] = [];
  for (const child of root.children) {
    if (child.name === 'Quiet') continue;
    if (child.name !== 'Object' || objects.length === MAX_DELETE_KEYS) throw s3Error('MalformedXML');
    objects.push(readObject(child));
  }
  if (objects.length === 0) throw s3Error('MalformedXML');
  return { objects, quiet: readQuiet(root) };
}

function readQuiet(root: XmlElement): boolean {
  const text = onlyChild(root, 'Quiet')?.text.trim().toLowerCase();
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw s3Error('MalformedXML');
}

function readObject(element: XmlElement): ObjectToDelete {
  for (const { name } of element.children) {
    if (name === 'LastModifiedTime' || name === 'Size') throw headerNotImplemented(name);
  }
  checkChildren(element, ['Key', 'VersionId', 'ETag']);
  const key = leafText(requiredChild(element, 'Key'));
  if (key === '') throw s3Error('MalformedXML');
  const etag = childText(element, 'ETag');
  return {
    key,
    versionId: childText(element, 'VersionId') || undefined,
    etag: etag ? unquoteEtag(etag) : undefined,
  };
}
