import type { Tags } from '@zas/plugin-api';
import type { XmlElement, XmlLimits } from '../xml/parse-xml.js';
import { checkChildren, leafText, parseDocument, requiredChild } from '../xml/read-element.js';
import type { TagTarget } from './check-tags.js';
import { checkTags } from './check-tags.js';

/**
 * Reads the body of PutObjectTagging and PutBucketTagging. An empty set is none.
 * @throws S3Error `MalformedXML`; `InvalidTag` and `BadRequest` as {@link checkTags}
 */
export function parseTagging(bytes: Uint8Array, on: 'object' | 'bucket', limits?: XmlLimits): Tags {
  return readTagSet(requiredChild(parseDocument(bytes, 'Tagging', ['TagSet'], limits), 'TagSet'), on);
}

/**
 * The tags inside an element that holds `Tag` elements only.
 * @throws S3Error `MalformedXML`; `InvalidTag` and `BadRequest` as {@link checkTags}
 */
export function readTagSet(element: XmlElement, on: TagTarget): Tags {
  checkChildren(element, ['Tag']);
  const pairs = element.children.map((tag): readonly [string, string] => {
    checkChildren(tag, ['Key', 'Value']);
    return [leafText(requiredChild(tag, 'Key')), leafText(requiredChild(tag, 'Value'))];
  });
  return checkTags(pairs, on);
}
