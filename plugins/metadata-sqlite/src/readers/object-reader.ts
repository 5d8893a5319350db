import {
  decodeVersionId,
  type BodyPart,
  type CallContext,
  type Extent,
  type ObjectCatalog,
  type ObjectListPage,
  type ObjectListQuery,
  type ObjectVersion,
  type VersionListQuery,
} from '@zas/plugin-api';
import { listObjects } from './list-objects.js';
import { listVersions } from './list-versions.js';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';
import { VERSION_COLUMNS, intactInline, versionOf, type VersionRow } from './version-rows.js';

const CONTENT = 'left join content on content.id = v.content_id';
const INLINE = 'left join inline_body on inline_body.id = v.inline_id';
const KEY = 'v.bucket_id = ? and v.key = ?';

/** One statement for each way to find a version, with and without the inline bytes. */
function statements(withBytes: boolean) {
  const bytes = withBytes ? 'inline_body.bytes, inline_body.crc32' : 'null, null';
  const joins = withBytes ? `${CONTENT} ${INLINE}` : CONTENT;
  const current = `select ${VERSION_COLUMNS}, ${bytes}, 0 from object_current v ${joins} where ${KEY}`;
  const older = `select ${VERSION_COLUMNS}, ${bytes}, delete_marker from object_version v ${joins} where ${KEY}`;
  return {
    current,
    newestOlder: `${older} order by v.seq desc limit 1`,
    currentSeq: `${current} and v.seq = ?`,
    olderSeq: `${older} and v.seq = ?`,
    currentNull: `${current} and v.nonce is null`,
    olderNull: `${older} and v.nonce is null`,
  };
}

const LEAN = statements(false);
const WITH_BYTES = statements(true);

const EXTENTS = `select start, length, inline_id, content_id, source_offset, locator, content.size as content_size
  from body_extent left join content on content.id = content_id
  where body_id = ? and start < ? and start >=
    coalesce((select start from body_extent where body_id = ? and start <= ? order by start desc limit 1), 0)
  order by start`;

interface ExtentRow {
  readonly start: number;
  readonly length: number;
  readonly inline_id: number | null;
  readonly content_id: number | null;
  readonly source_offset: number;
  readonly locator: string | null;
  readonly content_size: number | null;
}

export class ObjectReader implements ObjectCatalog {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(
    context: CallContext,
    { bucketId, key, versionId }: { bucketId: number; key: string; versionId?: string },
    options?: { body?: boolean },
  ): Promise<ObjectVersion | undefined> {
    return this.#handle.run(context, () => {
      const sql = options?.body ? WITH_BYTES : LEAN;
      const bytes = Buffer.from(key);
      if (versionId !== undefined) {
        return this.#handle.snapshot(() => this.#findVersion(sql, bucketId, key, bytes, versionId));
      }
      const current = this.#get(sql.current, bucketId, bytes);
      if (current) return versionOf(current, bucketId, key, true);
      return this.#handle.snapshot(() => this.#findLatest(sql, bucketId, key, bytes));
    });
  }

  /** Looks again inside one snapshot: between two an older version might have become the current one. */
  #findLatest(sql: typeof LEAN, bucketId: number, key: string, bytes: Buffer): ObjectVersion | undefined {
    const row = this.#get(sql.current, bucketId, bytes) ?? this.#get(sql.newestOlder, bucketId, bytes);
    return row && versionOf(row, bucketId, key, true);
  }

  #findVersion(sql: typeof LEAN, bucketId: number, key: string, bytes: Buffer, versionId: string): ObjectVersion | undefined {
    const decoded = decodeVersionId(versionId);
    if (!decoded && versionId !== 'null') return undefined;
    const current = decoded ? this.#get(sql.currentSeq, bucketId, bytes, decoded.seq) : this.#get(sql.currentNull, bucketId, bytes);
    const older = () => (decoded ? this.#get(sql.olderSeq, bucketId, bytes, decoded.seq) : this.#get(sql.olderNull, bucketId, bytes));
    const row = current ?? older();
    if (!row || (decoded && row[1] !== decoded.nonce)) return undefined;
    return versionOf(row, bucketId, key, current !== undefined || this.#findLatest(LEAN, bucketId, key, bytes)?.seq === row[0]);
  }

  #get(sql: string, ...parameters: unknown[]): VersionRow | undefined {
    return this.#handle.rawStatement(sql).get(...parameters) as VersionRow | undefined;
  }

  list(context: CallContext, query: ObjectListQuery): Promise<ObjectListPage> {
    return this.#handle.run(context, () => {
      checkLimit(query.limit, 0, MOST_ROWS);
      return this.#handle.snapshot(() => listObjects(this.#handle, query));
    });
  }

  listVersions(context: CallContext, query: VersionListQuery): Promise<ObjectListPage> {
    return this.#handle.run(context, () => {
      checkLimit(query.limit, 0, MOST_ROWS);
      return this.#handle.snapshot(() => listVersions(this.#handle, query));
    });
  }

  extents(context: CallContext, bodyId: number, from: number, length: number): Promise<readonly Extent[]> {
    return this.#handle.run(context, () => {
      const rows = this.#handle.statement(EXTENTS).all(bodyId, from + length, bodyId, from) as ExtentRow[];
      return rows.filter((row) => row.start + row.length > from).map(extentOf);
    });
  }

  inlineBytes(context: CallContext, inlineId: number): Promise<Uint8Array | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle.rawStatement('select bytes, crc32 from inline_body where id = ?').get(inlineId);
      return row ? intactInline(...(row as [Uint8Array, number])) : undefined;
    });
  }

  bodyParts(context: CallContext, bodyId: number, { after, limit }: { after: number; limit: number }): Promise<readonly BodyPart[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows = this.#handle
        .statement('select number, start, size, checksum from body_part where body_id = ? and number > ? order by number limit ?')
        .all(bodyId, after, limit) as (Omit<BodyPart, 'checksum'> & { checksum: string | null })[];
      return rows.map(({ number, start, size, checksum }) => ({ number, start, size, checksum: checksum ?? undefined }));
    });
  }
}

function extentOf({ start, length, inline_id, content_id, source_offset: offset, locator, content_size }: ExtentRow): Extent {
  const source =
    content_id === null
      ? { kind: 'inline' as const, inlineId: inline_id!, offset }
      : { kind: 'content' as const, contentId: content_id, locator: locator!, contentSize: content_size!, offset };
  return { start, length, source };
}
