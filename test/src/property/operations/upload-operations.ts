import { bytesOf, randomPart, type Body } from '../bodies.js';
import { headersOf, type Generation } from '../generation.js';
import { same } from '../mismatch.js';
import { md5, S3Failure, type Description } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import { LEAST_PART, type Session } from '../session.js';
import { randomCondition, resolveCondition, type Condition } from './conditions.js';
import { resolveSource, type CopySource } from './copy-operations.js';
import type { Family } from './family.js';

/** An upload, by the name that its beginning gave it. */
interface OnUpload {
  readonly upload: string;
  readonly bucket: string;
  readonly key: string;
}

export interface BeginUpload extends OnUpload {
  readonly kind: 'begin-upload';
  readonly description: Description;
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
  return found && { upload: found.name, bucket: found.bucket, key: found.key };
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
    return { kind: 'begin-upload', upload: name, bucket, key, description: generation.description() };
  },
  async run(session, { upload, bucket, key, description }) {
    const order = await session.nextUploadOrder();
    const answer = await session.send({ method: 'POST', path: session.path(bucket, key), query: 'uploads=', headers: headersOf(description) });
    session.uploadBegun(answer.window);
    const uploadId = answer.status === 200 ? readXml(answer.text).get('UploadId')! : '';
    session.judge(answer, 200, () => session.model.bucket(bucket).uploads.begin({ uploadId, key, order, initiated: answer.window, ...description }));
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
    const { bucket, key, number } = op;
    const content = bytesOf(op.body);
    const answer = await session.send({ method: 'PUT', ...toPath(session, op, number), body: content });
    const part = session.judge(answer, 200, () => {
      const { uploads } = session.model.bucket(bucket);
      if (number > 10_000) throw new S3Failure(400, 'InvalidArgument');
      return uploads.putPart(uploadIdOf(session, op.upload), key, { number, content, written: answer.window });
    });
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
    const large = [...(model.buckets.get(bucket)?.objects.values() ?? [])].filter(({ content }) => content.length >= LEAST_PART);
    const key = large.length > 0 && random.chance(0.7) ? random.pick(large).key : generation.existingKey(bucket, 0.95);
    const size = model.find(bucket, key)?.content.length ?? 0;
    const first = random.integer(0, size);
    const range = random.chance(0.4) ? { first, last: random.integer(first, size) } : undefined;
    return target && { kind: 'copy-part', ...target, number: random.integer(1, 5), source: { bucket, key }, range };
  },
  async run(session, op) {
    const { bucket, key, number, range } = op;
    const { source, headers } = resolveSource(session, op.source);
    if (range) headers['x-amz-copy-source-range'] = `bytes=${range.first}-${range.last}`;
    const answer = await session.send({ method: 'PUT', ...toPath(session, op, number), headers });
    const part = session.judge(answer, 200, () => {
      const { model } = session;
      const { uploads } = model.bucket(bucket);
      model.bucket(source.bucket);
      uploads.find(uploadIdOf(session, op.upload), key);
      const whole = model.readableSource(source).content;
      if (range && range.last >= whole.length) throw new S3Failure(400, 'InvalidArgument');
      const content = range ? whole.subarray(range.first, range.last + 1) : whole;
      return uploads.putPart(uploadIdOf(session, op.upload), key, { number, content, written: answer.window });
    });
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
    const stored = [...(generation.stateOf(target)?.parts.keys() ?? [])].sort((a, b) => a - b);
    if (stored.length === 0 && random.chance(0.7)) return undefined;
    let parts: { number: number; wrong?: boolean }[] = (stored.length > 0 ? stored : [1, 2]).map((number) => ({ number }));
    if (random.chance(0.1)) parts = parts.filter(() => random.chance(0.6));
    if (random.chance(0.04)) parts.reverse();
    if (random.chance(0.04)) parts.push({ number: 9 });
    if (random.chance(0.04)) parts = parts.map((part, index) => (index === 0 ? { ...part, wrong: true } : part));
    const { name: upload, bucket, key } = target;
    return parts.length === 0 ? undefined : { kind: 'complete-upload', upload, bucket, key, parts, condition: randomCondition(random) };
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
    const answer = await session.send({ method: 'POST', ...toPath(session, op), headers, body });
    const input = { uploadId, key, parts, leastPart: LEAST_PART, written: answer.window };
    const completed = session.judge(answer, 200, () => model.completeUpload(bucket, input, condition));
    if (completed) same('etag', readXml(answer.text).get('ETag'), `"${completed.etag}"`);
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
    const answer = await session.send({ method: 'DELETE', ...toPath(session, op) });
    session.judge(answer, 204, () => session.model.bucket(op.bucket).uploads.abort(uploadIdOf(session, op.upload), op.key));
  },
};
