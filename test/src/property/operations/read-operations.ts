import type { Generation } from '../generation.js';
import { CONTENT_HEADERS } from '../generation.js';
import { same } from '../mismatch.js';
import { may } from '../model-access.js';
import type { ModelVersion } from '../model-bucket.js';
import { readable } from '../model-objects.js';
import { readPart, renderRange, type RangeRequest } from '../model-reading.js';
import { Absence, S3Failure, type Account, type Asked } from '../model-terms.js';
import { sameSecond, type Answer, type Session } from '../session.js';
import { etagFor } from './conditions.js';
import type { Family } from './family.js';
import { compareShownId, randomVersion, resolveVersion, type VersionRef } from './version-refs.js';

interface Reading {
  readonly bucket: string;
  readonly key: string;
  readonly version?: VersionRef;
  readonly as?: Account;
  readonly range?: RangeRequest;
  readonly partNumber?: number;
  readonly condition?: ReadCondition;
}

/** A date is so many seconds from the object's. */
type ReadCondition =
  | { readonly header: 'if-match' | 'if-none-match'; readonly etag: 'current' | 'other' }
  | { readonly header: 'if-modified-since' | 'if-unmodified-since'; readonly seconds: number };

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
  const object = model.current(bucket, key);
  const reading = { bucket, key, version: randomVersion(generation, bucket, key, 0.35), as: generation.as(bucket) };
  if (random.chance(0.15)) return { ...reading, condition: generateCondition(generation) };
  if (random.chance(object?.parts ? 0.3 : 0.03)) return { ...reading, partNumber: random.integer(1, (object?.parts?.length ?? 1) + 1) };
  return random.chance(0.4) ? { ...reading, range: generateRange(generation, object) } : reading;
}

function generateCondition({ random }: Generation): ReadCondition {
  if (random.chance(0.6)) return { header: random.pick(['if-match', 'if-none-match'] as const), etag: random.pick(['current', 'other'] as const) };
  return { header: random.pick(['if-modified-since', 'if-unmodified-since'] as const), seconds: random.pick([-3600, -1, 0, 0, 1, 3600]) };
}

/** Borders of parts and of the object, give or take a byte. */
function generateRange({ random }: Generation, object: ModelVersion | undefined): RangeRequest {
  const size = object?.content.length ?? 100;
  const borders = [0, size, random.integer(0, size), ...(object?.parts ?? []).map(({ start }) => start)];
  const place = () => Math.max(0, random.pick(borders) + random.integer(-2, 2));
  if (random.chance(0.2)) return { suffix: place() };
  const first = place();
  return random.chance(0.2) ? { first } : { first, last: place() };
}

/** What a condition is about, for the model and as a request header. */
function resolveReadCondition({ model, now }: Session, bucket: string, key: string, versionId: string | undefined, condition: ReadCondition) {
  if ('etag' in condition) {
    const etag = etagFor(model, bucket, key, condition.etag, versionId);
    const fails = (version: ModelVersion) => (version.etag === etag) !== (condition.header === 'if-match');
    return { value: `"${etag}"`, fails };
  }
  const found = model.buckets.get(bucket)?.find(key, versionId);
  const second = (time: number) => Math.floor(time / 1000);
  const since = second(found?.modified ?? now) + condition.seconds;
  const isModified = (version: ModelVersion) => second(version.modified) > since;
  // A date that is still to come says nothing about what was modified until then.
  const fails = (version: ModelVersion) => (condition.header === 'if-unmodified-since' ? isModified(version) : since * 1000 <= now && !isModified(version));
  return { value: new Date(since * 1000).toUTCString(), fails };
}

const REFUSAL = { 'if-match': 412, 'if-unmodified-since': 412, 'if-none-match': 304, 'if-modified-since': 304 } as const;

