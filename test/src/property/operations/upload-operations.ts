import { bytesOf, randomPart, type Body } from '../bodies.js';
import { headersOf, type Generation } from '../generation.js';
import { same } from '../mismatch.js';
import * as multipart from '../model-multipart.js';
import { md5, type Account, type Description } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import { LEAST_PART, type Session } from '../session.js';
import { randomCondition, resolveCondition, type Condition } from './conditions.js';
import { resolveSource, type CopySource } from './copy-operations.js';
import { extraHeaders, newObject, randomExtras, type Extras } from './extras.js';
import type { Family } from './family.js';
import { compareNewId, headerId, randomVersion } from './version-refs.js';

/** An upload, by the name that its beginning gave it. */
interface OnUpload {
  readonly upload: string;
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
}

export interface BeginUpload extends OnUpload {
  readonly kind: 'begin-upload';
  readonly description: Description;
  readonly extras?: Extras;
}

export interface PutPart extends OnUpload {
  readonly kind: 'put-part';
  readonly number: number;
  readonly body: Body;
}

export interface CopyPart extends OnUpload {
  readonly kind: 'copy-part';
  readonly number: number;
  readonly source: CopySource;
  /** First and last byte; absent: all. */
  readonly range?: { readonly first: number; readonly last: number };
}

export interface CompleteUpload extends OnUpload {
  readonly kind: 'complete-upload';
  readonly parts: readonly { readonly number: number; readonly wrong?: boolean }[];
  readonly condition?: Condition;
}

export interface AbortUpload extends OnUpload {
  readonly kind: 'abort-upload';
}

/** An id that no upload has: what an operation sends whose upload was never begun. */
const NO_UPLOAD = 'nosuchupload0000nosuchupload0000';
const OTHER = md5(Buffer.from('another part'));

/** The id that the server gave to an upload. */
export function uploadIdOf(session: Session, name: string): string {
  return session.uploadIds.get(name) ?? NO_UPLOAD;
}

function onUpload(generation: Generation): OnUpload | undefined {
  const found = generation.upload();
  return found && { upload: found.name, bucket: found.bucket, key: found.key, as: generation.as(found.bucket) };
}

function placeOf(session: Session, { bucket, key, upload }: OnUpload): multipart.UploadPlace {
  return { bucket, key, uploadId: uploadIdOf(session, upload) };
}

function toPath(session: Session, { bucket, key, upload }: OnUpload, number?: number) {
  const query = `${number === undefined ? '' : `partNumber=${number}&`}uploadId=${uploadIdOf(session, upload)}`;
  return { path: session.path(bucket, key), query };
}

export const beginUpload: Family<BeginUpload> = {
  kind: 'begin-upload',
  weight: 3.5,
  generate(generation) {
    const { name, bucket, key } = generation.beginUpload();
    const as = generation.as(bucket);
    return { kind: 'begin-upload', upload: name, bucket, key, as, description: generation.description(), extras: randomExtras(generation, bucket) };
  },
  async run(session, { upload, bucket, key, as, description, extras }) {
    const headers = { ...headersOf(description), ...extraHeaders(session, extras) };
    const answer = await session.send({ method: 'POST', path: session.path(bucket, key), query: 'uploads=', headers }, as);
    const uploadId = answer.status === 200 ? readXml(answer.text).get('UploadId')! : '';
    const object = newObject(session, description, extras);
    session.judge(answer, 200, () => multipart.beginUpload(session.model, answer.asked, { bucket, key, uploadId }, object));
    if (answer.status === 200) session.uploadIds.set(upload, uploadId);
  },
};

export const putPart: Family<PutPart> = {
  kind: 'put-part',
  weight: 9,
  generate(generation) {
    const target = onUpload(generation);
    const { random } = generation;
    return target && { kind: 'put-part', ...target, number: random.chance(0.02) ? 10_001 : random.integer(1, 5), body: randomPart(random) };
  },
  async run(session, op) {
    const { number } = op;
    const content = bytesOf(op.body);
    const answer = await session.send({ method: 'PUT', ...toPath(session, op, number), body: content }, op.as);
    const part = session.judge(answer, 200, () => multipart.putPart(session.model, answer.asked, placeOf(session, op), { number, content }));
    if (part) same('etag', answer.headers.etag, `"${part.etag}"`);
  },
};

