import { randomUUID } from 'node:crypto';
import type { AuditTrail, AuditVerifier, CallContext, Clock, HttpRoute, Jobs, Logger, MetadataStore, PluginInstance, Provision } from '@zas/plugin-api';
import { auditTrail, auditVerifier, eventListener, isStoreError, provide, provideCapability } from '@zas/plugin-api';
import type { AuditConfig } from './audit-config.js';
import { AuditDocuments } from './audit-documents.js';
import { auditRoutes } from './audit-routes.js';
import type { AuditSigner } from './audit-signer.js';
import { ChainWriter } from './chain-writer.js';
import { ChangeListener, fedTo } from './change-listener.js';
import { CheckpointLedger } from './checkpoint-ledger.js';
import { DocumentAuditTrail } from './document-audit-trail.js';
import { pruneTrail } from './prune-trail.js';
import { verifyTrail } from './verify-trail.js';

const TICK_MS = 1_000;
const PRUNE_MS = 3_600_000;

export interface AuditParts {
  readonly config: AuditConfig;
  readonly metadata: MetadataStore;
  /** Absent outside the server: nothing is pruned then. */
  readonly jobs: Jobs | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signer: AuditSigner;
  readonly accountOf: (context: CallContext, credentialId: string) => Promise<string | undefined>;
}

export interface Audit extends Required<Pick<PluginInstance, 'start' | 'stop'>> {
  readonly provide: readonly Provision[];
  readonly routes: readonly HttpRoute[];
  readonly trail: AuditTrail;
}

/** The audit trail put together. Nothing is read or written before it starts. */
export function setUpAudit({ config, metadata, jobs, clock, logger, signer, accountOf }: AuditParts): Audit {
  const documents = new AuditDocuments(metadata);
  const checkpoints = new CheckpointLedger(documents, signer, clock);
  const chain = `${clock.now().toString(36)}${randomUUID().replaceAll('-', '').slice(0, 8)}`;
  const context: CallContext = { requestId: `audit-${chain}`, logger, signal: new AbortController().signal };
  const writer = new ChainWriter({ documents, checkpoints, clock, chain });
  const lag = async () => clock.now() - ((await oldestUnrecorded(context, metadata, documents)) ?? clock.now());
  const trail = new DocumentAuditTrail({ config, writer, clock, context, lag });
  const listener = new ChangeListener({ enabled: config.enabled, documents, writer, accountOf, wrote: (error) => trail.wrote(error) });
  const verifier: AuditVerifier = { verify: (own, query) => verifyTrail(own, documents, signer, { ...query, now: clock.now() }) };
  const { retentionDays } = config;
  jobs?.add({ name: 'prune-audit', intervalMs: PRUNE_MS, run: (own) => pruneTrail(own, { documents, checkpoints, signer, trail, clock, retentionDays }) });
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;
  return {
    provide: [provide(auditTrail, trail, [provideCapability(auditVerifier, verifier)]), provide(eventListener, listener)],
    trail,
    routes: auditRoutes({ documents, signer, clock }),
    start: async () => {
      timer = setInterval(() => void (ticking ??= trail.tick().finally(() => (ticking = undefined))), TICK_MS);
      timer.unref();
    },
    stop: async () => {
      if (timer === undefined) return;
      clearInterval(timer);
      await ticking;
      await trail.close();
    },
  };
}

/** When the oldest change happened that the trail does not have. */
async function oldestUnrecorded(context: CallContext, metadata: MetadataStore, documents: AuditDocuments): Promise<number | undefined> {
  const position = await fedTo(context, documents);
  if (position === undefined) return undefined;
  try {
    return (await metadata.feed.read(context, position, 1)).entries[0]?.at;
  } catch (error) {
    // What lay behind it was put aside, and trimmed.
    if (isStoreError(error) && error.details.reason === 'feed-trimmed') return undefined;
    throw error;
  }
}
