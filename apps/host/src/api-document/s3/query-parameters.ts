import { CANNED_ACLS } from '@zas/s3-protocol';
import { COUNT, FLAG, TEXT, oneOf } from '../json-schema.js';
import type { Schema } from '../json-schema.js';
import type { ParameterDocument } from '../operation-document.js';

const query = (schema: Schema, description: string, more: Partial<ParameterDocument> = {}): ParameterDocument => ({ in: 'query', schema, description, ...more });
const cap = (what: string) => query({ ...COUNT, maximum: 2_147_483_647 }, `Most ${what} of a page; more than 1000 count as 1000`);
const override = (header: string) => query(TEXT, `\`${header}\` of the answer, in place of the object's; signed requests only`);

/** What operations read from the query. */
export const S3_QUERY_PARAMETERS = {
  versionId: query(TEXT, 'A version; `null`: the one that was stored without versioning'),
  partNumber: query({ type: 'integer', minimum: 1, maximum: 10_000 }, 'A part of the multipart upload that made the object'),
  prefix: query(TEXT, 'Only what begins so'),
  delimiter: query(TEXT, 'What shares a beginning up to this is shown once, as a common prefix'),
  'encoding-type': query(oneOf('url'), 'Encode keys, which XML cannot carry all; the JSON view carries them as they are'),
  'max-keys': cap('keys'),
  'max-uploads': cap('uploads'),
  'max-parts': cap('parts'),
  'max-buckets': query({ type: 'integer', minimum: 1, maximum: 10_000 }, 'Most buckets of a page'),
  marker: query(TEXT, 'Only keys behind this one'),
  'start-after': query(TEXT, 'Only keys behind this one; not read beside `continuation-token`'),
  'continuation-token': query(TEXT, 'Where the former page ended; an empty one is the first page'),
  'fetch-owner': query(FLAG, 'Show owners'),
  'key-marker': query(TEXT, 'Only what stands behind this key'),
  'version-id-marker': query(TEXT, 'With `key-marker`: only versions of that key that are older than this one, and what stands behind it'),
  'upload-id-marker': query(TEXT, 'With `key-marker`: also uploads of that key behind this one'),
  'part-number-marker': query(COUNT, 'Only parts behind this number'),
  'response-content-type': override('Content-Type'),
  'response-content-language': override('Content-Language'),
  'response-expires': override('Expires'),
  'response-cache-control': override('Cache-Control'),
  'response-content-disposition': override('Content-Disposition'),
  'response-content-encoding': override('Content-Encoding'),
} as const satisfies Record<string, ParameterDocument>;

/** What routes are told apart by, where it has a value. */
export const ROUTE_PARAMETERS: Readonly<Record<string, { readonly schema: Schema; readonly description: string }>> = {
  uploadId: { schema: TEXT, description: 'A multipart upload' },
  partNumber: { schema: { type: 'integer', minimum: 1, maximum: 10_000 }, description: 'Number of the part' },
};

export const CANNED: Schema = oneOf(...CANNED_ACLS);
