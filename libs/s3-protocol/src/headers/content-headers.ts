import type { IncomingHttpHeaders } from 'node:http';
import type { ContentHeaders } from '@zas/plugin-api';
import { headerValue } from './header-value.js';

const NAMES: Readonly<Record<keyof ContentHeaders, string>> = {
  contentType: 'content-type',
  cacheControl: 'cache-control',
  contentDisposition: 'content-disposition',
  contentEncoding: 'content-encoding',
  contentLanguage: 'content-language',
  expires: 'expires',
  websiteRedirect: 'x-amz-website-redirect-location',
};

const FIELDS = Object.entries(NAMES) as [keyof ContentHeaders, string][];

/** What an object has that was stored without a type. */
export const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** Headers that are stored with an object, as they came; `aws-chunked` is taken out of the encoding. */
export function readContentHeaders(headers: IncomingHttpHeaders): ContentHeaders {
  const found: { -readonly [field in keyof ContentHeaders]: string } = {};
  for (const [field, name] of FIELDS) {
    const value = headerValue(headers, name);
    if (value !== undefined) found[field] = value;
  }
  if (found.contentEncoding !== undefined) {
    const kept = withoutAwsChunked(found.contentEncoding);
    if (kept === '') delete found.contentEncoding;
    else found.contentEncoding = kept;
  }
  return found;
}

function withoutAwsChunked(encoding: string): string {
  if (!encoding.toLowerCase().includes('aws-chunked')) return encoding;
  return encoding
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item.toLowerCase() !== 'aws-chunked')
    .join(',');
}

/** Adds stored headers to an answer; the type is never absent. */
export function writeContentHeaders(stored: ContentHeaders, answer: Record<string, string>): void {
  answer['content-type'] = stored.contentType ?? DEFAULT_CONTENT_TYPE;
  for (const [field, name] of FIELDS) {
    const value = stored[field];
    if (value !== undefined) answer[name] = value;
  }
}
