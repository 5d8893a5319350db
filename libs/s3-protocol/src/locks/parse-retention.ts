import type { Retention, RetentionMode } from '@zas/plugin-api';
import { headerNotImplemented, invalidArgument, s3Error } from '../errors/s3-error.js';
import { parseIsoDate } from '../headers/iso-date.js';
import type { XmlLimits } from '../xml/parse-xml.js';
import { parseXml } from '../xml/parse-xml.js';
import { checkChildren, childText, oneOf, parseDocument } from '../xml/read-element.js';

export const RETENTION_MODES: readonly RetentionMode[] = ['GOVERNANCE', 'COMPLIANCE'];

/**
 * Reads the body of PutObjectRetention: mode and date, or neither, which removes.
 * Whether the date is to come is for {@link checkRetainUntil}.
 * @returns `null`: remove the retention
 * @throws S3Error `MalformedXML`, also for no document at all; `NotImplemented` for event holds
 */
export function parseRetention(bytes: Uint8Array, limits?: XmlLimits): Retention | null {
  if (bytes.length === 0) throw s3Error('MalformedXML');
  const root = parseXml(bytes, limits);
  if (root.name !== 'Retention') throw s3Error('MalformedXML');
  for (const { name } of root.children) {
    if (name === 'EventHold' || name === 'EventHoldDuration') throw headerNotImplemented(name);
  }
  checkChildren(root, ['Mode', 'RetainUntilDate']);
  if (root.children.length === 0) return null;
  const mode = oneOf(childText(root, 'Mode'), RETENTION_MODES);
  const until = parseIsoDate(childText(root, 'RetainUntilDate') ?? '');
  if (until === undefined) throw s3Error('MalformedXML');
  return { mode, until };
}

/**
 * Reads the body of PutObjectLegalHold.
 * @throws S3Error `MalformedXML`, also for no document at all
 */
export function parseLegalHold(bytes: Uint8Array, limits?: XmlLimits): boolean {
  if (bytes.length === 0) throw s3Error('MalformedXML');
  const root = parseDocument(bytes, 'LegalHold', ['Status'], limits);
  return oneOf(childText(root, 'Status'), ['ON', 'OFF']) === 'ON';
}

/**
 * @param now milliseconds since the epoch
 * @param argument where the date stood
 * @throws S3Error `InvalidArgument` when the retention is over already
 */
export function checkRetainUntil(
  retention: Retention,
  now: number,
  argument: 'RetainUntilDate' | 'x-amz-object-lock-retain-until-date' = 'RetainUntilDate',
): void {
  if (retention.until > now) return;
  throw invalidArgument('The retain until date must be in the future!', argument, new Date(retention.until).toISOString());
}
