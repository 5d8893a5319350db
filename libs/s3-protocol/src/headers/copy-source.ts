import { invalidArgument } from '../errors/s3-error.js';
import { isBucketName } from '../target/check-names.js';
import { percentDecode } from '../target/percent.js';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

const NAME = 'x-amz-copy-source';
const VERSION = '?versionId=';

/**
 * Reads `x-amz-copy-source`: `[/]bucket/key[?versionId=id]`, bucket and key URL-encoded.
 * @throws S3Error `InvalidArgument`, also for ARNs, which are not supported
 */
export function parseCopySource(text: string): CopySource {
  // A question mark anywhere else belongs to a key that its client did not encode.
  const question = text.lastIndexOf(VERSION);
  let path: string;
  let versionId: string | undefined;
  try {
    path = percentDecode(question < 0 ? text : text.slice(0, question), false);
    versionId = question < 0 ? undefined : percentDecode(text.slice(question + VERSION.length), true);
  } catch {
    throw invalidArgument('Invalid copy source encoding', NAME, text);
  }
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', NAME, text);
  if (path.startsWith('arn:')) {
    throw invalidArgument('Copy sources given as ARN are not supported', NAME, text);
  }
  if (path.startsWith('/')) path = path.slice(1);
  const slash = path.indexOf('/');
  const bucket = path.slice(0, Math.max(slash, 0));
  const key = path.slice(slash + 1);
  if (slash < 0 || key === '') throw invalidArgument('Invalid copy source object key', NAME, text);
  if (!isBucketName(bucket)) throw invalidArgument('Invalid copy source bucket name', NAME, text);
  return { bucket, key, versionId };
}

/**
 * Reads `x-amz-metadata-directive`; `COPY` when absent.
 * @throws S3Error `InvalidArgument`
 */
export function parseMetadataDirective(text: string | undefined): 'COPY' | 'REPLACE' {
  if (text === undefined || text === 'COPY') return 'COPY';
  if (text === 'REPLACE') return 'REPLACE';
  throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', text);
}
