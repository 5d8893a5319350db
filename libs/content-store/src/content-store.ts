import type { BlobLedger, BlobStore, CallContext } from '@zas/plugin-api';
import type { ByteBudget } from './byte-budget.js';
import { DocumentBudget } from './document-budget.js';
import { DoubtfulBytes } from './doubtful-bytes.js';
import type { BlockReaderParts, CorruptionReport } from './block-reader.js';
import type { CorruptionLog } from './corruption-log.js';
import type { HashPool } from './hash-pool.js';
import type { WriterEpoch } from './writer-epoch.js';

export interface ContentStoreParts {
  readonly blobs: BlobStore;
  readonly ledger: BlobLedger;
  readonly corruption: CorruptionLog;
  readonly budget: ByteBudget;
  readonly hashes: HashPool;
  readonly epoch: WriterEpoch;
  /** Bodies up to this many bytes travel with their record. */
  readonly inlineBytes: number;
  /** A half-filled upload buffer is handed on after this long. */
  readonly flushMs: number;
}

/** What `writeBody` and `readBody` work with; shared by all doors. */
export class ContentStore implements ContentStoreParts, BlockReaderParts {
  readonly blobs: BlobStore;
  readonly ledger: BlobLedger;
  readonly corruption: CorruptionLog;
  readonly onCorrupt: CorruptionReport;
  readonly budget: ByteBudget;
  /** Of the budget, for what is read whole. */
  readonly documents: DocumentBudget;
  readonly hashes: HashPool;
  readonly epoch: WriterEpoch;
  readonly inlineBytes: number;
  readonly flushMs: number;
  readonly doubtful = new DoubtfulBytes();

  constructor(parts: ContentStoreParts) {
    this.blobs = parts.blobs;
    this.ledger = parts.ledger;
    this.corruption = parts.corruption;
    this.onCorrupt = parts.corruption.content;
    this.budget = parts.budget;
    this.documents = new DocumentBudget(parts.budget);
    this.hashes = parts.hashes;
    this.epoch = parts.epoch;
    this.inlineBytes = parts.inlineBytes;
    this.flushMs = parts.flushMs;
  }

  /** Removes bytes that no record refers to. What fails is left to the clean-up of dead epochs. */
  async deleteUnrecorded(context: CallContext, locator: string): Promise<void> {
    try {
      await this.blobs.delete(context, locator);
    } catch (error) {
      context.logger.warn('bytes of a refused write not removed yet', { locator, error });
    }
  }
}
