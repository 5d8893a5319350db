import { BEYOND_ALL_KEYS, prefixEnd } from '@zas/metadata-sql';
import type { BucketCatalog, BucketId, BucketRecord, BucketSettings, BucketUsage, CallContext } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = 'id, name, owner, created_at as createdAt, region, versioning, object_lock as objectLock, revision, settings';
// One lower bound, for SQLite seeks by one alone; the upper one need not be well-formed text, so it travels as bytes.
const RANGE = 'name >= max(cast(? as text), cast(? as text)) and name <> ? and name < cast(? as text) order by name limit ?';
const LIST = `select ${COLUMNS} from bucket where ${RANGE}`;
const LIST_OF_OWNER = `select ${COLUMNS} from bucket where owner = ? and ${RANGE}`;
const FIND = `select ${COLUMNS} from bucket where id = ?`;

/** Records kept so that settings are parsed once a revision. */
const KEPT = 1_000;

type Row = Omit<BucketRecord, 'objectLock' | 'settings'> & { readonly objectLock: 0 | 1; readonly settings: string };

export class BucketReader implements BucketCatalog {
  readonly #handle: ReadHandle;
  readonly #kept = new Map<BucketId, BucketRecord>();

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, name: string): Promise<BucketRecord | undefined> {
    return this.#handle.run(context, () => this.#current(this.#handle.rawStatement('select id, revision from bucket where name = ?').get(name)));
  }

  findById(context: CallContext, bucketId: BucketId): Promise<BucketRecord | undefined> {
    return this.#handle.run(context, () => this.#current(this.#handle.rawStatement('select id, revision from bucket where id = ?').get(bucketId)));
  }

  /** Every change of a bucket is a new revision, so a record of the present one is the present record. */
  #current(row: unknown): BucketRecord | undefined {
    if (!row) return undefined;
    const [id, revision] = row as [BucketId, number];
    const kept = this.#kept.get(id);
    if (kept?.revision === revision) return kept;
    const found = this.#handle.statement(FIND).get(id) as Row | undefined;
    return found && this.#keep(recordOf(found));
  }

  #keep(record: BucketRecord): BucketRecord {
    this.#kept.delete(record.id);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(record.id, record);
    return record;
  }

  list(
    context: CallContext,
    { owner, prefix = '', after = '', limit }: { owner?: string; prefix?: string; after?: string; limit: number },
  ): Promise<readonly BucketRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const range = [after, prefix, after, prefixEnd(prefix) ?? BEYOND_ALL_KEYS, limit];
      const rows =
        owner === undefined ? this.#handle.statement(LIST).all(...range) : this.#handle.statement(LIST_OF_OWNER).all(owner, ...range);
      return (rows as Row[]).map(recordOf);
    });
  }

  usage(context: CallContext, bucketId: BucketId): Promise<BucketUsage> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement('select objects, bytes from bucket_usage where bucket_id = ?').get(bucketId);
      return (row as BucketUsage | undefined) ?? { objects: 0, bytes: 0 };
    });
  }
}

function recordOf({ objectLock, settings, ...row }: Row): BucketRecord {
  return Object.freeze({ ...row, objectLock: objectLock === 1, settings: Object.freeze(JSON.parse(settings) as BucketSettings) });
}
