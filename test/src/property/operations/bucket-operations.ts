import { BUCKETS } from '../generation.js';
import { same } from '../mismatch.js';
import { readXml } from '../read-xml.js';
import { liesWithin, queryOf } from '../session.js';
import type { Session } from '../session.js';
import { deleteKeys } from './delete-operations.js';
import type { Family } from './family.js';

export interface CreateBucket {
  readonly kind: 'create-bucket';
  readonly bucket: string;
}

export interface DeleteBucket {
  readonly kind: 'delete-bucket';
  readonly bucket: string;
  /** Delete its objects first. */
  readonly emptied: boolean;
}

export interface ListBuckets {
  readonly kind: 'list-buckets';
  readonly limit?: number;
}

export interface HeadBucket {
  readonly kind: 'head-bucket';
  readonly bucket: string;
}

export const createBucket: Family<CreateBucket> = {
  kind: 'create-bucket',
  weight: 1,
  generate: ({ random }) => ({ kind: 'create-bucket', bucket: random.pick(BUCKETS) }),
  async run(session, { bucket }) {
    const answer = await session.send({ method: 'PUT', path: session.path(bucket) });
    session.judge(answer, 200, () => session.model.createBucket(bucket, answer.window));
  },
};

export const deleteBucket: Family<DeleteBucket> = {
  kind: 'delete-bucket',
  weight: 0.5,
  generate: (generation) => ({ kind: 'delete-bucket', bucket: generation.bucket(), emptied: generation.random.chance(0.4) }),
  async run(session, { bucket, emptied }) {
    const keys = [...(session.model.buckets.get(bucket)?.objects.keys() ?? [])];
    if (emptied && keys.length > 0) await deleteKeys(session, bucket, keys, true);
    const answer = await session.send({ method: 'DELETE', path: session.path(bucket) });
    session.judge(answer, 204, () => session.model.deleteBucket(bucket));
  },
};

export const headBucket: Family<HeadBucket> = {
  kind: 'head-bucket',
  weight: 0.5,
  generate: (generation) => ({ kind: 'head-bucket', bucket: generation.bucket() }),
  async run(session, { bucket }) {
    const answer = await session.send({ method: 'HEAD', path: session.path(bucket) });
    session.judge(answer, 200, () => session.model.bucket(bucket));
  },
};

export const listBuckets: Family<ListBuckets> = {
  kind: 'list-buckets',
  weight: 0.7,
  generate: ({ random }) => ({ kind: 'list-buckets', limit: random.chance(0.5) ? random.integer(1, 3) : undefined }),
  run: (session, { limit }) => compareBuckets(session, limit),
};

/** Lists all buckets of the session, in pages if a limit is given, and compares. */
export async function compareBuckets(session: Session, limit?: number): Promise<void> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const query = queryOf({ prefix: session.bucketPrefix, 'max-buckets': limit, 'continuation-token': token });
    const answer = await session.send({ method: 'GET', path: '/', query });
    same('answer', answer.status, 200);
    const page = readXml(answer.text);
    const buckets = page.all('Buckets').flatMap((list) => list.all('Bucket'));
    if (limit !== undefined) same('buckets within the limit', buckets.length <= limit, true);
    for (const bucket of buckets) {
      const name = (bucket.get('Name') ?? '').slice(session.bucketPrefix.length);
      names.push(name);
      const known = session.model.buckets.get(name);
      same(`creation date of ${name} lies within its request`, known === undefined || liesWithin(bucket.get('CreationDate'), known.created), true);
    }
    token = page.get('ContinuationToken');
  } while (token !== undefined);
  same('buckets', names, [...session.model.buckets.keys()].sort());
}
