import { decodePosition, encodePosition } from '@zas/metadata-sql';
import { StoreError, type CallContext, type ChangeFeed, type FeedEntry, type FeedReader } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const READ = `select position, kind, at, bucket_id as bucketId, bucket, cast(key as text) as key, version_id as versionId, size, etag,
  cause, principal, credential_id as credentialId, address, request_id as requestId,
  repository_id as repositoryId, repository, digest, tag
  from feed where position > ? order by position limit ?`;

type Nullable<T> = { [K in keyof T]: T[K] | null };

/** Positions come from the one sequence of the one writer, so entries become readable in their order. */
export class FeedChangeReader implements ChangeFeed {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  read(
    context: CallContext,
    position: string,
    limit: number,
  ): Promise<{ entries: readonly FeedEntry[]; position: string }> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const after = decodePosition(position);
      const { rows, trimmedTo } = this.#handle.snapshot(() => ({
        trimmedTo: this.#trimmedTo(),
        rows: this.#handle.statement(READ).all(after, limit) as (Nullable<FeedEntry> & { position: number })[],
      }));
      if (after < trimmedTo) {
        throw new StoreError('conflict', 'Entries behind this position are gone', { details: { reason: 'feed-trimmed' } });
      }
      const entries = rows.map(entryOf);
      return { entries, position: entries.at(-1)?.position ?? position };
    });
  }

  readers(context: CallContext): Promise<readonly FeedReader[]> {
    return this.#handle.run(context, () =>
      this.#handle.snapshot(() => {
        const trimmedTo = this.#trimmedTo();
        const rows = this.#handle.statement('select name, position from feed_reader order by name').all();
        return (rows as { name: string; position: number }[]).map(({ name, position }) => ({
          name,
          position: encodePosition(position),
          mustResynchronise: position < trimmedTo,
        }));
      }),
    );
  }

  #trimmedTo(): number {
    return (this.#handle.rawStatement('select feed_trimmed_to from store_state').get() as [number])[0];
  }
}

function entryOf(row: Nullable<FeedEntry> & { position: number }): FeedEntry {
  const entry = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return { ...(entry as unknown as FeedEntry), position: encodePosition(row.position) };
}
