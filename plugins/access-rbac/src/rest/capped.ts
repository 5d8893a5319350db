import { StoreError, type CallContext } from '@zas/plugin-api';
import type { PolicySource } from '../policy-source.js';

/**
 * Who is capped, by a boundary or by a policy of his session or key, may not make
 * or change identities: whatever they may would lie outside of his cap. Throws `access-denied`.
 */
export async function requireUncapped(source: PolicySource, context: CallContext): Promise<void> {
  const { principal } = context;
  if (principal === undefined) throw new StoreError('unauthenticated', 'A credential is needed');
  const { boundary } = await source.of(context, principal);
  if (boundary !== undefined || principal.sessionPolicies !== undefined) {
    throw new StoreError('access-denied', 'a credential that is capped by a boundary or a session policy cannot change who may what');
  }
}
