import { CHECKSUM_ALGORITHMS } from '@zas/s3-protocol';
import { TEXT, named, oneOf, record } from '../../json-schema.js';
import type { Schema } from '../../json-schema.js';

export const ETAG: Schema = { type: 'string', description: 'In its quotes' };
export const ALGORITHM = oneOf(...CHECKSUM_ALGORITHMS);
export const CHECKSUM_TYPE = oneOf('COMPOSITE', 'FULL_OBJECT');
export const ENCODING = oneOf('url');
export const CHECKSUM_VALUES: Readonly<Record<string, Schema>> = Object.fromEntries(CHECKSUM_ALGORITHMS.map((name) => [`Checksum${name}?`, TEXT]));

/** What several documents are made of. */
export const SHARED_SCHEMAS = {
  Owner: record({ ID: TEXT, 'DisplayName?': TEXT }, { description: 'An account, by its canonical id' }),
  CommonPrefix: record({ Prefix: TEXT }),
  Tag: record({ Key: { ...TEXT, maxLength: 128 }, Value: { ...TEXT, maxLength: 256 } }, { xml: { name: 'Tag' } }),
  S3Error: {
    ...record({ Code: TEXT, Message: TEXT, Resource: TEXT, RequestId: TEXT, HostId: TEXT }, { xml: { name: 'Error' } }),
    additionalProperties: TEXT,
    description: 'What went wrong. Further elements depend on the code, such as `BucketName`, `Key` or `ArgumentName`.',
  },
} as const;

export const OWNER = named('Owner');
export const PREFIXES: Schema = { type: 'array', items: named('CommonPrefix') };
