import { verifyAudit } from '../../verify-audit.js';
import type { ConfiguredCall, Outcome } from '../outcome.js';

/** Whether the trail of a stopped server is as it was written. */
export async function verifyAuditTrail({ loaded, logger }: ConfiguredCall): Promise<Outcome> {
  const { problems, segments, checkpoints } = await verifyAudit(loaded, logger);
  const good = problems.length === 0;
  const says = `${good ? 'The audit trail is as it was written' : 'The audit trail was altered'}: ${segments} segments, ${checkpoints} checkpoints.`;
  return { good, text: [...problems, says].join('\n'), value: { problems, segments, checkpoints } };
}
