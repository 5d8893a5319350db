import { StoreError, type AcquireLease, type Outcomes, type ReleaseLease, type RenewLease } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

interface LeaseRow {
  readonly holder: string;
  readonly fence: number;
  readonly expires_at: number;
}

export function acquireLease(session: WriteSession, intent: AcquireLease): Outcomes['acquire-lease'] {
  const { name, holder, at, ttlMs } = intent;
  const held = findLease(session, name);
  if (held && held.holder !== holder && held.expires_at > at) {
    throw new StoreError('conflict', 'Another holder has the lease', { details: { reason: 'lease-held' } });
  }
  const fence = session.next();
  session.write('insert or replace into lease values (?, ?, ?, ?)').run(name, holder, fence, at + ttlMs);
  return { fence };
}

export function renewLease(session: WriteSession, intent: RenewLease): Outcomes['renew-lease'] {
  if (findLease(session, intent.name)?.fence !== intent.fence) {
    throw new StoreError('conflict', 'The lease was lost', { details: { reason: 'lease-lost' } });
  }
  session.write('update lease set expires_at = ? where name = ?').run(intent.at + intent.ttlMs, intent.name);
  return {};
}

export function releaseLease(session: WriteSession, intent: ReleaseLease): Outcomes['release-lease'] {
  session.write('delete from lease where name = ? and fence = ?').run(intent.name, intent.fence);
  return {};
}

function findLease(session: WriteSession, name: string): LeaseRow | undefined {
  return session.read('select holder, fence, expires_at from lease where name = ?').get(name) as LeaseRow | undefined;
}
