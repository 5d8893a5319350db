import type { CallContext, Document, MetadataStore } from '@zas/plugin-api';

export const NAMESPACE = 'access-rbac';
const SEGMENTS = 'audit-segments';
const CHECKPOINTS = 'audit-checkpoints';
const STATE = 'audit-state';

/** Consecutive records of one chain, a line each. */
export interface Segment {
  readonly chain: string;
  /** Sequence number of the first record. */
  readonly first: number;
  readonly lines: string;
}

/** A segment beside its place in the order of writing. */
export interface StoredSegment extends Segment {
  readonly id: string;
}

/** A checkpoint as it is stored; what it says stands in its text. */
export interface SignedText {
  readonly text: string;
  readonly signature: string;
}

export interface DocumentWrite {
  readonly collection: string;
  readonly id: string;
  readonly value?: unknown;
  readonly ifRevision?: number;
}

const TIME_DIGITS = 13;
const NUMBER_DIGITS = 15;
const digits = (value: number, width: number): string => String(Math.max(0, Math.trunc(value))).padStart(width, '0');

/** Ids of segments begun at that time or later are behind this. */
export const segmentsFrom = (time: number): string => digits(time, TIME_DIGITS);
export const segmentIdOf = (opened: number, chain: string, first: number): string => `${digits(opened, TIME_DIGITS)}-${chain}-${digits(first, NUMBER_DIGITS)}`;
export const openedOf = (segmentId: string): number => Number(segmentId.slice(0, TIME_DIGITS));

export const segmentWrite = (id: string, value: Segment): DocumentWrite => ({ collection: SEGMENTS, id, value });
export const segmentRemoval = (id: string): DocumentWrite => ({ collection: SEGMENTS, id });
export const checkpointWrite = (number: number, value: SignedText): DocumentWrite => ({ collection: CHECKPOINTS, id: digits(number, NUMBER_DIGITS), value, ifRevision: 0 });
export const stateWrite = (id: string, value: unknown, ifRevision?: number): DocumentWrite => ({ collection: STATE, id, value, ifRevision });

/** The trail's documents in the metadata store. */
export class AuditDocuments {
  constructor(private readonly metadata: MetadataStore) {}

  /** In the order of writing, behind `after`. */
  async segments(context: CallContext, query: { readonly after?: string; readonly limit: number }): Promise<readonly StoredSegment[]> {
    return (await this.metadata.documents.list(context, NAMESPACE, SEGMENTS, query)).map(segmentOf);
  }

  async segment(context: CallContext, id: string): Promise<StoredSegment | undefined> {
    const found = await this.metadata.documents.find(context, NAMESPACE, SEGMENTS, id);
    return found && segmentOf(found);
  }

  /** In order of their numbers, behind `after`. */
  checkpoints(context: CallContext, query: { readonly after: number; readonly limit: number }): Promise<readonly Document[]> {
    return this.metadata.documents.list(context, NAMESPACE, CHECKPOINTS, { after: digits(query.after, NUMBER_DIGITS), limit: query.limit });
  }

  state(context: CallContext, id: string): Promise<Document | undefined> {
    return this.metadata.documents.find(context, NAMESPACE, STATE, id);
  }

  /** At most 100, in one commit. */
  async write(context: CallContext, writes: readonly DocumentWrite[]): Promise<void> {
    await this.metadata.apply(context, { kind: 'write-documents', namespace: NAMESPACE, writes });
  }
}

/** Whatever somebody made of it: what is wrong in it is for verification to find. */
function segmentOf({ id, value }: Document): StoredSegment {
  const { chain, first, lines } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return { id, chain: String(chain), first: Number(first), lines: typeof lines === 'string' ? lines : '' };
}
