import type { ArtifactRegistry } from '@zas/artifact-registry';
import { ContentStore, CorruptionLog, SessionBytes, WriterEpoch } from '@zas/content-store';
import { testContext } from '@zas/plugin-testkit';
import { createWorld, type World } from '../cleanup/model-process.js';

/** A registry over stores of a server that is not running: what is unused goes at once, and every open upload is given up. It writes no bytes. */
export function registryOver(stores: Pick<World, 'metadata' | 'blobs' | 'clock'>): ArtifactRegistry {
  const { metadata, blobs, clock } = stores;
  const { budget, hashes } = createWorld(stores);
  const epoch = new WriterEpoch(testContext(), { metadata, clock, holder: 'audit', ttlMs: 1 });
  const content = new ContentStore({ blobs, ledger: metadata.blobs, corruption: new CorruptionLog(metadata, clock), budget, hashes, epoch, inlineBytes: 0, flushMs: 1 });
  return {
    ...{ metadata, content, clock },
    sessions: new SessionBytes(content),
    random: () => '',
    limits: { blobBytes: 0, uploadIdleMs: 0, collectDelayMs: 0 },
    rulesOf: () => ({ isImmutable: () => false, sparseIndexes: false, deleteHeldManifests: false, deleteReferencedBlobs: false, collectUntagged: true }),
  };
}
