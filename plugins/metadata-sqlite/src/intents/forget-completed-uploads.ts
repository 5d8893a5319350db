import type { ForgetCompletedUploads, Outcomes } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export function forgetCompletedUploads(
  session: WriteSession,
  { before, limit }: ForgetCompletedUploads,
): Outcomes['forget-completed-uploads'] {
  const { changes } = session
    .write(
      `delete from completed_upload where upload_id in
         (select upload_id from completed_upload where completed_at < ? order by completed_at limit ?)`,
    )
    .run(before, limit);
  return { forgotten: changes };
}
