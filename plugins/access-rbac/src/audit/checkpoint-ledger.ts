import type { CallContext, Clock } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import { type AuditDocuments, checkpointWrite, stateWrite } from './audit-documents.js';
import { hashOf } from './audit-record.js';
import type { AuditSigner } from './audit-signer.js';

/** How far a chain had come. */
export interface ChainHead {
  readonly chain: string;
  /** Sequence number of its last record, which is also how many there were. */
  readonly sequence: number;
  /** Hash of that record's line. */
  readonly hash: string;
}

/** What a checkpoint says. They form a chain of their own, over all processes, and are kept for good. */
export interface Checkpoint {
  /** Counts from 1. */
  readonly number: number;
  readonly at: number;
  /** Hash of the text of the checkpoint before it; empty in the first. */
  readonly previous: string;
  /** `opened`: a chain begins, and chains whose end no checkpoint had seen are joined to it. */
  readonly cause: 'opened' | 'written' | 'closed' | 'pruned';
  readonly heads: readonly ChainHead[];
  /** Chains up to where retention removed them. */
  readonly pruned?: readonly ChainHead[];
}

/** Where the last checkpoint is to be found. */
export interface CheckpointHead {
  readonly number: number;
  readonly hash: string;
  readonly at: number;
}

export const HEAD = 'checkpoint';
const TRIES = 10;

/** Adds checkpoints, one behind the other whichever process adds them. */
export class CheckpointLedger {
  constructor(
    private readonly documents: AuditDocuments,
    private readonly signer: AuditSigner,
    private readonly clock: Clock,
  ) {}

  async head(context: CallContext): Promise<CheckpointHead | undefined> {
    return (await this.documents.state(context, HEAD))?.value as CheckpointHead | undefined;
  }

  async add(context: CallContext, said: Pick<Checkpoint, 'cause' | 'heads' | 'pruned'>): Promise<CheckpointHead> {
    for (let tried = 1; ; tried++) {
      const found = await this.documents.state(context, HEAD);
      const { number: last, hash: previous } = (found?.value as CheckpointHead | undefined) ?? { number: 0, hash: '' };
      const at = this.clock.now();
      const number = last + 1;
      const { cause, heads, pruned } = said;
      const text = JSON.stringify({ number, at, previous, cause, heads, pruned } satisfies Checkpoint);
      const head: CheckpointHead = { number, hash: hashOf(text), at };
      const signature = await this.signer.sign(text);
      try {
        await this.documents.write(context, [checkpointWrite(number, { text, signature }), stateWrite(HEAD, head, found?.revision ?? 0)]);
        // A log that is kept elsewhere bears witness of how far the trail had come.
        context.logger.info('audit checkpoint', { number, hash: head.hash, cause });
        return head;
      } catch (error) {
        if (!isStoreError(error) || error.code !== 'precondition-failed') throw error;
        if (tried === TRIES) throw new StoreError('conflict', 'Other processes add checkpoints all the time', { details: { retriable: true } });
      }
    }
  }
}
