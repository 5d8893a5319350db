import { crc32 } from 'node:zlib';
import { slicePieces, type Piece } from '@zas/metadata-sql';
import { StoreError, type NewBody, type NewContent, type SessionBody } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';
import { checkEpoch, checkLocator, condemnNewContent, isContentCorrupt, referenceContent, referenceNewContent, releaseContent } from './content-table.js';
import { findVersionBody } from './object-table.js';

/** Where a body is, in the record that owns it. All null: no bytes. */
export interface BodyColumns {
  readonly inline_id: number | null;
  readonly content_id: number | null;
  readonly content_offset: number | null;
  readonly body_id: number | null;
}

export const EMPTY_BODY: BodyColumns = { inline_id: null, content_id: null, content_offset: null, body_id: null };

/** A new body that was checked; nothing is written before `record`. */
export interface PreparedBody {
  readonly size: number;
  record(): BodyColumns;
  /** Instead of `record`, when the body is not needed: stored bytes are condemned. */
  condemn?(): void;
}

/** @throws as `NewBody` says */
export function prepareBody(session: WriteSession, body: NewBody | SessionBody, at: number): PreparedBody {
  switch (body.kind) {
    case 'inline':
      return { size: body.bytes.length, record: () => recordInline(session, body.bytes) };
    case 'stored':
      checkEpoch(session, body.epoch);
      return prepareContent(session, body.content, at);
    case 'session':
      return prepareContent(session, body.content, at);
    case 'copy':
      return prepareCopy(session, body);
  }
}

function prepareContent(session: WriteSession, content: NewContent, at: number): PreparedBody {
  checkLocator(session, content.locator);
  return {
    size: content.size,
    record: () => ({ ...EMPTY_BODY, content_id: referenceNewContent(session, content, at), content_offset: 0 }),
    condemn: () => condemnNewContent(session, content, at),
  };
}

/** The bytes of a small body are not what was written. */
export function corruptInline(): StoreError {
  return new StoreError('corrupt', 'Stored bytes are not as recorded', { details: { reason: 'blob' } });
}

function recordInline(session: WriteSession, bytes: Uint8Array): BodyColumns {
  return bytes.length === 0 ? EMPTY_BODY : { ...EMPTY_BODY, inline_id: insertInline(session, bytes) };
}

function insertInline(session: WriteSession, bytes: Uint8Array): number {
  const id = session.next();
  session.write('insert into inline_body values (?, ?, ?)').run(id, bytes, crc32(bytes));
  return id;
}

function prepareCopy(session: WriteSession, { from, range }: Extract<NewBody, { kind: 'copy' }>): PreparedBody {
  const source = findVersionBody(session, from.bucketId, Buffer.from(from.key), from.seq);
  if (!source) {
    throw new StoreError('conflict', 'The source of the copy changed', { details: { reason: 'source-changed', retriable: true } });
  }
  const { offset, length } = range ?? { offset: 0, length: source.size };
  if (offset < 0 || length < 0 || offset + length > source.size) {
    throw new StoreError('invalid-argument', 'The range lies outside the source');
  }
  return {
    size: length,
    record: () => {
      const slices = slicePieces(piecesOf(session, source, source.size), offset, length);
      const copies = slices.map((slice): Piece => {
        const { contentId, inlineId } = slice.piece;
        if (contentId !== null) {
          referenceContent(session, contentId);
          return { length: slice.length, inlineId: null, contentId, offset: slice.offset };
        }
        return { length: slice.length, inlineId: copyInline(session, inlineId!, slice.offset, slice.length), contentId: null, offset: 0 };
      });
      return recordPieces(session, copies);
    },
  };
}

function copyInline(session: WriteSession, inlineId: number, offset = 0, length = Infinity): number {
  const row = session.read('select bytes, crc32 from inline_body where id = ?').get(inlineId) as { bytes: Buffer; crc32: number };
  if (crc32(row.bytes) !== row.crc32) throw corruptInline();
  return insertInline(session, row.bytes.subarray(offset, offset + length));
}

