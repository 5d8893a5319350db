import type { S3Query } from '@zas/s3-protocol';
import { invalidArgument } from '@zas/s3-protocol';

const MOST_KEYS = 1000;

/** A count parameter, capped like AWS does. Throws `InvalidArgument` for what is no count. */
export function readCount(query: S3Query, name: string, otherwise = MOST_KEYS, most = MOST_KEYS): number {
  const text = query.get(name);
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647) {
    const message = /^-?\d+$/.test(text)
      ? `Argument ${name} must be an integer between 0 and 2147483647`
      : `Provided ${name} not an integer or within integer range`;
    throw invalidArgument(message, name, text);
  }
  return Math.min(Number(text), most);
}

/** What all listings over keys take. Throws `InvalidArgument` for an unknown encoding. */
export function readListParameters(query: S3Query): { prefix: string; delimiter: string | undefined; encodeKeys: boolean } {
  const encoding = query.get('encoding-type');
  if (encoding !== undefined && encoding !== '' && encoding !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  }
  return { prefix: query.get('prefix') ?? '', delimiter: query.get('delimiter') || undefined, encodeKeys: encoding === 'url' };
}
