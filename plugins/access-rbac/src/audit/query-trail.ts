import type { AuditEvent, CallContext } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { wildcardOf } from '../policy/wildcard.js';
import { type AuditDocuments, type StoredSegment } from './audit-documents.js';
import { type AuditRecord, readLine } from './audit-record.js';
import { SEGMENT_OPEN_MS } from './chain-writer.js';
import { backwards, forwards } from './segment-order.js';

/** Records that reach the trail later than that after they happened are found only without `to`. */
const LATEST_MS = 3_600_000;
/** Segments that one question looks at. */
const MOST_SEGMENTS = 200;

export interface AuditQuery {
  readonly from?: number;
  readonly to?: number;
  readonly principal?: string;
  /** Prefix. */
  readonly resource?: string;
  /** With `*` and `?`. */
  readonly action?: string;
  readonly outcome?: AuditEvent['outcome'];
  readonly kind?: AuditEvent['kind'];
  /** Of this account alone. */
  readonly account?: string;
  readonly requestId?: string;
  readonly limit: number;
  readonly order: 'newest' | 'oldest';
  readonly cursor?: string;
  readonly now: number;
}

export interface FoundRecord {
  readonly chain: string;
  readonly record: AuditRecord;
  /** As it is stored. */
  readonly line: string;
}

/**
 * Records in the order in which they were written, or against it. A question looks at
 * a bounded stretch: there may be a cursor although little was found, or nothing.
 */
export async function queryTrail(context: CallContext, documents: AuditDocuments, query: AuditQuery): Promise<{ records: readonly FoundRecord[]; cursor?: string }> {
  const { order, limit } = query;
  const matches = matcherOf(query);
  const start = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const bounds = { from: query.from === undefined ? undefined : query.from - SEGMENT_OPEN_MS, to: query.to === undefined ? undefined : query.to + LATEST_MS };
  const walk = order === 'newest' ? backwards : forwards;
  const records: FoundRecord[] = [];
  let seen = 0;
  for await (const segment of walk(context, documents, { ...bounds, start: start?.id, now: query.now })) {
    const lines = segment.lines.split('\n');
    const begin = segment.id === start?.id ? start.line : order === 'newest' ? lines.length - 1 : 0;
    const step = order === 'newest' ? -1 : 1;
    for (let i = begin; i >= 0 && i < lines.length; i += step) {
      const record = matches(segment, lines[i]!);
      if (record === undefined) continue;
      if (records.length === limit) return { records, cursor: writeCursor({ id: segment.id, line: i }) };
      records.push({ chain: segment.chain, record, line: lines[i]! });
    }
    // Where the last one goes on growing, reading goes on behind what was read.
    if (++seen === MOST_SEGMENTS) return { records, cursor: writeCursor({ id: segment.id, line: order === 'newest' ? -1 : lines.length }) };
  }
  return { records };
}

function matcherOf(query: AuditQuery): (segment: StoredSegment, line: string) => AuditRecord | undefined {
  const { from = -Infinity, to = Infinity, principal, resource, outcome, kind, account, requestId } = query;
  const action = query.action === undefined ? undefined : wildcardOf(query.action.toLowerCase());
  // Whatever is not even in the text needs no reading.
  const texts = [principal, account, requestId].flatMap((text) => (text === undefined ? [] : JSON.stringify(text)));
  return (_segment, line) => {
    if (!texts.every((text) => line.includes(text))) return undefined;
    const record = readLine(line);
    if (record === undefined || record.at > to || (record.until ?? record.at) < from) return undefined;
    const fits =
      (principal === undefined || record.principal === principal) &&
      (account === undefined || record.account === account) &&
      (requestId === undefined || record.requestId === requestId) &&
      (resource === undefined || record.resource.startsWith(resource)) &&
      (outcome === undefined || record.outcome === outcome) &&
      (kind === undefined || record.kind === kind) &&
      (action === undefined || action.matches(record.action.toLowerCase()));
    return fits ? record : undefined;
  };
}

interface Cursor {
  readonly id: string;
  readonly line: number;
}

function writeCursor({ id, line }: Cursor): string {
  return Buffer.from(`${line} ${id}`).toString('base64url');
}

function readCursor(text: string): Cursor {
  const found = /^(-1|\d{1,9}) (\d{13}-[0-9a-z]{1,64}-\d{15})$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (!found) throw new StoreError('invalid-argument', 'The cursor is none of this list');
  return { line: Number(found[1]), id: found[2]! };
}
