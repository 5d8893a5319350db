import type { Generation } from '../generation.js';
import { CONTENT_HEADERS } from '../generation.js';
import { Mismatch, same } from '../mismatch.js';
import type { ModelObject } from '../model.js';
import { readPart, renderRange, type RangeRequest } from '../model-reading.js';
import { S3Failure } from '../model-terms.js';
import { liesWithin, type Answer, type Session } from '../session.js';
import { etagFor } from './conditions.js';
import type { Family } from './family.js';

interface Reading {
  readonly bucket: string;
  readonly key: string;
  readonly range?: RangeRequest;
  readonly partNumber?: number;
  readonly condition?: { readonly header: 'if-match' | 'if-none-match'; readonly etag: 'current' | 'other' };
}

export interface GetObject extends Reading {
  readonly kind: 'get';
}

export interface HeadObject extends Reading {
  readonly kind: 'head';
}

export const getObject: Family<GetObject> = {
  kind: 'get',
  weight: 22,
  generate: (generation) => ({ kind: 'get', ...generateReading(generation) }),
  run: (session, op) => read(session, 'GET', op),
};

export const headObject: Family<HeadObject> = {
  kind: 'head',
  weight: 5,
  generate: (generation) => ({ kind: 'head', ...generateReading(generation) }),
  run: (session, op) => read(session, 'HEAD', op),
};

function generateReading(generation: Generation): Reading {
  const { random, model } = generation;
  const bucket = generation.bucket();
  const key = generation.existingKey(bucket, 0.9);
  const object = model.find(bucket, key);
  const reading = { bucket, key };
  if (random.chance(0.12)) {
    const condition = { header: random.pick(['if-match', 'if-none-match'] as const), etag: random.pick(['current', 'other'] as const) };
    return { ...reading, condition };
  }
  if (random.chance(object?.parts ? 0.3 : 0.03)) return { ...reading, partNumber: random.integer(1, (object?.parts?.length ?? 1) + 1) };
  return random.chance(0.4) ? { ...reading, range: generateRange(generation, object) } : reading;
}

/** Borders of parts and of the object, give or take a byte. */
function generateRange({ random }: Generation, object: ModelObject | undefined): RangeRequest {
  const size = object?.content.length ?? 100;
  const borders = [0, size, random.integer(0, size), ...(object?.parts ?? []).map(({ start }) => start)];
  const place = () => Math.max(0, random.pick(borders) + random.integer(-2, 2));
  if (random.chance(0.2)) return { suffix: place() };
  const first = place();
  return random.chance(0.2) ? { first } : { first, last: place() };
}

async function read(session: Session, method: 'GET' | 'HEAD', reading: Reading): Promise<void> {
  const { bucket, key, range, partNumber, condition } = reading;
  const headers: Record<string, string> = {};
  if (range) headers['range'] = renderRange(range);
  const etag = condition && etagFor(session.model, bucket, key, condition.etag);
  if (condition) headers[condition.header] = `"${etag}"`;
  const query = partNumber === undefined ? undefined : `partNumber=${partNumber}`;
  const answer = await session.send({ method, path: session.path(bucket, key), query, headers });
  const status = { value: 200 };
  const expected = () => {
    const object = session.model.object(bucket, key);
    if (condition?.header === 'if-match' && etag !== object.etag) throw new S3Failure(412, 'PreconditionFailed');
    if (condition?.header === 'if-none-match' && etag === object.etag) throw new S3Failure(304, 'NotModified');
    const part = readPart(object, { range, partNumber });
    status.value = part.status;
    return { object, part };
  };
  const found = attempt(expected);
  session.judge(answer, status.value, expected);
  if (!found) return;
  const { object, part } = found;
  if (method === 'GET') same('body', answer.body, part.content);
  same('Content-Length', answer.headers['content-length'], String(part.content.length));
  same('Content-Range', answer.headers['content-range'], part.contentRange);
  const wantedCount = partNumber === undefined ? undefined : object.parts?.length;
  same('x-amz-mp-parts-count', answer.headers['x-amz-mp-parts-count'], wantedCount === undefined ? undefined : String(wantedCount));
  compareDescription(answer, object);
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof S3Failure) return undefined;
    throw error;
  }
}

/** Compares the headers that describe an object. */
function compareDescription({ headers }: Answer, object: ModelObject): void {
  same('ETag', headers.etag, `"${object.etag}"`);
  const wanted = { 'content-type': 'binary/octet-stream', ...object.headers } as Record<string, string>;
  for (const name of CONTENT_HEADERS) same(name, headers[name], wanted[name]);
  const metadata = Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-')).map((name) => `${name.slice(11)}: ${String(headers[name])}`);
  same('user metadata', metadata.sort(), Object.entries(object.metadata).map(([name, value]) => `${name}: ${value}`).sort());
  const modified = headers['last-modified'];
  if (!liesWithin(modified, object.written)) throw new Mismatch(`Last-Modified ${modified} does not lie within ${JSON.stringify(object.written)}`);
}

/** Reads a whole object and compares it. */
export function compareObject(session: Session, bucket: string, key: string): Promise<void> {
  return read(session, 'GET', { bucket, key });
}
