import type { CallContext } from '@zas/plugin-api';
import { type AuditDocuments, type StoredSegment, openedOf, segmentsFrom } from './audit-documents.js';

/** Segments of one read: each may have tens of KiB. */
const PAGE = 16;
const FIRST_STRETCH_MS = 60_000;

/** Which segments: those begun in a stretch of time, from `start` on, itself included. */
export interface SegmentRange {
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Id of a segment; it may be gone. */
  readonly start: string | undefined;
  /** There may be some that were begun later, by another clock. */
  readonly now: number;
}

/** The oldest first. */
export async function* forwards(context: CallContext, documents: AuditDocuments, { from, to = Infinity, start }: SegmentRange): AsyncGenerator<StoredSegment> {
  let after = start ?? (from === undefined ? undefined : segmentsFrom(from));
  const first = start === undefined ? undefined : await documents.segment(context, start);
  if (first) yield first;
  for (;;) {
    const page = await documents.segments(context, { after, limit: PAGE });
    for (const segment of page) {
      if (openedOf(segment.id) > to) return;
      yield segment;
    }
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

/** The newest first: documents are listed upwards only, so stretches of time are read that hold about a page. */
export async function* backwards(context: CallContext, documents: AuditDocuments, { from = 0, to, start, now }: SegmentRange): AsyncGenerator<StoredSegment> {
  const [oldest] = await documents.segments(context, { limit: 1 });
  if (!oldest) return;
  const least = Math.max(from, openedOf(oldest.id));
  const first = start === undefined ? undefined : await documents.segment(context, start);
  if (first) yield first;
  let end = start ?? (to === undefined ? '~' : segmentsFrom(to + 1));
  let time = start === undefined ? Math.min(to ?? now, now) : openedOf(start);
  for (let width = FIRST_STRETCH_MS; ; ) {
    const begin = Math.max(least, time - width);
    const page = await documents.segments(context, { after: segmentsFrom(begin), limit: PAGE });
    const inside = page.filter(({ id }) => id < end);
    if (inside.length === PAGE && width > 1) {
      width = Math.max(1, Math.floor(width / 4));
      continue;
    }
    const all = inside.length === PAGE ? await allBetween(context, documents, inside, end) : inside;
    yield* all.toReversed();
    if (begin <= least) return;
    [end, time] = [segmentsFrom(begin), begin];
    if (all.length < PAGE / 4) width *= all.length === 0 ? 8 : 2;
  }
}

/** More than a page begun in one millisecond. */
async function allBetween(context: CallContext, documents: AuditDocuments, first: readonly StoredSegment[], end: string): Promise<readonly StoredSegment[]> {
  const all = [...first];
  for (;;) {
    const page = await documents.segments(context, { after: all.at(-1)!.id, limit: PAGE });
    all.push(...page.filter(({ id }) => id < end));
    if (page.length < PAGE || page.at(-1)!.id >= end) return all;
  }
}
