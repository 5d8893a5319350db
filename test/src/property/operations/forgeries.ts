import type { RawRequest } from '../../harness/signed-client.js';
import { S3Failure } from '../model-terms.js';
import type { Session } from '../session.js';
import type { Family } from './family.js';

const ACTIONS = ['get', 'head', 'put', 'delete', 'delete-many', 'copy', 'list', 'versions', 'tag', 'lock', 'policy', 'delete-bucket', 'create-bucket', 'list-buckets'] as const;

/** Somebody signs with alice's key but not her secret: he is refused whatever he asks for, and the comparisons that follow show that nothing changed. */
export interface Forge {
  readonly kind: 'forge';
  readonly action: (typeof ACTIONS)[number];
  readonly bucket: string;
  readonly key: string;
}

export const forge: Family<Forge> = {
  kind: 'forge',
  weight: 0.7,
  generate(generation) {
    const bucket = generation.bucket();
    return { kind: 'forge', action: generation.random.pick(ACTIONS), bucket, key: generation.existingKey(bucket, 0.9) };
  },
  async run(session, op) {
    const answer = await session.send(requestFor(session, op), 'forger');
    session.judge(answer, 200, () => {
      throw new S3Failure(403, 'SignatureDoesNotMatch');
    });
  },
};

function requestFor(session: Session, { action, bucket, key }: Forge): RawRequest {
  const [inBucket, inObject] = [session.path(bucket), session.path(bucket, key)];
  const remove = '<Delete><Object><Key>a</Key></Object></Delete>';
  const requests: Record<Forge['action'], RawRequest> = {
    get: { method: 'GET', path: inObject },
    head: { method: 'HEAD', path: inObject },
    put: { method: 'PUT', path: inObject, body: 'forged' },
    delete: { method: 'DELETE', path: inObject },
    'delete-many': { method: 'POST', path: inBucket, query: 'delete=', body: remove },
    copy: { method: 'PUT', path: inObject, headers: { 'x-amz-copy-source': inObject, 'x-amz-metadata-directive': 'REPLACE' } },
    list: { method: 'GET', path: inBucket },
    versions: { method: 'GET', path: inBucket, query: 'versions=' },
    tag: { method: 'PUT', path: inObject, query: 'tagging=', body: '<Tagging><TagSet></TagSet></Tagging>' },
    lock: { method: 'PUT', path: inObject, query: 'retention=', body: '<Retention></Retention>', headers: { 'x-amz-bypass-governance-retention': 'true' } },
    policy: { method: 'DELETE', path: inBucket, query: 'policy=' },
    'delete-bucket': { method: 'DELETE', path: inBucket },
    'create-bucket': { method: 'PUT', path: inBucket },
    'list-buckets': { method: 'GET', path: '/' },
  };
  return requests[action];
}
