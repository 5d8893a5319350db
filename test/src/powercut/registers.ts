import crypto from 'node:crypto';
import type { StoredValue } from '../crash/stored-value.js';
import type { Step } from './workload.js';

/** Names of what a power cut must not take: objects and parts of open uploads. */
export const objectRegister = (key: string) => `object ${key}`;
export const partRegister = (key: string, uploadId: string, number: number) => `part ${key} ${uploadId} ${number}`;
export const BUCKET_REGISTER = 'bucket';

/** An object as one line. */
export function textOf({ bytes, etag, tag }: StoredValue): string {
  return `${etag} ${tag} ${bytes.length} ${crypto.hash('sha256', bytes)}`;
}

/**
 * What each register may hold when only these requests were answered: what the last
 * answered request left, or the one after it, which may have been under way.
 */
export function allowed(steps: readonly Step[], answered: ReadonlySet<string>): Map<string, (string | undefined)[]> {
  const histories = new Map<string, { readonly value: string | undefined; readonly answered: boolean }[]>();
  for (const { requestId, changes } of steps) {
    for (const [register, value] of changes) {
      const history = histories.get(register) ?? [{ value: undefined, answered: true }];
      histories.set(register, [...history, { value, answered: answered.has(requestId) }]);
    }
  }
  return new Map(
    [...histories].map(([register, history]) => {
      const last = history.findLastIndex((entry) => entry.answered);
      return [register, history.slice(last, last + 2).map(({ value }) => value)];
    }),
  );
}
