import { headersOf } from '../generation.js';
import { same } from '../mismatch.js';
import type { ModelVersion } from '../model-bucket.js';
import { copyObject as copyInModel, type CopyFrom } from '../model-objects.js';
import type { Account, Description } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import type { Answer, Session } from '../session.js';
import { etagFor, randomCondition, resolveCondition, type Condition } from './conditions.js';
import { extraHeaders, newObject, randomExtras, type Extras } from './extras.js';
import type { Family } from './family.js';
import { compareNewId, headerId, randomVersion, resolveVersion, type VersionRef } from './version-refs.js';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly version?: VersionRef;
  readonly condition?: { readonly header: 'if-match' | 'if-none-match'; readonly etag: 'current' | 'other' };
}

export interface CopyObject {
  readonly kind: 'copy';
  readonly source: CopySource;
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
  /** Absent: the source's description is kept. */
  readonly replace?: Description;
  /** The source's tags are not kept. */
  readonly retag?: boolean;
  /** Tags only with `retag`. */
  readonly extras?: Extras;
  readonly condition?: Condition;
}

/** The source for the model and as request headers. */
export function resolveSource(session: Session, { bucket, key, version, condition }: CopySource) {
  const versionId = resolveVersion(session, bucket, key, version);
  const named = versionId === undefined ? '' : `?versionId=${versionId}`;
  const headers: Record<string, string> = { 'x-amz-copy-source': session.path(bucket, key) + named };
  const source: CopyFrom = { bucket, key, versionId };
  if (condition === undefined) return { source, headers };
  const etag = etagFor(session.model, bucket, key, condition.etag, versionId);
  headers[`x-amz-copy-source-${condition.header}`] = `"${etag}"`;
  return { source: { ...source, ...(condition.header === 'if-match' ? { ifMatch: etag } : { ifNoneMatch: etag }) }, headers };
}

/** The answer tells which version was copied, where there are versions. */
export function compareSourceId(session: Session, answer: Answer, bucket: string, { versionId }: ModelVersion): void {
  const expected = session.model.bucket(bucket).versioning === 'off' ? undefined : versionId;
  same('x-amz-copy-source-version-id', answer.headers['x-amz-copy-source-version-id'], expected);
}

export const copyObject: Family<CopyObject> = {
  kind: 'copy',
  weight: 6,
  generate(generation) {
    const { random } = generation;
    const from = generation.bucket();
    const bucket = generation.bucketToFill();
    const etagCondition = { header: random.pick(['if-match', 'if-none-match'] as const), etag: random.pick(['current', 'other'] as const) };
    const sourceKey = generation.existingKey(from, 0.9);
    const version = randomVersion(generation, from, sourceKey, 0.3);
    const source = { bucket: from, key: sourceKey, version, condition: random.chance(0.15) ? etagCondition : undefined };
    const key = random.chance(0.15) ? source.key : generation.keyToFill(bucket);
    const replace = random.chance(0.4) ? generation.description() : undefined;
    const retag = random.chance(0.3) || undefined;
    const { tags, ...extras } = randomExtras(generation, bucket) ?? {};
    const condition = randomCondition(random);
    return { kind: 'copy', source, bucket, key, as: generation.as(bucket), replace, retag, extras: retag ? { ...extras, tags } : extras, condition };
  },
  async run(session, { source: wantedSource, bucket, key, as, replace, retag = false, extras, condition: wanted }) {
    const { source, headers: sourceHeaders } = resolveSource(session, wantedSource);
    const { condition, headers } = resolveCondition(session.model, bucket, key, wanted);
    const directives: Record<string, string> = replace ? { 'x-amz-metadata-directive': 'REPLACE', ...headersOf(replace) } : {};
    if (retag) directives['x-amz-tagging-directive'] = 'REPLACE';
    const request = { method: 'PUT', path: session.path(bucket, key), headers: { ...sourceHeaders, ...headers, ...directives, ...extraHeaders(session, extras) } };
    const answer = await session.send(request, as);
    const object = newObject(session, replace ?? { headers: {}, metadata: {} }, extras);
    const input = { source, object, replace: replace !== undefined, retag, condition, versionId: headerId(answer) };
    const done = session.judge(answer, 200, () => copyInModel(session.model, answer.asked, bucket, key, input));
    if (!done) return;
    same('etag', readXml(answer.text).get('ETag'), `"${done.copy.etag}"`);
    compareNewId(session, answer, done.copy.versionId);
    compareSourceId(session, answer, source.bucket, done.source);
  },
};
