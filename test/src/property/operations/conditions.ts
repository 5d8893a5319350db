import type { Model, WriteCondition } from '../model.js';
import { md5 } from '../model-terms.js';
import type { Random } from '../random.js';

/** A condition as data: only if absent, only if it is as it is now, only if it is something else. */
export type Condition = 'absent' | 'current' | 'other';

const OTHER = md5(Buffer.from('another'));

export function randomCondition(random: Random): Condition | undefined {
  return random.chance(0.15) ? random.pick(['absent', 'current', 'other'] as const) : undefined;
}

/** The etag that a condition means now. */
export function etagFor(model: Model, bucket: string, key: string, condition: 'current' | 'other'): string {
  return condition === 'current' ? (model.find(bucket, key)?.etag ?? OTHER) : OTHER;
}

/** A write's condition for the model and as request headers. */
export function resolveCondition(
  model: Model,
  bucket: string,
  key: string,
  condition: Condition | undefined,
): { condition: WriteCondition; headers: Record<string, string> } {
  if (condition === undefined) return { condition: {}, headers: {} };
  if (condition === 'absent') return { condition: { ifNoneMatch: '*' }, headers: { 'if-none-match': '*' } };
  const ifMatch = etagFor(model, bucket, key, condition);
  return { condition: { ifMatch }, headers: { 'if-match': `"${ifMatch}"` } };
}
