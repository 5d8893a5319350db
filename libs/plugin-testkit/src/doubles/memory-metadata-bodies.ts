import { StoreError, type ClaimContents, type ForgetContents, type NewBody, type NewContent, type Outcomes, type SessionBody } from '@zas/plugin-api';
import type { MemoryMetadataState, Piece, StoredBody, StoredContent } from './memory-metadata-state.js';

/**
 * A new body, ready to be recorded: everything was checked, nothing is changed
 * until `record` is called.
 */
export interface PreparedBody {
  readonly size: number;
  record(): StoredBody;
  /** Instead of `record`, when the body is not needed: stored bytes are condemned. */
  refuse?(): void;
}

/** Checks a new body against the present state; see `NewBody` for what it throws. */
export function prepareBody(state: MemoryMetadataState, body: NewBody | SessionBody, at: number): PreparedBody {
  switch (body.kind) {
    case 'inline':
      return {
        size: body.bytes.length,
        record: () => recordBody(state, body.bytes.length === 0 ? [] : [addInline(state, body.bytes)]),
      };
    case 'stored':
      checkEpoch(state, body.epoch);
      return prepareContent(state, body.content, at);
    case 'session':
      return prepareContent(state, body.content, at);
    case 'copy':
      return prepareCopy(state, body);
  }
}

export function checkEpoch(state: MemoryMetadataState, epoch: number): void {
  if ([...state.leases.values()].some((lease) => lease.fence === epoch)) return;
  throw new StoreError('conflict', 'The epoch of the bytes is closed', { details: { reason: 'epoch-closed', retriable: false } });
}

function prepareContent(state: MemoryMetadataState, content: NewContent, at: number): PreparedBody {
  const recorded = [...state.contents.values()].find((row) => row.locator === content.locator);
  if (recorded?.state === 'deleting') {
    throw new StoreError('conflict', 'The bytes are being removed', { details: { reason: 'content-deleting', retriable: true } });
  }
  if (recorded && !isSame(recorded, content)) throw new StoreError('invalid-argument', 'The locator is recorded with other bytes');
  return {
    size: content.size,
    // A row of its own without a reference is condemned.
    refuse: () => void (recorded ?? addContent(state, content, at)),
    record: () => {
      const same = [...state.contents.values()].find((row) => row.shared && row.state !== 'deleting' && isSame(row, content));
      const own = recorded ?? addContent(state, content, at);
      const used = same ?? own;
      reference(used);
      return recordBody(state, [{ length: content.size, source: { kind: 'content', contentId: used.id, offset: 0 } }]);
    },
  };
}

function isSame(row: StoredContent, content: NewContent): boolean {
  const algorithms = ['sha256', 'sha512'] as const;
  const common = algorithms.some((name) => content.digests[name] !== undefined && row.digests[name] === content.digests[name]);
  return common && row.size === content.size && row.domain === content.domain;
}

function prepareCopy(state: MemoryMetadataState, body: Extract<NewBody, { kind: 'copy' }>): PreparedBody {
  const { bucketId, key, seq } = body.from;
  const source = state.buckets
    .get(bucketId)
    ?.versions.get(key)
    ?.find((version) => version.seq === seq && !version.deleteMarker);
  if (!source) {
    throw new StoreError('conflict', 'The source of the copy changed', { details: { reason: 'source-changed', retriable: true } });
  }
  const { offset, length } = body.range ?? { offset: 0, length: source.size };
  if (offset < 0 || length < 0 || offset + length > source.size) {
    throw new StoreError('invalid-argument', 'The range lies outside the source');
  }
  return {
    size: length,
    record: () => recordBody(state, slice(state, source.body.pieces, offset, length)),
  };
}

function slice(state: MemoryMetadataState, pieces: readonly Piece[], from: number, length: number): Piece[] {
  const result: Piece[] = [];
  let start = 0;
  for (const piece of pieces) {
    const skip = Math.max(0, from - start);
    const end = Math.min(piece.length, from + length - start);
    if (skip < end) {
      if (piece.source.kind === 'inline') {
        result.push(addInline(state, state.inlineBodies.get(piece.source.inlineId)!.subarray(skip, end)));
      } else {
        reference(state.contents.get(piece.source.contentId)!);
        result.push({ length: end - skip, source: { ...piece.source, offset: piece.source.offset + skip } });
      }
    }
    start += piece.length;
  }
  return result;
}

/** Gives pieces an identity under which their extents are found. */
export function recordBody(state: MemoryMetadataState, pieces: readonly Piece[], parts?: StoredBody['parts']): StoredBody {
  const body = { id: state.next(), pieces, parts };
  state.bodies.set(body.id, body);
  return body;
}

/** Another body over the same bytes; inline ones are duplicated. */
export function shareBody(state: MemoryMetadataState, body: StoredBody): StoredBody {
  return recordBody(state, slice(state, body.pieces, 0, Infinity));
}

/** Drops a body and its references; contents that lose the last one are condemned. */
export function releaseBody(state: MemoryMetadataState, body: StoredBody, at: number): void {
  state.bodies.delete(body.id);
  for (const { source } of body.pieces) {
    if (source.kind === 'inline') {
      state.inlineBodies.delete(source.inlineId);
    } else {
      const content = state.contents.get(source.contentId)!;
      content.references--;
      if (content.references === 0) {
        content.state = 'condemned';
        content.condemnedAt = at;
      }
    }
  }
}

function addInline(state: MemoryMetadataState, bytes: Uint8Array): Piece {
  const inlineId = state.next();
  state.inlineBodies.set(inlineId, Uint8Array.from(bytes));
  return { length: bytes.length, source: { kind: 'inline', inlineId } };
}

function addContent(state: MemoryMetadataState, content: NewContent, at: number): StoredContent {
  const row: StoredContent = {
    id: state.next(),
    locator: content.locator,
    size: content.size,
    digests: content.digests,
    domain: content.domain,
    blockSums: Buffer.from(content.blockSums, 'base64'),
    shared: true,
    state: 'condemned',
    references: 0,
    condemnedAt: at,
  };
  state.contents.set(row.id, row);
  return row;
}

function reference(content: StoredContent): void {
  content.references++;
  content.state = 'live';
}

export function claimContents(state: MemoryMetadataState, intent: ClaimContents): Outcomes['claim-contents'] {
  const claimed = [...state.contents.values()]
    .filter((row) => row.state === 'deleting' || (row.state === 'condemned' && row.condemnedAt < intent.condemnedBefore))
    .slice(0, intent.limit);
  for (const row of claimed) row.state = 'deleting';
  return { contents: claimed.map(({ id, locator }) => ({ contentId: id, locator })) };
}

export function forgetContents(state: MemoryMetadataState, intent: ForgetContents): Outcomes['forget-contents'] {
  for (const id of intent.contentIds) {
    if (state.contents.get(id)?.state === 'deleting') state.contents.delete(id);
  }
  return {};
}

export function reportCorrupt(state: MemoryMetadataState, contentId: number): Outcomes['report-corrupt'] {
  const row = state.contents.get(contentId);
  if (row) row.shared = false;
  return {};
}
