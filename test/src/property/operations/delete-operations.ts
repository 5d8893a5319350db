import crypto from 'node:crypto';
import type { Generation } from '../generation.js';
import { LONG_KEY } from '../keys.js';
import { same } from '../mismatch.js';
import { must } from '../model-access.js';
import { deleteObject as deleteInModel, type Deleted } from '../model-changes.js';
import { S3Failure, type Account, type Asked } from '../model-terms.js';
import { escapeXml, readXml, type XmlNode } from '../read-xml.js';
import type { Answer, Session } from '../session.js';
import { etagFor, randomCondition, resolveCondition, type Condition } from './conditions.js';
import type { Family } from './family.js';
import { headerId, noteNewId, randomVersion, resolveVersion, type VersionRef } from './version-refs.js';

export interface DeleteObject {
  readonly kind: 'delete';
  readonly bucket: string;
  readonly key: string;
  readonly version?: VersionRef;
  readonly as?: Account;
  readonly bypass?: boolean;
  readonly condition?: Condition;
}

/** One object of a DeleteObjects. */
export interface Doomed {
  readonly key: string;
  readonly version?: VersionRef;
  readonly etag?: 'current' | 'other';
}

export interface DeleteObjects {
  readonly kind: 'delete-many';
  readonly bucket: string;
  readonly objects: readonly Doomed[];
  readonly quiet: boolean;
  readonly as?: Account;
  readonly bypass?: boolean;
  /** State a digest of another body, or none. */
  readonly digest?: 'wrong' | 'none';
}

const MOST_KEYS = 8;
const MOST_OF_A_FULL_BUCKET = 120;

export const deleteObject: Family<DeleteObject> = {
  kind: 'delete',
  weight: 9,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.bucket();
    const key = random.chance(0.3) ? generation.lockedKey(bucket) : generation.existingKey(bucket);
    const condition = randomCondition(random, ['present', 'current', 'other']);
    return { kind: 'delete', bucket, key, version: randomVersion(generation, bucket, key, 0.55), as: generation.as(bucket), bypass: random.chance(0.3), condition };
  },
  async run(session, { bucket, key, version, as, bypass = false, condition: wanted }) {
    const { condition, headers } = resolveCondition(session.model, bucket, key, wanted);
    const versionId = resolveVersion(session, bucket, key, version);
    const query = versionId === undefined ? '' : `versionId=${versionId}`;
    const request = { method: 'DELETE', path: session.path(bucket, key), query, headers: { ...headers, ...bypassHeader(bypass) } };
    const answer = await session.send(request, as);
    const place = { bucket, key, versionId };
    const deleted = session.judge(answer, 204, () => deleteInModel(session.model, answer.asked, place, { condition, bypass }, headerId(answer)));
    if (deleted) compareDeleted(session, answer, bucket, deleted);
  },
};

export function bypassHeader(bypass: boolean): Record<string, string> {
  return bypass ? { 'x-amz-bypass-governance-retention': 'true' } : {};
}

function compareDeleted(session: Session, answer: Answer, bucket: string, { marker, removed }: Deleted): void {
  same('x-amz-delete-marker', answer.headers['x-amz-delete-marker'], marker || removed?.marker ? 'true' : undefined);
  const shown = session.model.bucket(bucket).versioning === 'off' ? undefined : (marker ?? removed)?.versionId;
  if (marker || removed) same('x-amz-version-id', headerId(answer), shown);
  if (marker && marker.versionId !== 'null') noteNewId(session, marker.versionId);
}

export const deleteObjects: Family<DeleteObjects> = {
  kind: 'delete-many',
  weight: 1.5,
  generate(generation) {
    const { random } = generation;
    const full = random.chance(0.5) ? generation.fullBucket() : undefined;
    const bucket = full ?? generation.bucket();
    const objects = full === undefined ? someObjects(generation, bucket) : oldest(generation, full);
    const digest = random.chance(0.08) ? random.pick(['wrong', 'none'] as const) : undefined;
    const as = full === undefined ? generation.as(bucket) : generation.state(full)!.owner;
    return { kind: 'delete-many', bucket, objects, quiet: random.chance(0.3), as, bypass: full !== undefined || random.chance(0.3), digest };
  },
  run: (session, op) => deleteMany(session, op),
};

/** A key comes up once without a version, or with several versions: what is deleted at once has no order. */
function someObjects(generation: Generation, bucket: string): readonly Doomed[] {
  const { random } = generation;
  const objects = new Map<string, Doomed>();
  for (let i = random.integer(1, MOST_KEYS); i > 0; i--) {
    const key = random.chance(0.05) ? LONG_KEY : generation.existingKey(bucket);
    const version = randomVersion(generation, bucket, key, 0.4);
    const etag = version === undefined && random.chance(0.15) ? random.pick(['current', 'other'] as const) : undefined;
    const before = objects.get(key);
    if (!before) objects.set(key, { key, version, etag });
    else if (before.version !== undefined && version !== undefined) objects.set(`${key} ${version}`, { key, version });
  }
  return [...objects.values()];
}

