import type { Session } from '../session.js';
import { compareBuckets } from './bucket-operations.js';
import type { Family } from './family.js';
import { compareListing } from './list-operations.js';
import { compareObject } from './read-operations.js';
import { compareParts, compareUploads } from './upload-listings.js';

/** The server is ended and started again on its data: by SIGTERM in order, by SIGKILL not. */
export interface Restart {
  readonly kind: 'restart';
  readonly signal: 'SIGTERM' | 'SIGKILL';
}

/** Everything is listed, and every object read. */
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
  await compareBuckets(session);
  for (const [bucket, { uploads, objects }] of session.model.buckets) {
    const all = { bucket, prefix: '', encoded: true };
    await compareListing(session, { kind: 'list', api: 'v2', ...all, owner: false, pages: 1 });
    for (const key of objects.keys()) await compareObject(session, bucket, key);
    await compareUploads(session, { kind: 'list-uploads', ...all });
    for (const { uploadId, key } of uploads.sorted()) {
      const [upload] = [...session.uploadIds].find(([, id]) => id === uploadId)!;
      await compareParts(session, { kind: 'list-parts', upload, bucket, key, after: 0 });
    }
  }
}
