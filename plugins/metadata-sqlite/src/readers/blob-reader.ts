import { crc32 } from 'node:zlib';
import { StoreError, type BlobLedger, type CallContext, type ContentRecord } from '@zas/plugin-api';
import { CONTENT_STATES } from '../tables/content-table.js';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = 'id, locator, size, state, refs as "references"';
const KNOWN = ['content', 'blob_upload']
  .map((table) => `select locator from ${table} where locator in (select value from json_each(?))`)
  .join(' union ');
const MOST_LOCATORS = 1_000;
/** Of one block's checksum, see `NewContent.blockSums`. */
const SUM_BYTES = 8;

type Row = Omit<ContentRecord, 'state'> & { readonly state: number };

export class BlobReader implements BlobLedger {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, contentId: number): Promise<ContentRecord | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement(`select ${COLUMNS} from content where id = ?`).get(contentId) as Row | undefined;
      return row && recordOf(row);
    });
  }

  known(context: CallContext, locators: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#handle.run(context, () => {
      if (locators.length > MOST_LOCATORS) throw new StoreError('invalid-argument', 'Too many locators in one call');
      return new Set(
        this.#handle
          .rawStatement(KNOWN)
          .all(JSON.stringify(locators), JSON.stringify(locators))
          .map((row) => (row as [string])[0]),
      );
    });
  }

  blockSums(context: CallContext, contentId: number, first: number, count: number): Promise<Uint8Array | undefined> {
    return this.#handle.run(context, () => {
      const sums = this.#handle.rawStatement('select substr(block_sums, ?, ?) from content where id = ?');
      const row = sums.get(first * SUM_BYTES + 1, count * SUM_BYTES, contentId) as [Uint8Array] | undefined;
      return row?.[0];
    });
  }

  sha256(context: CallContext, contentId: number): Promise<string | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle.rawStatement("select hex(digest) from content_digest where content_id = ? and algorithm = 'sha256'").get(contentId);
      return (row as [string] | undefined)?.[0].toLowerCase();
    });
  }

  checkInline(context: CallContext, { after, limit }: { after: number; limit: number }): Promise<{ corrupt: readonly number[]; next?: number }> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const select = this.#handle.rawStatement('select id, bytes, crc32 from inline_body where id > ? order by id limit ?');
      const rows = select.all(after, limit) as [number, Uint8Array, number][];
      const corrupt = rows.filter(([, bytes, recorded]) => crc32(bytes) !== recorded).map(([id]) => id);
      return { corrupt, next: rows.length === limit ? rows.at(-1)![0] : undefined };
    });
  }

  list(context: CallContext, { after, limit }: { after: number; limit: number }): Promise<readonly ContentRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows = this.#handle.statement(`select ${COLUMNS} from content where id > ? order by id limit ?`).all(after, limit);
      return (rows as Row[]).map(recordOf);
    });
  }
}

function recordOf(row: Row): ContentRecord {
  return { ...row, state: CONTENT_STATES[row.state]! };
}
