import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectAttributes, Retention } from '@zas/plugin-api';
import { invalidArgument } from '../errors/s3-error.js';
import { headerValue } from '../headers/header-value.js';
import { parseIsoDate } from '../headers/iso-date.js';
import { RETENTION_MODES } from './parse-retention.js';

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const LEGAL_HOLD = 'x-amz-object-lock-legal-hold';
const BYPASS = 'x-amz-bypass-governance-retention';
const BUCKET_LOCK = 'x-amz-bucket-object-lock-enabled';

export interface LockRequest {
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/**
 * Reads `x-amz-object-lock-*` of a request that makes an object. Whether the date
 * is to come is for `checkRetainUntil`, whether versions can be locked for the store.
 * @throws S3Error `InvalidArgument`, in AWS's words, for a mode without a date or a
 *   date without a mode, and for values that are none
 */
export function readLockHeaders(headers: IncomingHttpHeaders): LockRequest {
  return { retention: readRetention(headers), legalHold: readLegalHold(headers) };
}

function readRetention(headers: IncomingHttpHeaders): Retention | undefined {
  const modeText = headerValue(headers, MODE);
  const untilText = headerValue(headers, UNTIL);
  if (modeText === undefined && untilText === undefined) return undefined;
  if (modeText === undefined || untilText === undefined) {
    throw invalidArgument(`${UNTIL} and ${MODE} must both be supplied`, modeText === undefined ? MODE : UNTIL);
  }
  const mode = RETENTION_MODES.find((word) => word === modeText);
  if (mode === undefined) throw invalidArgument('Unknown wormMode directive.', MODE, modeText);
  const until = parseIsoDate(untilText);
  if (until === undefined) {
    throw invalidArgument('The retain until date must be provided in ISO 8601 format', UNTIL, untilText);
  }
  return { mode, until };
}

function readLegalHold(headers: IncomingHttpHeaders): boolean | undefined {
  const text = headerValue(headers, LEGAL_HOLD);
  if (text === undefined) return undefined;
  if (text === 'ON' || text === 'OFF') return text === 'ON';
  throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", LEGAL_HOLD, text);
}

/** Adds the locks of a version to an answer; a legal hold that was taken away shows, one that never was does not. */
export function writeLockHeaders(
  attributes: Pick<ObjectAttributes, 'retention' | 'legalHold'>,
  answer: Record<string, string>,
): void {
  const { retention, legalHold } = attributes;
  if (retention !== undefined) {
    answer[MODE] = retention.mode;
    answer[UNTIL] = new Date(retention.until).toISOString();
  }
  if (legalHold !== undefined) answer[LEGAL_HOLD] = legalHold ? 'ON' : 'OFF';
}

/** True for `x-amz-bypass-governance-retention: true`. */
export function readBypassGovernance(headers: IncomingHttpHeaders): boolean {
  return headerValue(headers, BYPASS)?.trim().toLowerCase() === 'true';
}

/**
 * Deletes on a bucket without Object Lock must not carry the header, whatever it says.
 * @throws S3Error `InvalidArgument`
 */
export function checkBypassApplicable(headers: IncomingHttpHeaders, objectLock: boolean): void {
  if (objectLock || headers[BYPASS] === undefined) return;
  throw invalidArgument(`${BYPASS} is only applicable to Object Lock enabled buckets.`, BYPASS);
}

/**
 * Reads `x-amz-bucket-object-lock-enabled` of CreateBucket.
 * @throws S3Error `InvalidArgument` for what is neither `true` nor `false`
 */
export function readBucketLockHeader(headers: IncomingHttpHeaders): boolean {
  const text = headerValue(headers, BUCKET_LOCK);
  const lower = text?.trim().toLowerCase();
  if (text === undefined || lower === 'false') return false;
  if (lower === 'true') return true;
  throw invalidArgument(`Invalid ${BUCKET_LOCK} header: ${text}`, BUCKET_LOCK, text);
}
