import type { NewContent } from '@zas/plugin-api';
import type { Digests } from './digests.js';

/** What an intent says of bytes that were stored in clear. */
export function newContent(locator: string, size: number, { sha256, sha512, blockSums }: Digests): NewContent {
  return { locator, size, digests: { sha256, sha512 }, domain: '', blockSums: blockSums! };
}
