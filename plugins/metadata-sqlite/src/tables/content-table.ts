import { StoreError, type NewContent } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

/** States of a content row, as stored. */
export const CONTENT_STATES = ['live', 'condemned', 'deleting'] as const;
const LIVE = 0;
const CONDEMNED = 1;
const DELETING = 2;

const FIND_SAME = `select content.id from content_digest join content on content.id = content_id
  where digest = ? and algorithm = ? and content_digest.domain = ? and size = ? and state <> ${DELETING}
  order by state, content.id limit 1`;
const INSERT_DIGEST = 'insert into content_digest values (?, ?, ?, ?)';

/** @throws `conflict`, reason `epoch-closed`, when no lease carries that fence any more */
export function checkEpoch(session: WriteSession, epoch: number): void {
  if (session.read('select 1 from lease where fence = ?').get(epoch) === undefined) {
    throw new StoreError('conflict', 'The epoch of the bytes is closed', { details: { reason: 'epoch-closed', retriable: false } });
  }
}

/** @throws `conflict`, reason `content-deleting`, when the locator itself is being removed */
export function checkLocator(session: WriteSession, locator: string): void {
  const row = session.read('select state from content where locator = ?').get(locator) as { state: number } | undefined;
  if (row?.state === DELETING) {
    throw new StoreError('conflict', 'The bytes are being removed', { details: { reason: 'content-deleting', retriable: true } });
  }
}

/** References the row that has these bytes already, or a new one. @returns its id */
export function referenceNewContent(session: WriteSession, content: NewContent, at: number): number {
  const { locator } = content;
  const own = findLocator(session, locator);
  const same = findSame(session, content);
  if (same) {
    referenceContent(session, same.id);
    // The losing copy is recorded, so that the collector removes its bytes.
    if (!own) insertContent(session, content, CONDEMNED, 0, at);
    return same.id;
  }
  // Its own row may differ in size or digest only when the caller re-used a locator for other bytes.
  if (own) throw new StoreError('invalid-argument', 'The locator is recorded with other bytes');
  return insertContent(session, content, LIVE, 1, null);
}

function findLocator(session: WriteSession, locator: string): { id: number } | undefined {
  return session.read('select id from content where locator = ?').get(locator) as { id: number } | undefined;
}

function findSame(session: WriteSession, { size, domain, digests }: NewContent): { id: number } | undefined {
  for (const algorithm of ['sha256', 'sha512'] as const) {
    const digest = digests[algorithm];
    const found = digest === undefined ? undefined : session.read(FIND_SAME).get(Buffer.from(digest, 'hex'), algorithm, domain, size);
    if (found) return found as { id: number };
  }
  return undefined;
}

/** Records bytes that nothing needs, so that the collector removes them. */
export function condemnNewContent(session: WriteSession, content: NewContent, at: number): void {
  if (!findLocator(session, content.locator)) insertContent(session, content, CONDEMNED, 0, at);
}

/** True for a row whose bytes were found corrupt. */
export function isContentCorrupt(session: WriteSession, contentId: number): boolean {
  return session.read('select 1 from content_digest where content_id = ?').get(contentId) === undefined;
}

function insertContent(session: WriteSession, content: NewContent, state: number, refs: number, condemnedAt: number | null): number {
  const id = session.next();
  const { locator, size, domain, digests } = content;
  const sums = Buffer.from(content.blockSums, 'base64');
  session.write('insert into content values (?, ?, ?, ?, ?, ?, ?, ?)').run(id, locator, size, domain, state, refs, condemnedAt, sums);
  for (const [algorithm, digest] of Object.entries(digests) as [string, string | undefined][]) {
    if (digest !== undefined) session.write(INSERT_DIGEST).run(Buffer.from(digest, 'hex'), algorithm, domain, id);
  }
  return id;
}

/** Adds a reference to a row that is not `deleting`, reviving it when it was condemned. */
export function referenceContent(session: WriteSession, contentId: number): void {
  session.write(`update content set refs = refs + 1, state = ${LIVE}, condemned_at = null where id = ?`).run(contentId);
}

/** Takes a reference away; the last one condemns the row. */
export function releaseContent(session: WriteSession, contentId: number, at: number): void {
  session
    .write(
      `update content set refs = refs - 1,
         state = case when refs = 1 then ${CONDEMNED} else state end,
         condemned_at = case when refs = 1 then ? else condemned_at end
       where id = ?`,
    )
    .run(at, contentId);
}

export function claimContents(session: WriteSession, condemnedBefore: number, limit: number): { contentId: number; locator: string }[] {
  const rows = session
    .read(
      `select id as contentId, locator from content where state > ${LIVE} and (state = ${DELETING} or condemned_at < ?)
       order by condemned_at limit ?`,
    )
    .all(condemnedBefore, limit) as { contentId: number; locator: string }[];
  const claim = session.write(`update content set state = ${DELETING} where id = ?`);
  for (const { contentId } of rows) claim.run(contentId);
  return rows;
}

/** Nothing new shares bytes that were found corrupt: a later upload of the same bytes is kept as its own copy. */
export function reportCorrupt(session: WriteSession, contentId: number): void {
  session.write('delete from content_digest where content_id = ?').run(contentId);
}

export function forgetContent(session: WriteSession, contentId: number): void {
  const { changes } = session.write(`delete from content where id = ? and state = ${DELETING}`).run(contentId);
  if (changes > 0) session.write('delete from content_digest where content_id = ?').run(contentId);
}
