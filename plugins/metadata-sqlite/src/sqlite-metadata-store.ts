import { dirname } from 'node:path';
import {
  INTENT_KINDS,
  StoreError,
  type CallContext,
  type HealthProbe,
  type HealthReport,
  type Intent,
  type IntentKind,
  type Logger,
  type MetadataStore,
  type Outcomes,
} from '@zas/plugin-api';
import Database from 'better-sqlite3';
import type { SqliteMetadataConfig } from './config.js';
import { createDatabaseFile, createFolder } from './files/database-file.js';
import { migrate } from './files/migrate.js';
import { toStoreError } from './files/sqlite-errors.js';
import { acquireWriterLock, type WriterLock } from './files/writer-lock.js';
import { ArtifactReader } from './readers/artifact-reader.js';
import { BlobReader } from './readers/blob-reader.js';
import { BlobUploadReader } from './readers/blob-upload-reader.js';
import { BucketReader } from './readers/bucket-reader.js';
import { DocumentReader } from './readers/document-reader.js';
import { FeedChangeReader } from './readers/feed-reader.js';
import { LeaseReader } from './readers/lease-reader.js';
import { ObjectReader } from './readers/object-reader.js';
import { ReadHandle } from './readers/read-handle.js';
import { RepositoryReader } from './readers/repository-reader.js';
import { UnusedReader } from './readers/unused-reader.js';
import { UploadReader } from './readers/upload-reader.js';
import { WriterClient, type CommitObserver } from './writer/writer-client.js';

/** Written to see whether commits succeed again: as much as a small body, for a full disk may still take less. */
const TRIAL = { namespace: 'metadata-sqlite', collection: 'trials', id: 'health' } as const;
const TRIAL_BYTES = 64 * 1024;

export interface SqliteMetadataOptions extends Omit<SqliteMetadataConfig, 'path'> {
  /** The database file; its folder is made when absent. */
  readonly path: string;
  readonly logger: Logger;
}

/** A metadata store in one SQLite file: reads in this thread, writes in a worker. */
export class SqliteMetadataStore implements MetadataStore {
  readonly intents: ReadonlySet<IntentKind> = new Set(INTENT_KINDS);
  readonly #options: SqliteMetadataOptions;
  readonly #handle = new ReadHandle();
  readonly buckets = new BucketReader(this.#handle);
  readonly objects = new ObjectReader(this.#handle);
  readonly uploads = new UploadReader(this.#handle);
  readonly blobs = new BlobReader(this.#handle);
  readonly feed = new FeedChangeReader(this.#handle);
  readonly leases = new LeaseReader(this.#handle);
  readonly documents = new DocumentReader(this.#handle);
  readonly repositories = new RepositoryReader(this.#handle);
  readonly artifacts = new ArtifactReader(this.#handle);
  readonly blobUploads = new BlobUploadReader(this.#handle);
  readonly unused = new UnusedReader(this.#handle);
  #lock: WriterLock | undefined;
  #writer: WriterClient | undefined;

  constructor(options: SqliteMetadataOptions) {
    this.#options = options;
  }

  /**
   * Locks the folder, migrates, takes the fencing number and starts the writer.
   * @param observe told of each commit
   * @throws `unavailable` when another process writes to the folder, or a newer version wrote the file
   */
  async open(observe: CommitObserver): Promise<void> {
    const { path, cacheMegabytes, busyTimeoutMs, groupMaxIntents, walResetMegabytes, queueMaxIntents, queueMaxMegabytes, logger } = this.#options;
    try {
      createFolder(dirname(path));
      this.#lock = acquireWriterLock(dirname(path));
      createDatabaseFile(path);
      await migrate(path);
      const fence = takeFence(path);
      const data = { path, fence, cacheMegabytes, busyTimeoutMs, groupMaxIntents, walResetMegabytes };
      const limits = { queueMaxIntents, queueMaxBytes: queueMaxMegabytes * 1024 * 1024 };
      this.#writer = new WriterClient(data, limits, logger, observe);
      this.#handle.open(path, cacheMegabytes, busyTimeoutMs);
      await this.#writer.start();
    } catch (error) {
      await this.close();
      throw toStoreError(error);
    }
  }

  async apply<K extends IntentKind>(context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]> {
    if (!this.#writer) throw new StoreError('unavailable', 'The metadata store is not started');
    if (!this.intents.has(intent.kind)) throw new StoreError('not-implemented', 'The metadata store does not know this intent');
    return (await this.#writer.apply(context, intent)) as Outcomes[K];
  }

  /** Waits for the writes that were accepted. */
  async drain(): Promise<void> {
    await this.#writer?.drain();
  }

  /** Releases everything, also after a failed {@link open}; idempotent. */
  async close(): Promise<void> {
    const [writer, lock] = [this.#writer, this.#lock];
    this.#writer = undefined;
    this.#lock = undefined;
    await writer?.drain();
    // The writer's handle goes last: it may then copy its log and remove it.
    this.#handle.close();
    await writer?.stop();
    lock?.release();
  }

  get waitingIntents(): number {
    return this.#writer?.waitingIntents ?? 0;
  }

  get walBytes(): number {
    return this.#writer?.walBytes ?? 0;
  }

  /** Degraded while commits fail; asking then tries one, so that the state recovers without traffic. */
  readonly probe: HealthProbe = {
    name: 'metadata-sqlite',
    check: async (context) => this.#check(context),
  };

  async #check(context: CallContext): Promise<HealthReport> {
    if (!this.#writer) return { state: 'unhealthy', reason: 'The metadata store is not started' };
    if (this.#writer.failure === undefined) return { state: 'healthy' };
    try {
      await this.apply(context, { kind: 'put-document', ...TRIAL, value: 'x'.repeat(TRIAL_BYTES) });
      await this.apply(context, { kind: 'delete-document', ...TRIAL });
      return { state: 'healthy' };
    } catch (error) {
      return { state: 'degraded', reason: `Metadata cannot be written: ${toStoreError(error).message}` };
    }
  }
}

/** Makes this process the writer: commits of an earlier one that still runs find another number and fail. */
function takeFence(path: string): number {
  const database = new Database(path);
  try {
    database.pragma('synchronous = FULL');
    return database.prepare('update store_state set fence = fence + 1 returning fence').pluck().get() as number;
  } finally {
    database.close();
  }
}
