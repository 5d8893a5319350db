import type { Logger } from '@zas/plugin-api';
import { StoreError, auditTrail, auditVerifier } from '@zas/plugin-api';
import type { LoadedConfig } from '@zas/config';
import { RequestContext } from '@zas/observability';
import { hostOfTools } from './check-config.js';

/** Blocks of records that are read before it goes on; bounds memory, not the work. */
const STRETCH = 1_000;

export interface VerifiedAudit {
  /** One line each, naming chain and record, or the checkpoint. */
  readonly problems: readonly string[];
  readonly segments: number;
  readonly checkpoints: number;
}

/**
 * Verifies the whole audit trail of a server that does not run; of one that runs,
 * `GET /rbac/audit/verify` does. What cannot be seen from inside the store is the end
 * of the trail behind its last checkpoint, and a store that was set back as a whole:
 * compare the last `audit checkpoint` in the log.
 */
export async function verifyAudit(loaded: LoadedConfig, logger: Logger): Promise<VerifiedAudit> {
  const plugins = hostOfTools(loaded, logger);
  const context = new RequestContext({ requestId: 'verify-audit', logger });
  try {
    await plugins.boot();
    const verifier = plugins.points().capability(auditTrail, auditVerifier);
    if (!verifier) throw new StoreError('not-implemented', 'No plugin keeps an audit trail that can be verified');
    const problems: string[] = [];
    let [segments, checkpoints] = [0, 0];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const stretch = await verifier.verify(context, { limit: STRETCH, cursor });
      problems.push(...stretch.problems);
      segments += stretch.segments;
      ({ checkpoints, cursor } = stretch);
    }
    return { problems, segments, checkpoints };
  } finally {
    await plugins.stop();
  }
}
