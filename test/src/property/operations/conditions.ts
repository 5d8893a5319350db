import type { Model } from '../model.js';
import type { WriteCondition } from '../model-objects.js';
import { md5 } from '../model-terms.js';
import type { Random } from '../random.js';

/**
 * A condition as data: only if it is absent, there, as it is now, something else,
 * or not as it is now.
 */
export type Condition = 'absent' | 'present' | 'current' | 'other' | 'changed';

const OTHER = md5(Buffer.from('another'));
const CONDITIONS = ['absent', 'present', 'current', 'other', 'changed'] as const;

export function randomCondition(random: Random, choices: readonly Condition[] = CONDITIONS): Condition | undefined {
  return random.chance(0.15) ? random.pick(choices) : undefined;
}

/** The etag that a condition means now: of the named version, or of the current one. */
export function etagFor(model: Model, bucket: string, key: string, condition: 'current' | 'other', versionId?: string): string {
  const found = versionId === undefined ? model.current(bucket, key) : model.buckets.get(bucket)?.find(key, versionId);
  return condition === 'current' ? found?.etag || OTHER : OTHER;
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
  if (condition === 'present') return { condition: { ifMatch: '*' }, headers: { 'if-match': '*' } };
  const etag = etagFor(model, bucket, key, condition === 'changed' ? 'current' : condition);
  if (condition === 'changed') return { condition: { ifNoneMatch: etag }, headers: { 'if-none-match': `"${etag}"` } };
  return { condition: { ifMatch: etag }, headers: { 'if-match': `"${etag}"` } };
}
