import type { BlobUploadLedger, BlobUploadRecord, CallContext } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = `select upload_id as uploadId, repository_id as repositoryId, principal, algorithm, locator,
  started_at as startedAt, touched_at as touchedAt from blob_upload`;

type Row = Omit<BlobUploadRecord, 'principal'> & { readonly principal: string | null };

export class BlobUploadReader implements BlobUploadLedger {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, uploadId: string): Promise<BlobUploadRecord | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement(`${COLUMNS} where upload_id = ?`).get(uploadId) as Row | undefined;
      return row && recordOf(row);
    });
  }

  idle(context: CallContext, before: number, limit: number): Promise<readonly BlobUploadRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      return (this.#handle.statement(`${COLUMNS} where touched_at < ? order by touched_at limit ?`).all(before, limit) as Row[]).map(recordOf);
    });
  }
}

function recordOf({ principal, ...row }: Row): BlobUploadRecord {
  return { ...row, principal: principal ?? undefined };
}
