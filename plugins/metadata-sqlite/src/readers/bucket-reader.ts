import { BEYOND_ALL_KEYS, prefixEnd } from '@zas/metadata-sql';
import type { BucketCatalog, BucketId, BucketRecord, BucketUsage, CallContext } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = 'id, name, owner, created_at as createdAt, region, versioning';
// The upper bound need not be well-formed text, so it travels as bytes.
const RANGE = 'name > ? and name >= ? and name < cast(? as text) order by name limit ?';
const LIST = `select ${COLUMNS} from bucket where ${RANGE}`;
const LIST_OF_OWNER = `select ${COLUMNS} from bucket where owner = ? and ${RANGE}`;

export class BucketReader implements BucketCatalog {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, name: string): Promise<BucketRecord | undefined> {
    return this.#handle.run(
      context,
      () => this.#handle.statement(`select ${COLUMNS} from bucket where name = ?`).get(name) as BucketRecord | undefined,
    );
  }

  findById(context: CallContext, bucketId: BucketId): Promise<BucketRecord | undefined> {
    return this.#handle.run(
      context,
      () => this.#handle.statement(`select ${COLUMNS} from bucket where id = ?`).get(bucketId) as BucketRecord | undefined,
    );
  }

  list(
    context: CallContext,
    { owner, prefix = '', after = '', limit }: { owner?: string; prefix?: string; after?: string; limit: number },
  ): Promise<readonly BucketRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const range = [after, prefix, prefixEnd(prefix) ?? BEYOND_ALL_KEYS, limit];
      const rows =
        owner === undefined ? this.#handle.statement(LIST).all(...range) : this.#handle.statement(LIST_OF_OWNER).all(owner, ...range);
      return rows as BucketRecord[];
    });
  }

  usage(context: CallContext, bucketId: BucketId): Promise<BucketUsage> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement('select objects, bytes from bucket_usage where bucket_id = ?').get(bucketId);
      return (row as BucketUsage | undefined) ?? { objects: 0, bytes: 0 };
    });
  }
}
