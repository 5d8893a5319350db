import type { CallContext, Clock } from '@zas/plugin-api';
import { errorCodeOf } from '@zas/plugin-api';
import { type AuditDocuments, type DocumentWrite, openedOf, segmentIdOf, segmentWrite, segmentsFrom, stateWrite } from './audit-documents.js';
import { type AuditEntry, genesisOf, hashOf, lineOf } from './audit-record.js';
import type { ChainHead, CheckpointLedger } from './checkpoint-ledger.js';

/** Characters and records of one segment. */
const SEGMENT_LENGTH = 60_000;
const SEGMENT_RECORDS = 500;
/** A segment of that length is not written again, nor one that was begun so long ago. */
const SEALED_LENGTH = 16_000;
export const SEGMENT_OPEN_MS = 60_000;
/** Of what other processes wrote since the last checkpoint, read when a chain begins. */
const JOINED_SEGMENTS = 1_000;
const PAGE = 100;

export interface ChainWriterParts {
  readonly documents: AuditDocuments;
  readonly checkpoints: CheckpointLedger;
  readonly clock: Clock;
  /** Unique to this process: digits and lower-case letters. */
  readonly chain: string;
}

/** What goes into one commit: at most {@link MOST_RECORDS} records, and writes beside them. */
export interface Batch {
  readonly entries: readonly AuditEntry[];
  readonly also?: readonly DocumentWrite[];
}

export const MOST_RECORDS = 1_000;

interface OpenSegment {
  readonly id: string;
  readonly first: number;
  readonly lines: readonly string[];
  readonly length: number;
}

interface ChainState {
  readonly sequence: number;
  readonly hash: string;
  readonly open: OpenSegment | undefined;
}

interface Doubt {
  readonly entries: readonly AuditEntry[];
  readonly state: ChainState;
}

/** Writes the one chain of this process, one batch after the other. */
export class ChainWriter {
  private state: ChainState;
  /** A batch that may have been committed or not. */
  private doubt: Doubt | undefined;
  private opened = false;
  private checkpointed = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ChainWriterParts) {
    this.state = { sequence: 0, hash: genesisOf(parts.chain), open: undefined };
  }

  /** When there is something that no checkpoint names. */
  get unsigned(): boolean {
    return this.state.sequence > this.checkpointed;
  }

  /**
   * Resolves when the batch is durable. `make` is called when its turn has come. The same
   * `entries` may be given again after a failure: they are written once.
   */
  write(context: CallContext, make: () => Batch | undefined | Promise<Batch | undefined>): Promise<void> {
    return this.inTurn(async () => {
      const settled = await this.settle(context);
      const batch = await make();
      if (batch === undefined || batch.entries.length === 0 || batch.entries === settled) return;
      await this.begin(context);
      const { state, writes } = this.extend(batch.entries);
      this.doubt = { entries: batch.entries, state };
      try {
        await this.parts.documents.write(context, [...writes, ...(batch.also ?? [])]);
      } catch (error) {
        if (errorCodeOf(error) === 'precondition-failed') this.doubt = undefined;
        throw error;
      }
      this.doubt = undefined;
      this.state = state;
    });
  }

  /** Names the end of the chain in a checkpoint, where none does yet. */
  checkpoint(context: CallContext, cause: 'written' | 'closed'): Promise<void> {
    return this.inTurn(async () => {
      await this.settle(context);
      if (!this.unsigned) return;
      const head = this.head();
      await this.parts.checkpoints.add(context, { cause, heads: [head] });
      this.checkpointed = head.sequence;
    });
  }

  /** Fails while nothing can be written. */
  probe(context: CallContext): Promise<void> {
    return this.inTurn(async () => {
      await this.parts.documents.write(context, [stateWrite('probe', this.parts.clock.now())]);
      await this.settle(context);
    });
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(task);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private head(): ChainHead {
    const { sequence, hash } = this.state;
    return { chain: this.parts.chain, sequence, hash };
  }

  /** Finds out whether the batch in doubt was committed: a later write that succeeds has settled it. */
  private async settle(context: CallContext): Promise<readonly AuditEntry[] | undefined> {
    const { doubt } = this;
    if (!doubt) return undefined;
    const { documents, clock } = this.parts;
    await documents.write(context, [stateWrite('probe', clock.now())]);
    const { id, lines } = doubt.state.open!;
    const committed = (await documents.segment(context, id))?.lines === lines.join('\n');
    if (committed) this.state = doubt.state;
    this.doubt = undefined;
    return committed ? doubt.entries : undefined;
  }

  /** The chain's first checkpoint, before its first record; it takes in what crashed processes left unsigned. */
  private async begin(context: CallContext): Promise<void> {
    if (this.opened) return;
    const { checkpoints } = this.parts;
    const last = await checkpoints.head(context);
    const joined = last === undefined ? [] : await this.unsignedSince(context, last.at);
    await checkpoints.add(context, { cause: 'opened', heads: [this.head(), ...joined] });
    this.opened = true;
  }

  private async unsignedSince(context: CallContext, time: number): Promise<readonly ChainHead[]> {
    const heads = new Map<string, ChainHead>();
    let after = segmentsFrom(time - 2 * SEGMENT_OPEN_MS);
    for (let read = 0; read < JOINED_SEGMENTS; ) {
      const page = await this.parts.documents.segments(context, { after, limit: PAGE });
      for (const { chain, first, lines } of page) {
        const all = lines.split('\n');
        heads.set(chain, { chain, sequence: first + all.length - 1, hash: hashOf(all.at(-1)!) });
      }
      read += page.length;
      if (page.length < PAGE) break;
      after = page.at(-1)!.id;
    }
    return [...heads.values()];
  }

  private extend(entries: readonly AuditEntry[]): { readonly state: ChainState; readonly writes: readonly DocumentWrite[] } {
    const { chain, clock } = this.parts;
    let { sequence, hash, open } = this.state;
    const written: OpenSegment[] = [];
    const now = clock.now();
    const before = open === undefined ? 0 : openedOf(open.id);
    if (open && (open.length >= SEALED_LENGTH || now - before >= SEGMENT_OPEN_MS)) open = undefined;
    // Ids of a chain ascend with its sequence, whatever the clock does.
    const opened = Math.max(now, before);
    let lines = open ? [...open.lines] : [];
    let { id, first, length } = open ?? { id: segmentIdOf(opened, chain, sequence + 1), first: sequence + 1, length: 0 };
    for (const entry of entries) {
      let place: { seq: number; prev: string; opened?: number } = { seq: sequence + 1, prev: hash };
      if (lines.length >= SEGMENT_RECORDS || length >= SEGMENT_LENGTH) {
        written.push({ id, first, lines, length });
        [id, first, lines, length] = [segmentIdOf(opened, chain, sequence + 1), sequence + 1, [], 0];
      }
      if (lines.length === 0) place = { ...place, opened };
      const line = lineOf(entry, place);
      lines.push(line);
      length += line.length + 1;
      hash = hashOf(line);
      sequence++;
    }
    open = { id, first, lines, length };
    const writes = [...written, open].map((segment) => segmentWrite(segment.id, { chain, first: segment.first, lines: segment.lines.join('\n') }));
    return { state: { sequence, hash, open }, writes };
  }
}
