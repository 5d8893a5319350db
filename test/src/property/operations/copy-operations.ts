import { headersOf } from '../generation.js';
import { same } from '../mismatch.js';
import type { Description } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import type { Session } from '../session.js';
import { etagFor, randomCondition, resolveCondition, type Condition } from './conditions.js';
import type { Family } from './family.js';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly condition?: { readonly header: 'if-match' | 'if-none-match'; readonly etag: 'current' | 'other' };
}

export interface CopyObject {
  readonly kind: 'copy';
  readonly source: CopySource;
  readonly bucket: string;
  readonly key: string;
  /** Absent: the source's description is kept. */
  readonly replace?: Description;
  readonly condition?: Condition;
}

/** The source for the model and as request headers. */
export function resolveSource(session: Session, { bucket, key, condition }: CopySource) {
  const headers: Record<string, string> = { 'x-amz-copy-source': session.path(bucket, key) };
  if (condition === undefined) return { source: { bucket, key }, headers };
  const etag = etagFor(session.model, bucket, key, condition.etag);
  headers[`x-amz-copy-source-${condition.header}`] = `"${etag}"`;
  return { source: { bucket, key, ...(condition.header === 'if-match' ? { ifMatch: etag } : { ifNoneMatch: etag }) }, headers };
}

export const copyObject: Family<CopyObject> = {
  kind: 'copy',
  weight: 6,
  generate(generation) {
    const { random } = generation;
    const from = generation.bucket();
    const bucket = generation.bucket();
    const etagCondition = { header: random.pick(['if-match', 'if-none-match'] as const), etag: random.pick(['current', 'other'] as const) };
    const source = { bucket: from, key: generation.existingKey(from, 0.9), condition: random.chance(0.15) ? etagCondition : undefined };
    const key = random.chance(0.15) ? source.key : generation.existingKey(bucket, 0.3);
    const replace = random.chance(0.4) ? generation.description() : undefined;
    return { kind: 'copy', source, bucket, key, replace, condition: randomCondition(random) };
  },
  async run(session, { source: wantedSource, bucket, key, replace, condition: wanted }) {
    const { source, headers: sourceHeaders } = resolveSource(session, wantedSource);
    const { condition, headers } = resolveCondition(session.model, bucket, key, wanted);
    const directive: Record<string, string> = replace ? { 'x-amz-metadata-directive': 'REPLACE', ...headersOf(replace) } : {};
    const answer = await session.send({ method: 'PUT', path: session.path(bucket, key), headers: { ...sourceHeaders, ...headers, ...directive } });
    const written = answer.window;
    const copied = session.judge(answer, 200, () => session.model.copyObject(source, { bucket, key }, { replace, written }, condition));
    if (copied) same('etag', readXml(answer.text).get('ETag'), `"${copied.etag}"`);
  },
};
