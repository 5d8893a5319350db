import type { AuditTrail, CallContext, Clock } from '@zas/plugin-api';
import { type AuditDocuments, type StoredSegment, openedOf, segmentRemoval } from './audit-documents.js';
import type { AuditSigner } from './audit-signer.js';
import { ChainWalk } from './chain-walk.js';
import { SEGMENT_OPEN_MS } from './chain-writer.js';
import type { CheckpointLedger } from './checkpoint-ledger.js';
import { readCheckpoints } from './read-checkpoints.js';

const DAY_MS = 86_400_000;
/** Segments of one step: 100 writes fit in a commit. */
const STEP = 100;

export interface PruneParts {
  readonly documents: AuditDocuments;
  readonly checkpoints: CheckpointLedger;
  readonly signer: AuditSigner;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly retentionDays: number;
}

/**
 * Removes the oldest segments that retention lets go, whole ones only. Before that a
 * checkpoint names the last record that goes, so that what stays can be verified. A
 * segment that verification would object to stays, for somebody to look at.
 * @returns `again` when there may be more
 */
export async function pruneTrail(context: CallContext, parts: PruneParts): Promise<'again' | 'done'> {
  const { documents, checkpoints, signer, trail, clock, retentionDays } = parts;
  const before = clock.now() - retentionDays * DAY_MS;
  const page = await documents.segments(context, { limit: STEP });
  const old = page.filter(({ id }) => openedOf(id) + SEGMENT_OPEN_MS < before);
  if (old.length === 0) return 'done';
  const signed = await readCheckpoints(context, documents, signer);
  const walks = new Map<string, ChainWalk>();
  const good: StoredSegment[] = [];
  for (const segment of old) {
    const { chain } = segment;
    const walk = walks.get(chain) ?? new ChainWalk(chain, signed.chains.get(chain));
    walks.set(chain, walk);
    const problem = walk.follow(segment);
    if (problem !== undefined) {
      context.logger.error('audit records are not removed, they were altered', { problem });
      break;
    }
    good.push(segment);
  }
  if (good.length === 0) return 'done';
  const heads = [...new Set(good.map(({ chain }) => chain))].map((chain) => ({ chain, ...walks.get(chain)!.at }));
  await checkpoints.add(context, { cause: 'pruned', heads: [], pruned: heads });
  await documents.write(context, good.map(({ id }) => segmentRemoval(id)));
  const records = good.reduce((sum, { lines }) => sum + lines.split('\n').length, 0);
  await trail.record(context, {
    at: clock.now(),
    kind: 'change',
    outcome: 'allowed',
    action: 'rbac:PruneAudit',
    resource: 'arn:zas:rbac:::audit/*',
    reason: `${records} records in ${good.length} segments are older than ${retentionDays} days`,
    requestId: context.requestId,
  });
  return good.length === STEP ? 'again' : 'done';
}
