import type { FeedEntryKind } from '@zas/plugin-api';
import type { Database, Statement } from 'better-sqlite3';
import type { Actor } from './messages.js';

/** What a feed entry says beside its actor. */
export interface Change {
  readonly kind: FeedEntryKind;
  readonly at: number;
  readonly bucketId?: number;
  readonly bucket?: string;
  readonly repositoryId?: number;
  readonly repository?: string;
  readonly digest?: string;
  readonly tag?: string;
  readonly key?: Uint8Array;
  readonly versionId?: string;
  readonly size?: number;
  readonly etag?: string;
  readonly cause?: string;
}

interface Usage {
  objects: number;
  bytes: number;
}

interface StateRow {
  fence: number;
  sequence: number;
  feed_count: number;
}

/**
 * The write handle with its prepared statements, and what one commit carries in
 * memory until it is flushed: the number sequence, usage and feed counts.
 */
export class WriteSession {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #usage = new Map<number, Usage>();
  #sequence = 0;
  #feedCount = 0;
  #wrote = false;
  #actor: Actor = { requestId: '' };

  constructor(database: Database) {
    this.#database = database;
  }

  /** True when something was written since the last {@link startIntent}. */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** A prepared statement that only reads. */
  read(sql: string): Statement {
    return this.#prepare(sql);
  }

  /** A prepared statement that writes; calling this counts as having written. */
  write(sql: string): Statement {
    this.#wrote = true;
    return this.#prepare(sql);
  }

  /** A number greater than all that any record carries. */
  next(): number {
    return ++this.#sequence;
  }

  get lastNumber(): number {
    return this.#sequence;
  }

  /** Opens the commit. @returns the fence on record, to be compared with the writer's own */
  begin(): number {
    this.#prepare('begin immediate').run();
    const state = this.#prepare('select fence, sequence, feed_count from store_state').get() as StateRow;
    // A rolled-back commit burns its numbers: one of them may be in a caller's error or log.
    this.#sequence = Math.max(this.#sequence, state.sequence);
    this.#feedCount = state.feed_count;
    this.#usage.clear();
    return state.fence;
  }

  startIntent(actor: Actor): void {
    this.#actor = actor;
    this.#wrote = false;
  }

  addUsage(bucketId: number, objects: number, bytes: number): void {
    this.#wrote = true;
    const usage = this.#usage.get(bucketId);
    if (usage) {
      usage.objects += objects;
      usage.bytes += bytes;
    } else {
      this.#usage.set(bucketId, { objects, bytes });
    }
  }

  forgetUsage(bucketId: number): void {
    this.#usage.delete(bucketId);
    this.write('delete from bucket_usage where bucket_id = ?').run(bucketId);
  }

  appendFeed(change: Change): void {
    const { principal, credentialId, address, requestId } = this.#actor;
    this.#feedCount++;
    this.write('insert into feed values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      this.next(),
      change.kind,
      change.at,
      change.bucketId,
      change.bucket,
      change.key,
      change.versionId,
      change.size,
      change.etag,
      change.cause,
      principal,
      credentialId,
      address,
      requestId,
      change.repositoryId,
      change.repository,
      change.digest,
      change.tag,
    );
  }

  get feedCount(): number {
    return this.#feedCount;
  }

  trimmedFeed(count: number, newest: number): void {
    this.#feedCount -= count;
    this.write('update store_state set feed_trimmed_to = ?').run(newest);
  }

  /** Writes what was gathered in memory. */
  flush(): void {
    for (const [bucketId, { objects, bytes }] of this.#usage) {
      this.#prepare(
        `insert into bucket_usage values (?, ?, ?) on conflict (bucket_id)
         do update set objects = objects + excluded.objects, bytes = bytes + excluded.bytes`,
      ).run(bucketId, objects, bytes);
    }
    this.#usage.clear();
    this.#prepare('update store_state set sequence = ?, feed_count = ?').run(this.#sequence, this.#feedCount);
  }

  commit(): void {
    this.flush();
    this.#prepare('commit').run();
  }

  rollback(): void {
    if (this.#database.inTransaction) this.#prepare('rollback').run();
  }

  /** Does `body`, undoing its writes when it throws. For the rare commit in which something failed after writing. */
  guarded<T>(body: () => T): T {
    const feedCount = this.#feedCount;
    this.#prepare('savepoint intent').run();
    try {
      const result = body();
      this.flush();
      this.#prepare('release intent').run();
      return result;
    } catch (error) {
      this.#usage.clear();
      this.#feedCount = feedCount;
      if (this.#database.inTransaction) {
        this.#prepare('rollback to intent').run();
        this.#prepare('release intent').run();
      }
      throw error;
    }
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
