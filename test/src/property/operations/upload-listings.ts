import { randomDelimiter, randomMarker, randomPrefix } from '../keys.js';
import { same } from '../mismatch.js';
import { handledUpload } from '../model-multipart.js';
import type { Account } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import { queryOf, sameSecond, type Session } from '../session.js';
import type { Family } from './family.js';
import { LIMITS } from './list-operations.js';
import { ListingPage } from './listing-page.js';
import { uploadIdOf } from './upload-operations.js';

export interface ListUploads {
  readonly kind: 'list-uploads';
  readonly bucket: string;
  readonly as?: Account;
  readonly prefix: string;
  readonly delimiter?: string;
  readonly after?: string;
  readonly limit?: number;
  readonly encoded: boolean;
}

export interface ListParts {
  readonly kind: 'list-parts';
  readonly upload: string;
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
  readonly after: number;
  readonly limit?: number;
}

const MOST_PAGES = 12;

export const listUploads: Family<ListUploads> = {
  kind: 'list-uploads',
  weight: 2,
  generate(generation) {
    const { random } = generation;
    const after = random.chance(0.3) ? randomMarker(random) : undefined;
    const [prefix, delimiter] = [randomPrefix(random), randomDelimiter(random)];
    const bucket = generation.bucket();
    return { kind: 'list-uploads', bucket, as: generation.as(bucket), prefix, delimiter, after, limit: random.pick(LIMITS), encoded: random.chance(0.5) };
  },
  run: (session, op) => compareUploads(session, op),
};

export const listParts: Family<ListParts> = {
  kind: 'list-parts',
  weight: 2,
  generate(generation) {
    const target = generation.upload();
    const { random } = generation;
    const after = random.chance(0.3) ? random.integer(0, 6) : 0;
    return target && { kind: 'list-parts', upload: target.name, bucket: target.bucket, key: target.key, as: generation.as(target.bucket), after, limit: random.pick(LIMITS) };
  },
  run: (session, op) => compareParts(session, op),
};

/** Walks over the pages of ListMultipartUploads and compares each. */
export async function compareUploads(session: Session, op: ListUploads): Promise<void> {
  const { bucket, prefix, delimiter, encoded } = op;
  const limit = Math.min(op.limit ?? 1000, 1000);
  let { after } = op;
  let inside: string | undefined;
  for (let number = 1; number <= MOST_PAGES; number++) {
    const query = queryOf({
      uploads: '',
      prefix,
      delimiter,
      'max-uploads': op.limit,
      'encoding-type': encoded ? 'url' : undefined,
      'key-marker': after,
      'upload-id-marker': inside,
    });
    const answer = await session.send({ method: 'GET', path: session.path(bucket), query }, op.as);
    const expected = session.judge(answer, 200, () => {
      const { uploads } = session.model.bucketFor(answer.asked, 'ListBucketMultipartUploads', bucket);
      return uploads.list({ prefix, delimiter, after, limit }, inside);
    });
    if (!expected) return;
    const page = new ListingPage(readXml(answer.text), encoded);
    const items = expected.entries.filter((entry) => entry.kind === 'item').map((entry) => entry.item);
    const listed = page.node.all('Upload');
    const shown = listed.map((entry) => [page.decode(entry.get('Key')), entry.get('UploadId')]);
    same(`${number}. page: uploads`, shown, items.map(({ key, uploadId }) => [key, uploadId]));
    listed.forEach((entry, index) => sameSecond('Initiated', entry.get('Initiated'), items[index]!.initiated));
    same(`${number}. page: common prefixes`, page.prefixes(), expected.entries.filter((entry) => entry.kind === 'prefix').map((entry) => entry.prefix));
    same(`${number}. page: IsTruncated`, page.plain('IsTruncated'), String(expected.truncated));
    if (!expected.truncated) return;
    const last = expected.entries.at(-1)!;
    after = last.kind === 'item' ? last.item.key : last.prefix;
    inside = last.kind === 'item' ? last.item.uploadId : undefined;
    same(`${number}. page: NextKeyMarker`, page.name('NextKeyMarker'), after);
    same(`${number}. page: NextUploadIdMarker`, page.plain('NextUploadIdMarker') || undefined, inside);
  }
}

/** Walks over the pages of ListParts and compares each. */
export async function compareParts(session: Session, op: ListParts): Promise<void> {
  const { bucket, key, upload } = op;
  const limit = Math.min(op.limit ?? 1000, 1000);
  const uploadId = uploadIdOf(session, upload);
  let { after } = op;
  for (let number = 1; number <= MOST_PAGES; number++) {
    const query = queryOf({ uploadId, 'max-parts': op.limit, 'part-number-marker': after || undefined });
    const answer = await session.send({ method: 'GET', path: session.path(bucket, key), query }, op.as);
    const place = { bucket, key, uploadId };
    const found = session.judge(answer, 200, () => handledUpload(session.model, answer.asked, place, 'ListMultipartUploadParts'));
    if (!found) return;
    const rest = [...found.upload.parts.values()].filter((part) => part.number > after).sort((a, b) => a.number - b.number);
    const wanted = rest.slice(0, limit);
    const page = readXml(answer.text);
    const parts = page.all('Part');
    const shown = parts.map((entry) => [entry.get('PartNumber'), entry.get('ETag'), entry.get('Size')].join(' '));
    same(`${number}. page: parts`, shown, wanted.map((part) => `${part.number} "${part.etag}" ${part.content.length}`));
    parts.forEach((entry, index) => sameSecond('LastModified', entry.get('LastModified'), wanted[index]!.modified));
    const truncated = limit > 0 && rest.length > limit;
    same(`${number}. page: IsTruncated`, page.get('IsTruncated'), String(truncated));
    if (!truncated) return;
    after = wanted.at(-1)!.number;
    same(`${number}. page: NextPartNumberMarker`, page.get('NextPartNumberMarker'), String(after));
  }
}
