import type { IncomingHttpHeaders } from 'node:http';
import type { Precondition } from '@zas/plugin-api';
import { headerNotImplemented, invalidArgument, s3Error } from '../errors/s3-error.js';
import { percentDecode } from '../target/percent.js';
import { unquoteEtag } from './etag.js';
import { headerValue } from './header-value.js';
import { readWritePrecondition } from './write-preconditions.js';

const SOURCE = 'x-amz-rename-source';
const TOKEN = 'x-amz-client-token';

export interface RenameRequest {
  readonly source: {
    /** Given when the header names it; it is the bucket of the request then. */
    readonly bucket?: string;
    readonly key: string;
  };
  /** Makes the request repeatable. */
  readonly token?: string;
  /** About what stands under the new key. */
  readonly precondition?: Precondition;
  /** About what is renamed. */
  readonly sourcePrecondition?: Precondition;
}

/**
 * Reads the headers of RenameObject. The source is a key of the same bucket, with
 * or without the bucket before it: AWS's reference gives `[/]bucket/key` as the
 * pattern and `/key` as the example. A name before the first slash that is not
 * the bucket's therefore belongs to the key.
 * @param bucket of the request
 * @throws S3Error `InvalidRequest` without a source; `InvalidArgument` for one that is
 *   empty or badly encoded, and for a token that is not 1 to 64 visible ASCII
 *   characters; `NotImplemented`, naming the header, for conditions on dates and for
 *   those that `readWritePrecondition` refuses
 */
export function readRenameRequest(headers: IncomingHttpHeaders, bucket: string): RenameRequest {
  return {
    source: readSource(headers, bucket),
    token: readToken(headers),
    precondition: readWritePrecondition(headers),
    sourcePrecondition: readSourcePrecondition(headers),
  };
}

function readSource(headers: IncomingHttpHeaders, bucket: string): RenameRequest['source'] {
  const text = headerValue(headers, SOURCE);
  if (text === undefined) throw s3Error('InvalidRequest', { message: `Missing required header for this request: ${SOURCE}` });
  let path: string;
  try {
    path = percentDecode(text, false);
  } catch {
    throw invalidArgument('Invalid rename source encoding', SOURCE, text);
  }
  if (path.startsWith('/')) path = path.slice(1);
  const named = path.startsWith(`${bucket}/`);
  const key = named ? path.slice(bucket.length + 1) : path;
  if (key === '') throw invalidArgument('Invalid rename source object key', SOURCE, text);
  return { bucket: named ? bucket : undefined, key };
}

function readToken(headers: IncomingHttpHeaders): string | undefined {
  const text = headerValue(headers, TOKEN);
  if (text === undefined || /^[\x21-\x7e]{1,64}$/.test(text)) return text;
  throw invalidArgument('The client token must be 1 to 64 visible ASCII characters', TOKEN, text);
}

function readSourcePrecondition(headers: IncomingHttpHeaders): Precondition | undefined {
  for (const name of [`${SOURCE}-if-modified-since`, `${SOURCE}-if-unmodified-since`]) {
    if (headers[name] !== undefined) throw headerNotImplemented(name);
  }
  const match = headerValue(headers, `${SOURCE}-if-match`);
  const noneMatch = headerValue(headers, `${SOURCE}-if-none-match`);
  if (match === undefined && noneMatch === undefined) return undefined;
  return {
    ifMatch: match === undefined ? undefined : [unquoteEtag(match)],
    ifNoneMatch: noneMatch === undefined ? undefined : [unquoteEtag(noneMatch)],
  };
}
