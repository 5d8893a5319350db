import type { Generation } from '../generation.js';
import { randomDelimiter, randomMarker, randomPrefix } from '../keys.js';
import { same } from '../mismatch.js';
import { aclsCount } from '../model-access.js';
import type { ModelVersion } from '../model-bucket.js';
import type { Page } from '../model-listing.js';
import type { Account } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import type { XmlNode } from '../read-xml.js';
import { queryOf, sameSecond, type Session } from '../session.js';
import type { Family } from './family.js';
import { ListingPage } from './listing-page.js';
import { randomVersion, resolveVersion, type VersionRef } from './version-refs.js';

/** What all listings of objects are asked for. */
interface Listing {
  readonly bucket: string;
  readonly as?: Account;
  readonly prefix: string;
  readonly delimiter?: string;
  /** Where the first page starts. */
  readonly after?: string;
  readonly limit?: number;
  readonly encoded: boolean;
  /** How many pages are read at most. */
  readonly pages: number;
}

export interface ListObjects extends Listing {
  readonly kind: 'list';
  readonly api: 'v1' | 'v2';
  readonly owner: boolean;
}

export interface ListVersions extends Listing {
  readonly kind: 'list-versions';
  /** Where in the key `after` the first page starts. */
  readonly inside?: VersionRef;
}

/** Page limits with few entries and with many, for all listings. */
export const LIMITS: readonly (number | undefined)[] = [undefined, 0, 1, 1, 2, 3, 4, 5, 7, 10, 1000, 5000];

function generateListing(generation: Generation): Listing {
  const { random } = generation;
  const bucket = generation.bucket();
  return {
    bucket,
    as: generation.as(bucket),
    prefix: randomPrefix(random),
    delimiter: randomDelimiter(random),
    after: random.chance(0.35) ? randomMarker(random) : undefined,
    limit: random.pick(LIMITS),
    encoded: random.chance(0.5),
    pages: random.chance(0.3) ? 20 : 3,
  };
}

export const listObjects: Family<ListObjects> = {
  kind: 'list',
  weight: 6,
  generate: (generation) => ({
    kind: 'list',
    api: generation.random.pick(['v1', 'v2', 'v2'] as const),
    ...generateListing(generation),
    owner: generation.random.chance(0.3),
  }),
  run: (session, op) => compareListing(session, op),
};

export const listVersions: Family<ListVersions> = {
  kind: 'list-versions',
  weight: 5,
  generate(generation) {
    const listing = { kind: 'list-versions', ...generateListing(generation) } as const;
    const { bucket } = listing;
    if (!generation.random.chance(0.4)) return listing;
    const key = generation.existingKey(bucket, 1);
    return { ...listing, after: key, inside: randomVersion(generation, bucket, key, 1) };
  },
  run: (session, op) => compareVersionListing(session, op),
};

/** Walks over the pages of a listing and compares each. */
export async function compareListing(session: Session, op: ListObjects): Promise<void> {
  const { bucket, prefix, delimiter, api, encoded } = op;
  const limit = Math.min(op.limit ?? 1000, 1000);
  let after = op.after;
  let continued: Record<string, string | undefined> = api === 'v1' ? { marker: after } : { 'start-after': after };
  for (let number = 1; number <= op.pages; number++) {
    const query = queryOf({
      ...(api === 'v2' ? { 'list-type': 2 } : {}),
      ...commonQuery(op),
      'fetch-owner': op.owner && api === 'v2' ? 'true' : undefined,
      ...continued,
    });
    const answer = await session.send({ method: 'GET', path: session.path(bucket), query }, op.as);
    const expected = session.judge(answer, 200, () => session.model.listObjects(answer.asked, bucket, { prefix, delimiter, after, limit }));
    if (!expected) return;
    const page = new ListingPage(readXml(answer.text), encoded, `${number}. page: `);
    page.compareFrame(op, expected, limit);
    if (api === 'v2') same(page.what('KeyCount'), page.plain('KeyCount'), String(expected.entries.length));
    compareContents(session, page, itemsOf(expected), op);
    if (!expected.truncated) return;
    after = lastName(expected);
    if (api === 'v1') same('NextMarker', page.name('NextMarker'), delimiter === undefined ? undefined : after);
    continued = api === 'v1' ? { marker: after } : { 'continuation-token': page.plain('NextContinuationToken') };
  }
}