/** A single piece sits in the record, several get extents of their own. */
function recordPieces(session: WriteSession, pieces: readonly Piece[]): BodyColumns {
  const [first, second] = pieces;
  if (!first) return EMPTY_BODY;
  if (second) return { ...EMPTY_BODY, body_id: recordExtents(session, pieces) };
  if (first.contentId !== null) return { ...EMPTY_BODY, content_id: first.contentId, content_offset: first.offset };
  return { ...EMPTY_BODY, inline_id: first.inlineId };
}

/** @returns the id of the body whose extents these pieces now are */
export function recordExtents(session: WriteSession, pieces: readonly Piece[]): number {
  const bodyId = session.next();
  insertExtents(session, bodyId, 0, pieces);
  return bodyId;
}

/**
 * Puts a recorded body behind another one, of `size` bytes. Extents that are there
 * stay as they are, so it costs what is added, and who reads the shorter body goes on.
 * @returns the id of the body that holds both
 */
export function appendToBody(session: WriteSession, body: BodyColumns, size: number, added: BodyColumns, addedSize: number): number {
  const bodyId = body.body_id ?? recordExtents(session, piecesOf(session, body, size));
  insertExtents(session, bodyId, size, piecesOf(session, added, addedSize));
  if (added.body_id !== null) dropExtents(session, added.body_id);
  // Parts of a multipart body no longer cover it.
  if (body.body_id !== null) session.write('delete from body_part where body_id = ?').run(bodyId);
  return bodyId;
}

function insertExtents(session: WriteSession, bodyId: number, from: number, pieces: readonly Piece[]): void {
  const insert = session.write('insert into body_extent values (?, ?, ?, ?, ?, ?)');
  let start = from;
  for (const { length, inlineId, contentId, offset } of pieces) {
    if (length === 0) continue;
    insert.run(bodyId, start, length, inlineId, contentId, offset);
    start += length;
  }
}

/** The pieces of a body of that size, in order. */
export function piecesOf(session: WriteSession, body: BodyColumns, size: number): readonly Piece[] {
  if (body.body_id !== null) {
    return session
      .read(
        `select length, inline_id as inlineId, content_id as contentId, source_offset as offset
         from body_extent where body_id = ? order by start`,
      )
      .all(body.body_id) as Piece[];
  }
  if (body.inline_id === null && body.content_id === null) return [];
  return [{ length: size, inlineId: body.inline_id, contentId: body.content_id, offset: body.content_offset ?? 0 }];
}

/** Another body of one piece over the same bytes; inline ones are duplicated. */
export function shareBody(session: WriteSession, body: BodyColumns): BodyColumns {
  if (body.content_id !== null) referenceContent(session, body.content_id);
  if (body.inline_id === null) return body;
  return { ...body, inline_id: copyInline(session, body.inline_id) };
}

/** Its bytes were found corrupt. Inline ones are looked at when they are read. */
export function isCorrupt(session: WriteSession, body: BodyColumns): boolean {
  return body.content_id !== null && isContentCorrupt(session, body.content_id);
}

/** Removes a body and its references. */
export function releaseBody(session: WriteSession, body: BodyColumns, at: number): void {
  if (body.inline_id !== null) deleteInline(session, body.inline_id);
  if (body.content_id !== null) releaseContent(session, body.content_id, at);
  if (body.body_id === null) return;
  for (const { inlineId, contentId } of piecesOf(session, body, 0)) {
    if (inlineId !== null) deleteInline(session, inlineId);
    else releaseContent(session, contentId!, at);
  }
  dropExtents(session, body.body_id);
  session.write('delete from body_part where body_id = ?').run(body.body_id);
}

/** Removes the extents of a body whose pieces went elsewhere. */
export function dropExtents(session: WriteSession, bodyId: number): void {
  session.write('delete from body_extent where body_id = ?').run(bodyId);
}

function deleteInline(session: WriteSession, inlineId: number): void {
  session.write('delete from inline_body where id = ?').run(inlineId);
}