/** Versions under the newest, from the oldest on. */
function oldest(generation: Generation, bucket: string): readonly Doomed[] {
  const state = generation.state(bucket)!;
  const all = state.everything().map((version) => ({ key: version.key, version: state.versionsOf(version.key).indexOf(version) }));
  return all.sort((a, b) => b.version - a.version).slice(0, MOST_OF_A_FULL_BUCKET);
}

/** One DeleteObjects, each object's outcome compared. */
export async function deleteMany(session: Session, op: Omit<DeleteObjects, 'kind'>): Promise<void> {
  const { model } = session;
  const { bucket, quiet, as, bypass = false, digest } = op;
  const objects = resolveDoomed(session, op);
  const listed = objects.map(({ key, versionId, etag }) => `<Object><Key>${escapeXml(key)}</Key>${leaf('VersionId', versionId)}${leaf('ETag', etag)}</Object>`);
  const body = `<Delete>${listed.join('')}<Quiet>${quiet}</Quiet></Delete>`;
  const headers = bypassHeader(bypass);
  if (digest !== 'none') headers['content-md5'] = crypto.hash('md5', digest === 'wrong' ? 'other' : body, 'base64');
  const answer = await session.send({ method: 'POST', path: session.path(bucket), query: 'delete=', headers, body }, as);
  const entries = answer.status === 200 ? readXml(answer.text).children : [];
  const ids = await markerIds(session, bucket, entries, quiet);
  const outcomes = session.judge(answer, 200, () => {
    model.bucket(bucket);
    if (digest) throw new S3Failure(400, digest === 'wrong' ? 'BadDigest' : 'InvalidRequest');
    return objects.map((object) => deleteOne(session, answer, { bucket, ...object }, bypass, ids));
  });
  if (outcomes === undefined) return;
  const failures = outcomes.filter((outcome) => outcome.startsWith('failed'));
  same('outcomes', entries.map((entry) => renderOutcome(entry)), quiet ? failures : outcomes);
}

type Resolved = { readonly key: string; readonly versionId?: string; readonly etag?: string };

function resolveDoomed(session: Session, { bucket, objects }: Pick<DeleteObjects, 'bucket' | 'objects'>): readonly Resolved[] {
  const resolved = objects.map(({ key, version, etag }): Resolved => {
    const versionId = resolveVersion(session, bucket, key, version);
    return { key, versionId, etag: etag && etagFor(session.model, bucket, key, etag) };
  });
  // Two references may come to one version.
  return [...new Map(resolved.map((object) => [`${object.versionId} ${object.key}`, object])).values()];
}

const leaf = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`);

/** Ids of new markers by key; a quiet answer does not show them, but the listing does. */
async function markerIds(session: Session, bucket: string, entries: readonly XmlNode[], quiet: boolean): Promise<ReadonlyMap<string, string>> {
  if (!quiet) return new Map(entries.map((entry) => [entry.get('Key') ?? '', entry.get('DeleteMarkerVersionId') ?? '']));
  const owner = session.model.buckets.get(bucket)?.owner;
  const { text } = await session.send({ method: 'GET', path: session.path(bucket), query: 'versions=&encoding-type=url' }, owner);
  const latest = readXml(text).all('DeleteMarker').filter((entry) => entry.get('IsLatest') === 'true');
  return new Map(latest.map((entry) => [decodeURIComponent(entry.get('Key')!), entry.get('VersionId')!]));
}

function deleteOne(session: Session, { asked }: Answer, object: { bucket: string } & Resolved, bypass: boolean, ids: ReadonlyMap<string, string>): string {
  const { bucket, key, versionId, etag } = object;
  const names = `${key}${versionId === undefined ? '' : ` ${versionId}`}`;
  try {
    if (key === LONG_KEY) refuseLongKey(session, asked, bucket, versionId);
    const { marker, removed } = deleteInModel(session.model, asked, { bucket, key, versionId }, { condition: { ifMatch: etag }, bypass }, ids.get(key));
    if (marker && marker.versionId !== 'null') noteNewId(session, marker.versionId);
    const shown = marker ?? (removed?.marker ? removed : undefined);
    return `deleted ${names}${shown ? ` marker ${shown.versionId}` : ''}`;
  } catch (error) {
    if (!(error instanceof S3Failure)) throw error;
    return `failed ${names} ${session.model.answerFor(asked.who, error).code}`;
  }
}

/** Who may not delete it is told that, and no more. */
function refuseLongKey({ model }: Session, { who }: Asked, bucket: string, versionId: string | undefined): never {
  must(model.bucket(bucket), who, versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion', LONG_KEY);
  throw new S3Failure(400, 'KeyTooLongError');
}

function renderOutcome(entry: XmlNode): string {
  const names = [entry.get('Key'), entry.get('VersionId')].filter((name) => name !== undefined).join(' ');
  if (entry.name === 'Error') return `failed ${names} ${entry.get('Code')}`;
  return `deleted ${names}${entry.get('DeleteMarker') === 'true' ? ` marker ${entry.get('DeleteMarkerVersionId')}` : ''}`;
}
