import type { Outcomes, RecordPulls } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export function recordPulls(session: WriteSession, { pulls }: RecordPulls): Outcomes['record-pulls'] {
  const manifest = session.write('update manifest set pulled_at = ? where repository_id = ? and digest = ? and coalesce(pulled_at, -1) < ?');
  const named = session.write('update tag set pulled_at = ? where repository_id = ? and name = ? and coalesce(pulled_at, -1) < ?');
  for (const { repositoryId, digest, tag, at } of pulls) {
    manifest.run(at, repositoryId, digest, at);
    if (tag !== undefined) named.run(at, repositoryId, tag, at);
  }
  return {};
}
