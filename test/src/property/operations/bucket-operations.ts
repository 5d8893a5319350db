import { BUCKETS, LOCKED_BUCKET, SHARED_BUCKET } from '../generation.js';
import { same } from '../mismatch.js';
import type { NewBucket } from '../model.js';
import { denied, type Account } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import { queryOf, sameSecond, type Session } from '../session.js';
import { deleteMany } from './delete-operations.js';
import { aclHeaders, randomBucketAcl } from './extras.js';
import type { Family } from './family.js';

export interface CreateBucket extends NewBucket {
  readonly kind: 'create-bucket';
  readonly bucket: string;
  readonly as?: Account;
}

export interface DeleteBucket {
  readonly kind: 'delete-bucket';
  readonly bucket: string;
  readonly as?: Account;
  /** Delete its objects first, as its owner and past governance. */
  readonly emptied: boolean;
}

export interface ListBuckets {
  readonly kind: 'list-buckets';
  readonly as?: Account;
  readonly limit?: number;
}

export interface HeadBucket {
  readonly kind: 'head-bucket';
  readonly bucket: string;
  readonly as?: Account;
}

const RULES = ['ObjectWriter', 'ObjectWriter', 'BucketOwnerPreferred', 'BucketOwnerPreferred', 'BucketOwnerEnforced'] as const;

export const createBucket: Family<CreateBucket> = {
  kind: 'create-bucket',
  weight: 2,
  generate({ random, model }) {
    const absent = BUCKETS.filter((name) => !model.buckets.has(name));
    const bucket = absent.length > 0 && random.chance(0.7) ? random.pick(absent) : random.pick(BUCKETS);
    const as = random.chance(0.15) ? random.pick(['bob', 'bob', 'bob', 'nobody'] as const) : undefined;
    const [shared, lockable] = [bucket === SHARED_BUCKET, bucket === LOCKED_BUCKET && random.chance(0.85)];
    const ownership = random.chance(shared ? 0.95 : 0.5) ? random.pick(RULES) : undefined;
    const acl = random.chance(shared ? 0.4 : 0.1) ? randomBucketAcl(random) : undefined;
    return { kind: 'create-bucket', bucket, as, lockable: lockable || undefined, ownership, acl };
  },
  async run(session, { bucket, as, lockable, ownership, acl }) {
    const headers: Record<string, string> = acl === undefined ? {} : aclHeaders(session, acl);
    if (lockable) headers['x-amz-bucket-object-lock-enabled'] = 'true';
    if (ownership) headers['x-amz-object-ownership'] = ownership;
    const answer = await session.send({ method: 'PUT', path: session.path(bucket), headers }, as);
    session.judge(answer, 200, () => session.model.createBucket(answer.asked, bucket, { lockable, ownership, acl }));
  },
};

export const deleteBucket: Family<DeleteBucket> = {
  kind: 'delete-bucket',
  weight: 0.5,
  generate(generation) {
    const bucket = generation.bucket();
    return { kind: 'delete-bucket', bucket, as: generation.as(bucket), emptied: generation.random.chance(0.6) };
  },
  async run(session, { bucket, as, emptied }) {
    const state = session.model.buckets.get(bucket);
    if (emptied && state && state.count > 0) {
      const objects = state.everything().map((version) => ({ key: version.key, version: state.versionsOf(version.key).indexOf(version) }));
      await deleteMany(session, { bucket, objects, quiet: true, as: state.owner, bypass: true });
    }
    const answer = await session.send({ method: 'DELETE', path: session.path(bucket) }, as);
    session.judge(answer, 204, () => session.model.deleteBucket(answer.asked, bucket));
  },
};

export const headBucket: Family<HeadBucket> = {
  kind: 'head-bucket',
  weight: 0.5,
  generate(generation) {
    const bucket = generation.bucket();
    return { kind: 'head-bucket', bucket, as: generation.as(bucket) };
  },
  async run(session, { bucket, as }) {
    const answer = await session.send({ method: 'HEAD', path: session.path(bucket) }, as);
    session.judge(answer, 200, () => session.model.bucketFor(answer.asked, 'ListBucket', bucket));
  },
};

export const listBuckets: Family<ListBuckets> = {
  kind: 'list-buckets',
  weight: 0.7,
  generate: ({ random }) => ({
    kind: 'list-buckets',
    as: random.chance(0.3) ? random.pick(['bob', 'nobody'] as const) : undefined,
    limit: random.chance(0.5) ? random.integer(1, 3) : undefined,
  }),
  run: (session, { as, limit }) => compareBuckets(session, as, limit),
};

/** Lists somebody's buckets of the session, in pages if a limit is given, and compares. */
export async function compareBuckets(session: Session, as: Account = 'alice', limit?: number): Promise<void> {
  const names: string[] = [];
  const own = [...session.model.buckets.values()].filter(({ owner }) => owner === as).map(({ name }) => name);
  let token: string | undefined;
  do {
    const query = queryOf({ prefix: session.bucketPrefix, 'max-buckets': limit, 'continuation-token': token });
    const answer = await session.send({ method: 'GET', path: '/', query }, as);
    const mayList = session.judge(answer, 200, () => {
      if (as === 'nobody') throw denied();
      return true;
    });
    if (!mayList) return;
    const page = readXml(answer.text);
    const buckets = page.all('Buckets').flatMap((list) => list.all('Bucket'));
    if (limit !== undefined) same('buckets within the limit', buckets.length <= limit, true);
    for (const bucket of buckets) {
      const name = (bucket.get('Name') ?? '').slice(session.bucketPrefix.length);
      names.push(name);
      const known = session.model.buckets.get(name);
      if (known) sameSecond(`CreationDate of ${name}`, bucket.get('CreationDate'), known.created);
    }
    token = page.get('ContinuationToken');
  } while (token !== undefined);
  same(`buckets of ${as}`, names, own.sort());
}
