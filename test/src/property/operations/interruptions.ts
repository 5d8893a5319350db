import { same } from '../mismatch.js';
import type { Session } from '../session.js';
import { compareBuckets } from './bucket-operations.js';
import type { Family } from './family.js';
import { compareListing, compareVersionListing } from './list-operations.js';
import { compareVersion } from './read-operations.js';
import { configure } from './setting-operations.js';
import { compareParts, compareUploads } from './upload-listings.js';

/** The server is ended and started again on its data: by SIGTERM in order, by SIGKILL not. */
export interface Restart {
  readonly kind: 'restart';
  readonly signal: 'SIGTERM' | 'SIGKILL';
}

/** Everything is listed, and every version read. */
export interface Audit {
  readonly kind: 'audit';
}

export const restart: Family<Restart> = {
  kind: 'restart',
  weight: 0.12,
  generate: ({ random }) => ({ kind: 'restart', signal: random.pick(['SIGTERM', 'SIGKILL'] as const) }),
  async run(session, { signal }) {
    await session.restart(signal);
    await compareAll(session);
  },
};

export const audit: Family<Audit> = {
  kind: 'audit',
  weight: 0.15,
  generate: () => ({ kind: 'audit' }),
  run: (session) => compareAll(session),
};

/** Compares all that the server holds with the model. */
export async function compareAll(session: Session): Promise<void> {
  same('locks that were broken', session.brokenLocks(), []);
  await compareBuckets(session, 'alice');
  await compareBuckets(session, 'bob');
  for (const [bucket, state] of session.model.buckets) {
    const all = { bucket, as: state.owner, prefix: '', encoded: true, pages: 1 };
    await compareListing(session, { kind: 'list', api: 'v2', ...all, owner: false });
    await compareVersionListing(session, { kind: 'list-versions', ...all });
    for (const version of state.everything()) await compareVersion(session, bucket, version);
    await compareUploads(session, { kind: 'list-uploads', ...all });
    for (const { uploadId, key } of state.uploads.sorted()) {
      const [upload] = [...session.uploadIds].find(([, id]) => id === uploadId)!;
      await compareParts(session, { kind: 'list-parts', upload, bucket, key, as: state.owner, after: 0 });
    }
  }
}

/** Takes all policies away, so that owners can read what is theirs. */
export async function openBuckets(session: Session): Promise<void> {
  for (const [bucket, { owner, policy }] of session.model.buckets) {
    if (policy) await configure.run(session, { kind: 'configure', bucket, as: owner, setting: { what: 'policy' } });
  }
}
