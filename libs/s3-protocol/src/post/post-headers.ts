import type { IncomingHttpHeaders } from 'node:http';
import type { Tags } from '@zas/plugin-api';
import { invalidArgument } from '../errors/s3-error.js';
import { parseTagging } from '../tags/parse-tagging.js';
import type { XmlLimits } from '../xml/parse-xml.js';
import { checkKey } from '../target/check-names.js';
import type { PostFields } from './post-fields.js';
import { missingPostField } from './post-signature.js';

/** Fields that are headers of PutObject under the same name. */
const SAME = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
]);

/** What belongs to the signature of the form, or makes another request than PutObject. */
const NOT_HEADERS = new Set([
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-rename-source',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-trailer',
  'x-amz-write-offset-bytes',
]);

const NOT_FOR_HEADERS = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/**
 * The fields of a POST form as the headers of a PutObject that would do the same,
 * for the readers of those headers; `acl` is `x-amz-acl`. Text goes over as the
 * bytes of its UTF-8 form, one character each, as values of headers are held.
 * Tags are read by {@link postTagging}.
 * @throws S3Error `InvalidArgument` for control characters, which no answer could repeat
 */
export function postFieldsToHeaders(fields: PostFields): IncomingHttpHeaders {
  const headers: [string, string][] = [];
  for (const [field, value] of fields.entries) {
    const name = field === 'acl' ? 'x-amz-acl' : field;
    if (!SAME.has(name) && (!name.startsWith('x-amz-') || NOT_HEADERS.has(name))) continue;
    const bytes = Buffer.from(value, 'utf8').toString('latin1');
    if (NOT_FOR_HEADERS.test(bytes)) throw invalidArgument('Header value cannot be represented.', name, value);
    headers.push([name, bytes]);
  }
  return Object.fromEntries(headers);
}

/**
 * The tags of the field `tagging`, a document as PutObjectTagging has.
 * @returns `undefined` when there is no such field
 * @throws S3Error as `parseTagging`
 */
export function postTagging(fields: PostFields, limits?: XmlLimits): Tags | undefined {
  const text = fields.get('tagging');
  return text === undefined ? undefined : parseTagging(Buffer.from(text, 'utf8'), 'object', limits);
}

/**
 * The key of the object that a form makes.
 * @throws S3Error `InvalidArgument` when there is none; as `checkKey` for what is none
 */
export function postKey(fields: PostFields): string {
  const key = fields.get('key');
  if (!key) throw missingPostField('key');
  checkKey(key);
  return key;
}
