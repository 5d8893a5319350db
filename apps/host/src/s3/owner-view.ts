import type { OwnerView } from '@zas/s3-protocol';
import type { S3Call } from './s3-call.js';

/** An account as answers show it. */
export async function ownerView(call: S3Call, accountId: string): Promise<OwnerView> {
  const { canonicalId, displayName } = await call.account(accountId);
  return { id: canonicalId, displayName: call.settings.ownerDisplayName ? displayName : undefined };
}
