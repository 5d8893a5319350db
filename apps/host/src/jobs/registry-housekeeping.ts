import type { Jobs } from '@zas/plugin-api';
import type { ArtifactRegistry, PullRecorder } from '@zas/artifact-registry';
import { collectArtifacts, expireUploads, retainTags } from '@zas/artifact-registry';
import type { Config } from '@zas/config';

/** How long a pull may be remembered in memory only. */
const PULLS_MS = 30_000;

/** The registry's background work. */
export function addRegistryHousekeeping(jobs: Jobs, registry: ArtifactRegistry, { limits, oci }: Config): void {
  const collectMs = limits.collectIntervalSeconds * 1000;
  jobs.add({
    name: 'collect-artifacts',
    intervalMs: collectMs,
    run: async (context) => {
      await collectArtifacts(registry, context, (gone) => context.logger.info('collected', { ...gone }));
      return 'done';
    },
  });
  jobs.add({
    name: 'expire-blob-uploads',
    intervalMs: collectMs,
    run: async (context) => ((await expireUploads(registry, context)) > 0 ? 'again' : 'done'),
  });
  if (!oci.repositories.some(({ retention }) => retention)) return;
  jobs.add({
    name: 'retain-tags',
    intervalMs: oci.retentionIntervalSeconds * 1000,
    run: async (context) => {
      await retainTags(registry, context, (tag) => context.logger.info(tag.dryRun ? 'tag would expire' : 'tag expired', { ...tag }));
      return 'done';
    },
  });
}

/** Writes pulls down now and then, in each process its own. @returns a function that does it a last time and ends it */
export function keepPulls(pulls: PullRecorder, context: Parameters<PullRecorder['flush']>[0]): () => Promise<void> {
  const flush = () => pulls.flush(context).catch((error: unknown) => context.logger.warn('pulls not recorded', { error }));
  const timer = setInterval(() => void flush(), PULLS_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await flush();
  };
}
