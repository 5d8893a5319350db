import type { Tags } from '@zas/plugin-api';
import { s3Error } from '../errors/s3-error.js';

/** What tags are put on: the limits and the wording of refusals differ. */
export type TagTarget = 'object' | 'bucket' | 'new-bucket';

/** Most tags of an object and of a bucket. */
export const MAX_OBJECT_TAGS = 10;
export const MAX_BUCKET_TAGS = 50;

/** In UTF-16 units, in which S3 counts (S3 User Guide, "Categorizing your objects using tags"). */
export const MAX_TAG_KEY_LENGTH = 128;
export const MAX_TAG_VALUE_LENGTH = 256;

/** Letters, digits and spaces of any script, and `+ - = . _ : / @`. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const SYSTEM_PREFIX = 'aws:';

const SYSTEM_MESSAGES: Readonly<Record<TagTarget, string>> = {
  object: 'Your TagKey cannot be prefixed with aws:',
  bucket: 'System tags cannot be added/updated by requester',
  'new-bucket':
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
};

/**
 * Tags of pairs as they came, in their order.
 * @throws S3Error `BadRequest` for more than 10 on an object or 50 on a bucket;
 *   `InvalidTag` for a key or value that is too long or has other characters, for
 *   an empty key, a key twice, and a key that begins with `aws:` in any case
 */
export function checkTags(pairs: readonly (readonly [key: string, value: string])[], on: TagTarget): Tags {
  if (on === 'object' && pairs.length > MAX_OBJECT_TAGS) {
    throw s3Error('BadRequest', { message: `Object tags cannot be greater than ${MAX_OBJECT_TAGS}` });
  }
  if (on !== 'object' && pairs.length > MAX_BUCKET_TAGS) {
    throw s3Error('BadRequest', { message: `Bucket tag count cannot be greater than ${MAX_BUCKET_TAGS}` });
  }
  const keys = new Set<string>();
  for (const [key, value] of pairs) {
    if (key === '' || key.length > MAX_TAG_KEY_LENGTH || !ALLOWED.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
    }
    if (value.length > MAX_TAG_VALUE_LENGTH || !ALLOWED.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    }
    if (key.slice(0, SYSTEM_PREFIX.length).toLowerCase() === SYSTEM_PREFIX) {
      throw invalidTag(SYSTEM_MESSAGES[on], on === 'new-bucket' ? {} : { TagKey: key });
    }
    if (keys.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: key });
    keys.add(key);
  }
  // Unlike assignment, `fromEntries` gives a key such as `__proto__` no power.
  return Object.fromEntries(pairs);
}

function invalidTag(message: string, fields: Readonly<Record<string, string>>): Error {
  return s3Error('InvalidTag', { message, fields });
}
