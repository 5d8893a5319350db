import type { IncomingHttpHeaders } from 'node:http';
import { parseEtagList } from './etag.js';
import { headerValue } from './header-value.js';
import { parseHttpDate } from './http-date.js';

/** What conditions are held against. */
export interface ConditionSubject {
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch; compared in whole seconds. */
  readonly modifiedAt: number;
}

interface Conditions {
  readonly match?: string;
  readonly noneMatch?: string;
  readonly modifiedSince?: string;
  readonly unmodifiedSince?: string;
}

type Verdict = 'ok' | 'none-match-failed' | 'match-failed';

/**
 * S3's precedence: `If-Match` that holds overrides `If-Unmodified-Since`, and
 * `If-None-Match` overrides `If-Modified-Since` (GetObject, "Conditional
 * requests"). Dates that are no dates or lie in the future are ignored.
 */
function evaluate(conditions: Conditions, subject: ConditionSubject, now: number): Verdict {
  const seconds = Math.floor(subject.modifiedAt / 1000);
  if (conditions.match !== undefined) {
    if (!lists(conditions.match, subject.etag)) return 'match-failed';
  } else if (conditions.unmodifiedSince !== undefined) {
    const since = parseHttpDate(conditions.unmodifiedSince);
    if (since !== undefined && seconds > Math.floor(since / 1000)) return 'match-failed';
  }
  if (conditions.noneMatch !== undefined) {
    if (lists(conditions.noneMatch, subject.etag)) return 'none-match-failed';
  } else if (conditions.modifiedSince !== undefined) {
    const since = parseHttpDate(conditions.modifiedSince);
    if (since !== undefined && since <= now && seconds <= Math.floor(since / 1000)) return 'none-match-failed';
  }
  return 'ok';
}

function lists(list: string, etag: string): boolean {
  const etags = parseEtagList(list);
  return etags.includes('*') || etags.includes(etag);
}

/**
 * Conditions of GetObject and HeadObject.
 * @param now milliseconds since the epoch
 */
export function evaluateReadConditions(
  headers: IncomingHttpHeaders,
  subject: ConditionSubject,
  now: number,
): 'ok' | 'not-modified' | 'precondition-failed' {
  const verdict = evaluate(
    {
      match: headers['if-match'],
      noneMatch: headers['if-none-match'],
      modifiedSince: headers['if-modified-since'],
      unmodifiedSince: headers['if-unmodified-since'],
    },
    subject,
    now,
  );
  return verdict === 'ok' ? 'ok' : verdict === 'none-match-failed' ? 'not-modified' : 'precondition-failed';
}

/** `x-amz-copy-source-if-*` of CopyObject and UploadPartCopy; see {@link evaluateReadConditions}. */
export function evaluateCopyConditions(
  headers: IncomingHttpHeaders,
  subject: ConditionSubject,
  now: number,
): 'ok' | 'precondition-failed' {
  const verdict = evaluate(
    {
      match: headerValue(headers, 'x-amz-copy-source-if-match'),
      noneMatch: headerValue(headers, 'x-amz-copy-source-if-none-match'),
      modifiedSince: headerValue(headers, 'x-amz-copy-source-if-modified-since'),
      unmodifiedSince: headerValue(headers, 'x-amz-copy-source-if-unmodified-since'),
    },
    subject,
    now,
  );
  return verdict === 'ok' ? 'ok' : 'precondition-failed';
}