export const copyPart: Family<CopyPart> = {
  kind: 'copy-part',
  weight: 3,
  generate(generation) {
    const target = onUpload(generation);
    const { random, model } = generation;
    const bucket = generation.bucket();
    const large = (model.buckets.get(bucket)?.objects() ?? []).filter(({ content }) => content.length >= LEAST_PART);
    const key = large.length > 0 && random.chance(0.7) ? random.pick(large).key : generation.existingKey(bucket, 0.95);
    const size = model.current(bucket, key)?.content.length ?? 0;
    const first = random.integer(0, size);
    const range = random.chance(0.4) ? { first, last: random.integer(first, size) } : undefined;
    return target && { kind: 'copy-part', ...target, number: random.integer(1, 5), source: { bucket, key, version: randomVersion(generation, bucket, key, 0.2) }, range };
  },
  async run(session, op) {
    const { number, range } = op;
    const { source, headers } = resolveSource(session, op.source);
    if (range) headers['x-amz-copy-source-range'] = `bytes=${range.first}-${range.last}`;
    const answer = await session.send({ method: 'PUT', ...toPath(session, op, number), headers }, op.as);
    const part = session.judge(answer, 200, () => multipart.copyPart(session.model, answer.asked, placeOf(session, op), { number, source, range }));
    if (part) same('etag', readXml(answer.text).get('ETag'), `"${part.etag}"`);
  },
};

export const completeUpload: Family<CompleteUpload> = {
  kind: 'complete-upload',
  weight: 5,
  generate(generation) {
    const target = generation.upload();
    if (!target) return undefined;
    const { random } = generation;
    const as = generation.as(target.bucket);
    const stored = [...(generation.stateOf(target)?.parts.keys() ?? [])].sort((a, b) => a - b);
    if (stored.length === 0 && random.chance(0.7)) return undefined;
    let parts: { number: number; wrong?: boolean }[] = (stored.length > 0 ? stored : [1, 2]).map((number) => ({ number }));
    if (random.chance(0.1)) parts = parts.filter(() => random.chance(0.6));
    if (random.chance(0.04)) parts.reverse();
    if (random.chance(0.04)) parts.push({ number: 9 });
    if (random.chance(0.04)) parts = parts.map((part, index) => (index === 0 ? { ...part, wrong: true } : part));
    const { name: upload, bucket, key } = target;
    return parts.length === 0 ? undefined : { kind: 'complete-upload', upload, bucket, key, as, parts, condition: randomCondition(random) };
  },
  async run(session, op) {
    const { model } = session;
    const { bucket, key } = op;
    const uploadId = uploadIdOf(session, op.upload);
    const parts = op.parts.map(({ number, wrong }) => {
      const etag = model.buckets.get(bucket)?.uploads.etagOf(uploadId, number);
      return { number, etag: wrong || etag === undefined ? OTHER : etag };
    });
    const named = parts.map(({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`).join('');
    const { condition, headers } = resolveCondition(model, bucket, key, op.condition);
    const body = `<CompleteMultipartUpload>${named}</CompleteMultipartUpload>`;
    const answer = await session.send({ method: 'POST', ...toPath(session, op), headers, body }, op.as);
    const completion = { parts, leastPart: LEAST_PART, condition, versionId: headerId(answer) };
    const completed = session.judge(answer, 200, () => multipart.completeUpload(model, answer.asked, placeOf(session, op), completion));
    if (!completed) return;
    const { etag, versionId, repeated } = completed;
    same('etag', readXml(answer.text).get('ETag'), `"${etag}"`);
    if (repeated) same('x-amz-version-id', headerId(answer), versionId === 'null' ? undefined : versionId);
    else compareNewId(session, answer, versionId);
  },
};

export const abortUpload: Family<AbortUpload> = {
  kind: 'abort-upload',
  weight: 1,
  generate(generation) {
    const target = onUpload(generation);
    return target && { kind: 'abort-upload', ...target };
  },
  async run(session, op) {
    const answer = await session.send({ method: 'DELETE', ...toPath(session, op) }, op.as);
    session.judge(answer, 204, () => multipart.abortUpload(session.model, answer.asked, placeOf(session, op)));
  },
};