async function read(session: Session, method: 'GET' | 'HEAD', reading: Reading): Promise<void> {
  const { model } = session;
  const { bucket, key, as, range, partNumber, condition } = reading;
  const versionId = resolveVersion(session, bucket, key, reading.version);
  const resolved = condition && resolveReadCondition(session, bucket, key, versionId, condition);
  const headers: Record<string, string> = range ? { range: renderRange(range) } : {};
  if (condition) headers[condition.header] = resolved!.value;
  const parameters = [...(partNumber === undefined ? [] : [`partNumber=${partNumber}`]), ...(versionId === undefined ? [] : [`versionId=${versionId}`])];
  const answer = await session.send({ method, path: session.path(bucket, key), query: parameters.join('&'), headers }, as);
  const status = { value: 200 };
  const expected = () => {
    const object = readable(model, answer.asked, bucket, key, versionId, versionId === undefined ? 'GetObject' : 'GetObjectVersion');
    const refusal = condition && resolved!.fails(object) ? REFUSAL[condition.header] : undefined;
    if (refusal) throw new S3Failure(refusal, refusal === 304 ? 'NotModified' : 'PreconditionFailed');
    const part = readPart(object, { range, partNumber });
    status.value = part.status;
    return { object, part };
  };
  const found = attempt(session, answer, expected);
  session.judge(answer, status.value, expected);
  if (!found) return;
  const { object, part } = found;
  if (method === 'GET') same('body', answer.body, part.content);
  same('Content-Length', answer.headers['content-length'], String(part.content.length));
  same('Content-Range', answer.headers['content-range'], part.contentRange);
  const wantedCount = partNumber === undefined ? undefined : object.parts?.length;
  same('x-amz-mp-parts-count', answer.headers['x-amz-mp-parts-count'], wantedCount === undefined ? undefined : String(wantedCount));
  compareDescription(answer, object);
  compareShownId(session, answer, bucket, object.versionId);
  compareGuarded(session, answer, bucket, object);
}

/** What the model answers; where it refuses, the headers that tell of a delete marker are compared. */
function attempt<T>({ model }: Session, { asked, headers }: Answer, ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof S3Failure)) throw error;
    const failure = model.answerFor(asked.who, error);
    const deleted = failure instanceof Absence && failure.deleted;
    same('x-amz-delete-marker', headers['x-amz-delete-marker'], deleted ? 'true' : undefined);
    return undefined;
  }
}

/** Compares the headers that describe an object. */
function compareDescription({ headers }: Answer, object: ModelVersion): void {
  same('ETag', headers.etag, `"${object.etag}"`);
  const wanted = { 'content-type': 'binary/octet-stream', ...object.headers } as Record<string, string>;
  for (const name of CONTENT_HEADERS) same(name, headers[name], wanted[name]);
  const metadata = Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-')).map((name) => `${name.slice(11)}: ${String(headers[name])}`);
  same('user metadata', metadata.sort(), Object.entries(object.metadata).map(([name, value]) => `${name}: ${value}`).sort());
  sameSecond('Last-Modified', headers['last-modified'], object.modified);
}

/** Compares what is shown only to who may ask for it directly. */
function compareGuarded({ model }: Session, { headers, asked }: Answer, name: string, object: ModelVersion): void {
  const { key, tags, retention, legalHold } = object;
  const allowed = (action: string) => may(model.bucket(name), asked.who, action, key, object);
  const count = Object.keys(tags).length;
  same('x-amz-tagging-count', headers['x-amz-tagging-count'], count > 0 && allowed('GetObjectTagging') ? String(count) : undefined);
  const shown = allowed('GetObjectRetention') ? retention : undefined;
  same('x-amz-object-lock-mode', headers['x-amz-object-lock-mode'], shown?.mode);
  same('x-amz-object-lock-retain-until-date', headers['x-amz-object-lock-retain-until-date'], shown && new Date(shown.until).toISOString());
  const held = allowed('GetObjectLegalHold') && legalHold !== undefined ? (legalHold ? 'ON' : 'OFF') : undefined;
  same('x-amz-object-lock-legal-hold', headers['x-amz-object-lock-legal-hold'], held);
}

/** Reads a whole version, as somebody who may if there is anybody, and compares it; a delete marker must say that it is one. */
export function compareVersion(session: Session, bucket: string, version: ModelVersion): Promise<void> {
  const { key } = version;
  const state = session.model.bucket(bucket);
  const callers: readonly Asked['who'][] = [state.owner, 'alice', 'bob', 'nobody'];
  const as = callers.find((who) => may(state, who, 'GetObjectVersion', key, version.marker ? undefined : version)) ?? state.owner;
  const ref = state.versionsOf(key).indexOf(version);
  return read(session, 'GET', { bucket, key, version: ref, as });
}
