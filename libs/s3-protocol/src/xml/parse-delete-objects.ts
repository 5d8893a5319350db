import { headerNotImplemented, s3Error } from '../errors/s3-error.js';
import type { XmlElement, XmlLimits } from './parse-xml.js';
import { onlyChild, parseXml } from './parse-xml.js';

/** Most keys of one DeleteObjects. */
export const MAX_DELETE_KEYS = 1000;

export interface DeleteObjectsRequest {
  readonly objects: readonly { readonly key: string; readonly versionId?: string }[];
  /** Only failures are to be answered. */
  readonly quiet: boolean;
}

/**
 * Reads the body of DeleteObjects. Keys are not checked for their length: each is
 * answered on its own.
 * @throws S3Error `MalformedXML`, also for no key or more than 1,000;
 *   `NotImplemented` for conditions on single keys
 */
export function parseDeleteObjects(bytes: Uint8Array, limits?: XmlLimits): DeleteObjectsRequest {
  const root = parseXml(bytes, limits);
  if (root.name !== 'Delete') throw s3Error('MalformedXML');
  const objects: DeleteObjectsRequest['objects'][number][] = [];
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

function readObject(element: XmlElement): DeleteObjectsRequest['objects'][number] {
  for (const { name } of element.children) {
    if (name === 'ETag' || name === 'LastModifiedTime' || name === 'Size') throw headerNotImplemented(name);
    if (name !== 'Key' && name !== 'VersionId') throw s3Error('MalformedXML');
  }
  const key = onlyChild(element, 'Key')?.text;
  if (!key) throw s3Error('MalformedXML');
  return { key, versionId: onlyChild(element, 'VersionId')?.text.trim() || undefined };
}
