import type { Generation } from '../generation.js';
import { same } from '../mismatch.js';
import type { Answer, Session } from '../session.js';

/**
 * A version of a key as data: counted from its newest on, delete markers included;
 * the null version; one that was never that key's, or is gone; or one whose id is
 * nearly that of its newest.
 */
export type VersionRef = number | 'null' | 'gone' | 'altered';

/** With that probability a version of the key is named at all. */
export function randomVersion({ random, model }: Generation, bucket: string, key: string, probability: number): VersionRef | undefined {
  if (!random.chance(probability)) return undefined;
  const count = model.buckets.get(bucket)?.versionsOf(key).length ?? 0;
  return random.weighted<VersionRef>([
    { weight: count > 0 ? 10 : 0, value: random.integer(0, Math.max(0, count - 1)) },
    { weight: 1.5, value: 'null' },
    { weight: 0.7, value: 'gone' },
    { weight: 0.5, value: 'altered' },
  ]);
}

/** The id that a reference means now. */
export function resolveVersion(session: Session, bucket: string, key: string, ref: VersionRef): string;
export function resolveVersion(session: Session, bucket: string, key: string, ref: VersionRef | undefined): string | undefined;
export function resolveVersion({ model, versionIds }: Session, bucket: string, key: string, ref: VersionRef | undefined): string | undefined {
  if (ref === undefined || ref === 'null') return ref;
  const there = model.buckets.get(bucket)?.versionsOf(key).map(({ versionId }) => versionId) ?? [];
  const newest = there.find((id) => id !== 'null');
  if (ref === 'altered' && newest !== undefined) return alter(newest);
  const counted = typeof ref === 'number' ? there[ref] : undefined;
  return counted ?? versionIds.findLast((id) => !there.includes(id)) ?? 'null';
}

/** Another id, by its last character. */
function alter(id: string): string {
  return id.slice(0, -1) + (id.endsWith('a') ? 'b' : 'a');
}

/** The id of a version that was just made: none is shown for a null version, any other was never there before. */
export function compareNewId(session: Session, answer: Answer, versionId: string): void {
  compareHeaderId(answer, versionId === 'null' ? undefined : versionId);
  if (versionId !== 'null') noteNewId(session, versionId);
}

export function noteNewId({ versionIds }: Session, versionId: string): void {
  same('the version id was there before', versionIds.includes(versionId), false);
  versionIds.push(versionId);
}

/** The id of a version that was there: none is shown on a bucket that never had versions. */
export function compareShownId(session: Session, answer: Answer, bucket: string, versionId: string): void {
  compareHeaderId(answer, session.model.bucket(bucket).versioning === 'off' ? undefined : versionId);
}

export function headerId({ headers }: Answer): string | undefined {
  return headers['x-amz-version-id'] as string | undefined;
}

function compareHeaderId(answer: Answer, versionId: string | undefined): void {
  same('x-amz-version-id', headerId(answer), versionId);
}