function compareContents(session: Session, page: ListingPage, items: readonly ModelVersion[], op: ListObjects): void {
  const contents = page.node.all('Contents');
  same(page.what('keys'), contents.map((entry) => page.decode(entry.get('Key'))), items.map(({ key }) => key));
  contents.forEach((entry, index) => compareEntry(session, entry, op.bucket, items[index]!, op.api === 'v1' || op.owner));
}

/** Walks over the pages of ListObjectVersions and compares each. */
export async function compareVersionListing(session: Session, op: ListVersions): Promise<void> {
  const { bucket, prefix, delimiter, encoded } = op;
  const limit = Math.min(op.limit ?? 1000, 1000);
  let { after } = op;
  let inside = after === undefined ? undefined : resolveMarker(session, bucket, after, op.inside);
  for (let number = 1; number <= op.pages; number++) {
    const query = queryOf({ versions: '', ...commonQuery(op), 'key-marker': after, 'version-id-marker': inside });
    const answer = await session.send({ method: 'GET', path: session.path(bucket), query }, op.as);
    const expected = session.judge(answer, 200, () => session.model.listVersions(answer.asked, bucket, { prefix, delimiter, after, limit }, inside));
    if (!expected) return;
    const page = new ListingPage(readXml(answer.text), encoded, `${number}. page: `);
    page.compareFrame(op, expected, limit);
    compareVersions(session, page, itemsOf(expected), bucket);
    if (!expected.truncated) return;
    const last = expected.entries.at(-1)!;
    after = lastName(expected);
    inside = last.kind === 'item' ? last.item.versionId : undefined;
    same('NextKeyMarker', page.name('NextKeyMarker'), after);
    same('NextVersionIdMarker', page.plain('NextVersionIdMarker'), inside);
  }
}

/** A version that the key has or once had: of others nobody says where they stand in it. */
function resolveMarker(session: Session, bucket: string, key: string, ref: VersionRef | undefined): string | undefined {
  const versionId = resolveVersion(session, bucket, key, ref);
  const state = session.model.buckets.get(bucket);
  const gone = versionId === 'null' && !state?.find(key, versionId);
  return versionId === undefined || gone || state?.placeOf(key, versionId) === undefined ? undefined : versionId;
}

function compareVersions(session: Session, page: ListingPage, items: readonly ModelVersion[], bucket: string): void {
  const entries = page.node.children.filter(({ name }) => name === 'Version' || name === 'DeleteMarker');
  const shown = entries.map((entry) => `${page.decode(entry.get('Key'))} ${entry.get('VersionId')}${entry.name === 'DeleteMarker' ? ' marker' : ''}`);
  same(page.what('versions'), shown, items.map(({ key, versionId, marker }) => `${key} ${versionId}${marker ? ' marker' : ''}`));
  entries.forEach((entry, index) => {
    const version = items[index]!;
    const isLatest = session.model.bucket(bucket).find(version.key) === version;
    same(`IsLatest of ${version.key} ${version.versionId}`, entry.get('IsLatest'), String(isLatest));
    compareEntry(session, entry, bucket, version, true);
  });
}

/** Where ACLs are switched off, all that is in a bucket is its owner's. */
function compareEntry(session: Session, entry: XmlNode, bucket: string, version: ModelVersion, owned: boolean): void {
  const what = (name: string) => `${name} of ${version.key}`;
  sameSecond(what('LastModified'), entry.get('LastModified'), version.modified);
  const state = session.model.bucket(bucket);
  const owner = session.canonicalId(aclsCount(state) ? version.owner : state.owner);
  same(what('Owner'), entry.all('Owner').map((shown) => shown.get('ID')), owned ? [owner] : []);
  if (version.marker) return;
  same(what('ETag'), entry.get('ETag'), `"${version.etag}"`);
  same(what('Size'), entry.get('Size'), String(version.content.length));
  same(what('StorageClass'), entry.get('StorageClass'), 'STANDARD');
}

function commonQuery({ prefix, delimiter, limit, encoded }: Listing): Record<string, string | number | undefined> {
  return { prefix, delimiter, 'max-keys': limit, 'encoding-type': encoded ? 'url' : undefined };
}

function itemsOf({ entries }: Page<ModelVersion>): readonly ModelVersion[] {
  return entries.filter((entry) => entry.kind === 'item').map((entry) => entry.item);
}

function lastName({ entries }: Page<ModelVersion>): string {
  const last = entries.at(-1)!;
  return last.kind === 'item' ? last.item.key : last.prefix;
}
