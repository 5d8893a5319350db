import { StoreError, type NewContent } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

/** States of a content row, as stored. */
export const CONTENT_STATES = ['live', 'condemned', 'deleting'] as const;
const LIVE = 0;
const CONDEMNED = 1;
const DELETING = 2;

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
  const { locator, size, domain, digests } = content;
  const sha256 = Buffer.from(digests.sha256, 'hex');
  const own = session.read('select id from content where locator = ?').get(locator) as { id: number } | undefined;
  const same = session
    .read(
      `select id from content where id = (select content_id from content_digest where digest = ? and algorithm = 'sha256' and domain = ?)
       and state <> ${DELETING} and size = ?`,
    )
    .get(sha256, domain, size) as { id: number } | undefined;

  if (same) {
    referenceContent(session, same.id);
    // The losing copy is recorded, so that the collector removes its bytes.
    if (!own) insertContent(session, content, CONDEMNED, 0, at);
    return same.id;
  }
  if (own) {
    referenceContent(session, own.id);
    recordDigests(session, content, own.id);
    return own.id;
  }
  const id = insertContent(session, content, LIVE, 1, null);
  recordDigests(session, content, id);
  return id;
}

function insertContent(session: WriteSession, content: NewContent, state: number, refs: number, condemnedAt: number | null): number {
  const id = session.next();
  session
    .write('insert into content values (?, ?, ?, ?, ?, ?, ?)')
    .run(id, content.locator, content.size, content.domain, state, refs, condemnedAt);
  return id;
}

/** Newer bytes take the digest over from a row that is being deleted. */
function recordDigests(session: WriteSession, { digests, domain }: NewContent, contentId: number): void {
  for (const [algorithm, digest] of Object.entries(digests) as [string, string | undefined][]) {
    if (digest === undefined) continue;
    session
      .write('insert or replace into content_digest values (?, ?, ?, ?)')
      .run(Buffer.from(digest, 'hex'), algorithm, domain, contentId);
  }
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

export function forgetContent(session: WriteSession, contentId: number): void {
  const { changes } = session.write(`delete from content where id = ? and state = ${DELETING}`).run(contentId);
  if (changes > 0) session.write('delete from content_digest where content_id = ?').run(contentId);
}
