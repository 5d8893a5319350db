import { decodePosition, encodePosition } from '@zas/metadata-sql';
import { StoreError, type AdvanceFeedReader, type Outcomes, type RegisterFeedReader, type RemoveFeedReader, type TrimFeed } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export function registerFeedReader(session: WriteSession, intent: RegisterFeedReader): Outcomes['register-feed-reader'] {
  const known = findReader(session, intent.name);
  if (known !== undefined) return { position: encodePosition(known) };
  const position = intent.from === 'now' ? session.lastNumber : trimmedTo(session);
  session.write('insert into feed_reader values (?, ?)').run(intent.name, position);
  return { position: encodePosition(position) };
}

export function advanceFeedReader(session: WriteSession, intent: AdvanceFeedReader): Outcomes['advance-feed-reader'] {
  const position = decodePosition(intent.position);
  if (findReader(session, intent.name) === undefined) {
    throw new StoreError('not-found', 'No such feed reader', { details: { reason: 'feed-reader' } });
  }
  session.write('update feed_reader set position = max(position, ?) where name = ?').run(position, intent.name);
  return {};
}

export function removeFeedReader(session: WriteSession, intent: RemoveFeedReader): Outcomes['remove-feed-reader'] {
  session.write('delete from feed_reader where name = ?').run(intent.name);
  return {};
}

/** Entries go oldest first, so what may go is a stretch at the start of the feed. */
export function trimFeed(session: WriteSession, { keepAtMost, limit }: TrimFeed): Outcomes['trim-feed'] {
  const passedTo = (session.read('select min(position) from feed_reader').pluck().get() as number | null) ?? session.lastNumber;
  const overflow = Math.max(0, session.feedCount - keepAtMost);
  const oldest = session.read('select position from feed order by position limit ?').pluck().all(limit) as number[];
  const passed = oldest.findIndex((position) => position > passedTo);
  const removed = Math.min(oldest.length, Math.max(passed < 0 ? oldest.length : passed, overflow));
  const newest = oldest[removed - 1];
  if (newest === undefined) return { removed: 0 };
  session.write('delete from feed where position <= ?').run(newest);
  session.trimmedFeed(removed, newest);
  return { removed };
}

function findReader(session: WriteSession, name: string): number | undefined {
  return session.read('select position from feed_reader where name = ?').pluck().get(name) as number | undefined;
}

function trimmedTo(session: WriteSession): number {
  return session.read('select feed_trimmed_to from store_state').pluck().get() as number;
}
