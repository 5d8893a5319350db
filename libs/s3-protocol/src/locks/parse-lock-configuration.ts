import type { DefaultRetention } from '@zas/plugin-api';
import { headerNotImplemented, s3Error } from '../errors/s3-error.js';
import type { XmlElement, XmlLimits } from '../xml/parse-xml.js';
import { onlyChild } from '../xml/parse-xml.js';
import { checkChildren, childText, oneOf, parseDocument, requiredChild } from '../xml/read-element.js';
import { RETENTION_MODES } from './parse-retention.js';

/** Longest default retention; a hundred years. */
export const MAX_RETENTION_DAYS = 36_500;
export const MAX_RETENTION_YEARS = 100;

/**
 * Reads the body of PutObjectLockConfiguration.
 * @throws S3Error `MalformedXML`, also when `ObjectLockEnabled` is not `Enabled`, and
 *   for a rule without mode or without exactly one of days and years;
 *   `InvalidRetentionPeriod` for a period of nothing or of more than a hundred
 *   years; `NotImplemented` for event holds
 */
export function parseObjectLockConfiguration(
  bytes: Uint8Array,
  limits?: XmlLimits,
): { readonly defaultRetention?: DefaultRetention } {
  const root = parseDocument(bytes, 'ObjectLockConfiguration', ['ObjectLockEnabled', 'Rule'], limits);
  oneOf(childText(root, 'ObjectLockEnabled'), ['Enabled']);
  const rule = onlyChild(root, 'Rule');
  if (rule === undefined) return {};
  checkChildren(rule, ['DefaultRetention']);
  return { defaultRetention: readDefaultRetention(requiredChild(rule, 'DefaultRetention')) };
}

function readDefaultRetention(element: XmlElement): DefaultRetention {
  if (onlyChild(element, 'DefaultEventHold') !== undefined) throw headerNotImplemented('DefaultEventHold');
  checkChildren(element, ['Mode', 'Days', 'Years']);
  const mode = oneOf(childText(element, 'Mode'), RETENTION_MODES);
  const days = childText(element, 'Days');
  const years = childText(element, 'Years');
  if (days !== undefined && years === undefined) return { mode, days: readPeriod('Days', days, MAX_RETENTION_DAYS) };
  if (years !== undefined && days === undefined) return { mode, years: readPeriod('Years', years, MAX_RETENTION_YEARS) };
  throw s3Error('MalformedXML');
}

function readPeriod(name: string, text: string, max: number): number {
  if (!/^-?\d{1,10}$/.test(text)) throw s3Error('MalformedXML');
  const period = Number(text);
  const fields = { ArgumentName: name, ArgumentValue: text };
  if (period <= 0) throw s3Error('InvalidRetentionPeriod', { fields });
  if (period > max) throw s3Error('InvalidRetentionPeriod', { message: 'Default retention period too large', fields });
  return period;
}
