import type { ForgetClientTokens, Outcomes } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export function forgetClientTokens(session: WriteSession, { before, limit }: ForgetClientTokens): Outcomes['forget-client-tokens'] {
  const { changes } = session
    .write(
      `delete from client_token where (bucket_id, token) in
         (select bucket_id, token from client_token where used_at < ? order by used_at limit ?)`,
    )
    .run(before, limit);
  return { forgotten: changes };
}
