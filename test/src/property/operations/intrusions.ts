import type { RawRequest } from '../../harness/signed-client.js';
import { same } from '../mismatch.js';
import { readXml } from '../read-xml.js';
import { S3Failure } from '../model-terms.js';
import type { Session } from '../session.js';
import type { Family } from './family.js';

const ACTIONS = ['get', 'head', 'put', 'delete', 'delete-many', 'copy', 'copy-out', 'list', 'list-v2', 'versions', 'list-uploads', 'begin-upload', 'head-bucket', 'delete-bucket', 'create-bucket', 'list-buckets'] as const;

/** Someone else tries what only the owner may: he is refused, and the comparisons that follow show that nothing changed. */
export interface Intrude {
  readonly kind: 'intrude';
  readonly who: 'stranger' | 'anonymous' | 'forger';
  readonly action: (typeof ACTIONS)[number];
  readonly bucket: string;
  readonly key: string;
}

export const intrude: Family<Intrude> = {
  kind: 'intrude',
  weight: 2,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.bucket();
    const who = random.pick(['stranger', 'stranger', 'anonymous', 'forger'] as const);
    return { kind: 'intrude', who, action: random.pick(ACTIONS), bucket, key: generation.existingKey(bucket, 0.9) };
  },
  async run(session, op) {
    const { who, action, bucket } = op;
    if (action === 'create-bucket' && !session.model.buckets.has(bucket)) return;
    if (action === 'copy-out' && who === 'stranger') same('own bucket', (await session.send({ method: 'PUT', path: session.path('stranger') }, who)).status, 200);
    const answer = await session.send(requestFor(session, op), who);
    if (action === 'list-buckets' && who === 'stranger') return compareOwnBuckets(answer.text);
    session.judge(answer, 200, () => refuse(session, op));
  },
};

function refuse(session: Session, { who, action, bucket }: Intrude): never {
  if (who === 'forger') throw new S3Failure(403, 'SignatureDoesNotMatch');
  if (who === 'stranger' && action === 'create-bucket') throw new S3Failure(409, 'BucketAlreadyExists');
  if (action !== 'create-bucket' && action !== 'list-buckets') session.model.bucket(bucket);
  throw new S3Failure(403, 'AccessDenied');
}

function compareOwnBuckets(text: string): void {
  const names = readXml(text).all('Buckets').flatMap((list) => list.all('Bucket')).map((bucket) => bucket.get('Name'));
  same('buckets of the stranger', names.every((name) => name?.endsWith('-stranger')), true);
}

function requestFor(session: Session, { action, bucket, key, who }: Intrude): RawRequest {
  const [inBucket, inObject] = [session.path(bucket), session.path(bucket, key)];
  const remove = '<Delete><Object><Key>a</Key></Object></Delete>';
  const own = who === 'stranger' ? 'stranger' : bucket;
  const requests: Record<Intrude['action'], RawRequest> = {
    get: { method: 'GET', path: inObject },
    head: { method: 'HEAD', path: inObject },
    put: { method: 'PUT', path: inObject, body: 'intruded' },
    delete: { method: 'DELETE', path: inObject },
    'delete-many': { method: 'POST', path: inBucket, query: 'delete=', body: remove, headers: { 'content-md5': 'jqPDJK6zgTvWjuXYz4HBzg==' } },
    copy: { method: 'PUT', path: inObject, headers: { 'x-amz-copy-source': inObject, 'x-amz-metadata-directive': 'REPLACE' } },
    'copy-out': { method: 'PUT', path: session.path(own, 'loot'), headers: { 'x-amz-copy-source': inObject } },
    list: { method: 'GET', path: inBucket },
    'list-v2': { method: 'GET', path: inBucket, query: 'list-type=2' },
    versions: { method: 'GET', path: inBucket, query: 'versions=' },
    'list-uploads': { method: 'GET', path: inBucket, query: 'uploads=' },
    'begin-upload': { method: 'POST', path: inObject, query: 'uploads=' },
    'head-bucket': { method: 'HEAD', path: inBucket },
    'delete-bucket': { method: 'DELETE', path: inBucket },
    'create-bucket': { method: 'PUT', path: inBucket },
    'list-buckets': { method: 'GET', path: '/' },
  };
  return requests[action];
}
