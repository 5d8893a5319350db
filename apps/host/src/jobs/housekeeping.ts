import type { Jobs } from '@zas/plugin-api';
import type { Limits } from '@zas/config';
import type { CollectorParts, ContentStore } from '@zas/content-store';
import { collectOrphans, collectUnreferenced, scrubStep } from '@zas/content-store';

const STEP = 1000;
const HOUR = 3_600_000;

/** The server's own background work. */
export function addHousekeeping(jobs: Jobs, content: ContentStore, parts: CollectorParts, limits: Limits): void {
  const { metadata, clock } = parts;
  const collectMs = limits.collectIntervalSeconds * 1000;
  jobs.add({
    name: 'collect-unreferenced',
    intervalMs: collectMs,
    run: async (context) => ((await collectUnreferenced(parts, context)) ? 'again' : 'done'),
  });
  jobs.add({
    name: 'collect-orphans',
    intervalMs: Math.max(collectMs, 60_000),
    run: async (context) => {
      await collectOrphans(parts, context);
      return 'done';
    },
  });
  jobs.add({
    name: 'trim-feed',
    intervalMs: 60_000,
    run: async (context) => {
      const { removed } = await metadata.apply(context, { kind: 'trim-feed', keepAtMost: limits.feedEntries, limit: STEP });
      return removed === STEP ? 'again' : 'done';
    },
  });
  jobs.add({
    name: 'forget-completed-uploads',
    intervalMs: HOUR,
    run: async (context) => {
      const before = clock.now() - limits.completedUploadSeconds * 1000;
      const { forgotten } = await metadata.apply(context, { kind: 'forget-completed-uploads', before, limit: STEP });
      return forgotten === STEP ? 'again' : 'done';
    },
  });
  jobs.add({
    name: 'forget-client-tokens',
    intervalMs: HOUR,
    run: async (context) => {
      const before = clock.now() - limits.completedUploadSeconds * 1000;
      const { forgotten } = await metadata.apply(context, { kind: 'forget-client-tokens', before, limit: STEP });
      return forgotten === STEP ? 'again' : 'done';
    },
  });
  const scrubMs = limits.scrubIntervalSeconds * 1000;
  if (limits.scrubBytesPerSecond > 0) {
    jobs.add({
      name: 'scrub',
      intervalMs: scrubMs,
      run: async (context) => {
        await scrubStep(content, metadata, context, limits.scrubBytesPerSecond * limits.scrubIntervalSeconds);
        return 'done';
      },
    });
  }
  const expirySeconds = limits.multipartExpirySeconds;
  if (expirySeconds === undefined) return;
  jobs.add({
    name: 'expire-uploads',
    intervalMs: collectMs,
    run: async (context) => {
      const old = await metadata.uploads.olderThan(context, clock.now() - expirySeconds * 1000, 100);
      for (const { bucketId, key, uploadId } of old) {
        await metadata.apply(context, { kind: 'abort-upload', bucketId, key, uploadId, at: clock.now() });
      }
      return old.length === 100 ? 'again' : 'done';
    },
  });
}
