import type { MetadataStore } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { ManifestWriter } from '../seed/manifest-writer.js';
import { ObjectWriter } from '../seed/object-writer.js';
import { CALLERS, withStoreOf } from '../seed/run-seed.js';
import { repeat } from '../stores/measure-calls.js';

/** Entries that every compared request answers. */
export const ANSWERED = 1000;

/** Buckets to compare; see {@link seedScale}. */
export const BUCKETS = { small: 'scale-small', large: 'scale-large', deleted: 'scale-deleted', shallow: 'scale-shallow', deep: 'scale-deep' } as const;

export const DEEP_KEY = 'deep/key';

/** Repositories to compare; see {@link seedScale}. */
export const REPOSITORIES = { small: 'scale/small', large: 'scale/large' } as const;

/** Digests of what has referrers. */
export interface Subjects {
  /** 1,000 referrers each. */
  readonly small: string;
  readonly large: string;
  /** A tenth as many as the large repository has manifests. */
  readonly popular: string;
}

const BODY = Buffer.from('seeded');

/** Key of an object: one common prefix for `perFolder` of them. */
export function keyOf(i: number, perFolder: number): string {
  return `${String(Math.floor(i / perFolder)).padStart(7, '0')}/${String(i).padStart(8, '0')}`;
}

export function tagOf(i: number): string {
  return `tag-${String(i).padStart(7, '0')}`;
}

/**
 * Fills a data folder: `small` has 1,000 objects under 1,000 common prefixes, `large`
 * N under N / 10, `deleted` N of which all but 1,000 that lie evenly between them
 * were deleted with versions kept, `shallow` a key with 1,000 versions, `deep` one
 * with N / 10. The repository `small` has 1,000 tagged manifests, `large` N / 10.
 */
export async function seedScale(dataDir: string, objects: number, say: (line: string) => void): Promise<Subjects> {
  return withStoreOf(dataDir, async (store) => {
    await fill(store, BUCKETS.small, ANSWERED, 1);
    say(`seeding ${objects} objects`);
    await fill(store, BUCKETS.large, objects, 10);
    say(`seeding ${objects} objects that are deleted`);
    const deleted = await fill(store, BUCKETS.deleted, objects, 1, true);
    const kept = Math.floor(objects / ANSWERED);
    await repeat(objects, CALLERS, async (i) => {
      if (i % kept !== 0) await deleted.remove(keyOf(i, 1));
    });
    say(`seeding ${objects / 10} versions of a key`);
    await versions(store, BUCKETS.shallow, ANSWERED);
    await versions(store, BUCKETS.deep, objects / 10);
    say(`seeding ${objects / 10} manifests`);
    const [small] = await manifests(store, REPOSITORIES.small, ANSWERED, [ANSWERED]);
    const [large, popular] = await manifests(store, REPOSITORIES.large, objects / 10, [ANSWERED, objects / 100]);
    return { small: small!, large: large!, popular: popular! };
  });
}

async function fill(store: MetadataStore, bucket: string, objects: number, perFolder: number, versioned = false): Promise<ObjectWriter> {
  const writer = await ObjectWriter.inNewBucket(store, testContext(), bucket, versioned);
  await repeat(objects, CALLERS, async (i) => void (await writer.put(keyOf(i, perFolder), BODY)));
  return writer;
}

async function versions(store: MetadataStore, bucket: string, count: number): Promise<void> {
  const writer = await ObjectWriter.inNewBucket(store, testContext(), bucket, true);
  await repeat(count, CALLERS, async () => void (await writer.put(DEEP_KEY, BODY)));
}

/** @param referrers how many each subject has @returns the subjects' digests */
async function manifests(store: MetadataStore, repository: string, count: number, referrers: readonly number[]): Promise<readonly string[]> {
  const writer = await ManifestWriter.inNewRepository(store, testContext(), repository);
  await repeat(count, CALLERS, async (i) => void (await writer.put({ tags: [tagOf(i)] })));
  const subjects: string[] = [];
  for (const number of referrers) {
    const subject = await writer.put({});
    await repeat(number, CALLERS, async () => void (await writer.put({ subject })));
    subjects.push(subject);
  }
  return subjects;
}
