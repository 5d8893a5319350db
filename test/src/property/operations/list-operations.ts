import { randomDelimiter, randomMarker, randomPrefix } from '../keys.js';
import { same } from '../mismatch.js';
import type { ModelObject } from '../model.js';
import type { Page } from '../model-listing.js';
import { readXml, type XmlNode } from '../read-xml.js';
import { liesWithin, queryOf, type Session } from '../session.js';
import type { Family } from './family.js';

export interface ListObjects {
  readonly kind: 'list';
  readonly api: 'v1' | 'v2' | 'versions';
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter?: string;
  /** Where the first page starts. */
  readonly after?: string;
  readonly limit?: number;
  readonly encoded: boolean;
  readonly owner: boolean;
  /** How many pages are read at most. */
  readonly pages: number;
}

/** Page limits with few entries and with many, for all listings. */
export const LIMITS: readonly (number | undefined)[] = [undefined, 0, 1, 1, 2, 3, 4, 5, 7, 10, 1000, 5000];

export const listObjects: Family<ListObjects> = {
  kind: 'list',
  weight: 9,
  generate(generation) {
    const { random } = generation;
    return {
      kind: 'list',
      api: random.pick(['v1', 'v2', 'v2', 'versions'] as const),
      bucket: generation.bucket(),
      prefix: randomPrefix(random),
      delimiter: randomDelimiter(random),
      after: random.chance(0.35) ? randomMarker(random) : undefined,
      limit: random.pick(LIMITS),
      encoded: random.chance(0.5),
      owner: random.chance(0.3),
      pages: random.chance(0.3) ? 20 : 3,
    };
  },
  run: (session, op) => compareListing(session, op),
};

/** Walks over the pages of a listing and compares each. */
export async function compareListing(session: Session, op: ListObjects): Promise<void> {
  const { bucket, prefix, delimiter, api, encoded } = op;
  const limit = Math.min(op.limit ?? 1000, 1000);
  let after = op.after;
  let continued: Record<string, string | undefined> = api === 'v1' ? { marker: after } : api === 'v2' ? { 'start-after': after } : { 'key-marker': after };
  for (let number = 1; number <= op.pages; number++) {
    const query = queryOf({
      ...(api === 'v2' ? { 'list-type': 2 } : api === 'versions' ? { versions: '' } : {}),
      prefix,
      delimiter,
      'max-keys': op.limit,
      'encoding-type': encoded ? 'url' : undefined,
      'fetch-owner': op.owner && api === 'v2' ? 'true' : undefined,
      ...continued,
    });
    const answer = await session.send({ method: 'GET', path: session.path(bucket), query });
    const expected = session.judge(answer, 200, () => session.model.listObjects(bucket, { prefix, delimiter, after, limit }));
    if (!expected) return;
    const page = new ListingPage(readXml(answer.text), encoded);
    comparePage(page, expected, op, number);
    same(`${number}. page: MaxKeys`, page.plain('MaxKeys'), String(limit));
    if (!expected.truncated) return;
    const last = expected.entries.at(-1)!;
    after = last.kind === 'item' ? last.item.key : last.prefix;
    continued = nextPage(page, op, after, last.kind === 'item');
  }
}

function comparePage(page: ListingPage, expected: Page<ModelObject>, op: ListObjects, number: number): void {
  const { api, prefix, delimiter } = op;
  const what = (name: string) => `${number}. page: ${name}`;
  const items = expected.entries.filter((entry) => entry.kind === 'item').map((entry) => entry.item);
  const prefixes = expected.entries.filter((entry) => entry.kind === 'prefix').map((entry) => entry.prefix);
  const contents = page.node.all(api === 'versions' ? 'Version' : 'Contents');
  same(what('keys'), contents.map((entry) => page.decode(entry.get('Key'))), items.map(({ key }) => key));
  same(what('common prefixes'), page.prefixes(), prefixes);
  same(what('IsTruncated'), page.plain('IsTruncated'), String(expected.truncated));
  same(what('Prefix'), page.name('Prefix') ?? '', prefix);
  same(what('Delimiter'), page.name('Delimiter'), delimiter);
  if (api === 'v2') same(what('KeyCount'), page.plain('KeyCount'), String(expected.entries.length));
  contents.forEach((entry, index) => compareEntry(entry, items[index]!, op));
}

function compareEntry(entry: XmlNode, object: ModelObject, { api, owner }: ListObjects): void {
  const what = (name: string) => `${name} of ${object.key}`;
  same(what('ETag'), entry.get('ETag'), `"${object.etag}"`);
  same(what('Size'), entry.get('Size'), String(object.content.length));
  same(what('StorageClass'), entry.get('StorageClass'), 'STANDARD');
  same(what('LastModified within its request'), liesWithin(entry.get('LastModified'), object.written), true);
  same(what('Owner shown'), entry.all('Owner').length, api !== 'v2' || owner ? 1 : 0);
  if (api !== 'versions') return;
  same(what('VersionId'), entry.get('VersionId'), 'null');
  same(what('IsLatest'), entry.get('IsLatest'), 'true');
}

/** Where the page says that the next one starts; that must be where the model says. */
function nextPage(page: ListingPage, { api, delimiter }: ListObjects, after: string, isKey: boolean): Record<string, string | undefined> {
  if (api === 'v2') return { 'continuation-token': page.plain('NextContinuationToken') };
  if (api === 'v1') {
    same('NextMarker', page.name('NextMarker'), delimiter === undefined ? undefined : after);
    return { marker: after };
  }
  same('NextKeyMarker', page.name('NextKeyMarker'), after);
  same('NextVersionIdMarker', page.plain('NextVersionIdMarker'), isKey ? 'null' : undefined);
  return { 'key-marker': after, 'version-id-marker': page.plain('NextVersionIdMarker') };
}

/** A page whose keys may be percent-encoded. */
export class ListingPage {
  constructor(
    readonly node: XmlNode,
    private readonly encoded: boolean,
  ) {}

  plain(name: string): string | undefined {
    return this.node.get(name);
  }

  name(name: string): string | undefined {
    return this.decode(this.node.get(name));
  }

  decode(text: string | undefined): string | undefined {
    return this.encoded && text !== undefined ? decodeURIComponent(text) : text;
  }

  prefixes(): (string | undefined)[] {
    return this.node.all('CommonPrefixes').map((entry) => this.decode(entry.get('Prefix')));
  }
}
