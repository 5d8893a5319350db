import type { HttpRoute } from '@zas/plugin-api';
import type { ArtifactRegistry } from '@zas/artifact-registry';
import { wouldCollect, wouldExpire } from '@zas/artifact-registry';
import { z } from 'zod';

/** Entries of one answer. */
const MOST = 10_000;

const collected = z.object({
  collected: z.array(
    z.object({ repository: z.string(), digest: z.string(), size: z.number(), unusedSince: z.number(), why: z.enum(['untagged', 'subject-deleted', 'unreferenced-blob']) }),
  ),
  truncated: z.boolean(),
});

const expired = z.object({
  expired: z.array(z.object({ repository: z.string(), tag: z.string(), digest: z.string(), movedAt: z.number(), dryRun: z.boolean() })),
  truncated: z.boolean(),
});

/** What collection and retention of the registry would do now. */
export function registryRoutes(registry: ArtifactRegistry): readonly HttpRoute[] {
  return [
    {
      method: 'GET',
      path: '/admin/oci/collection',
      permission: 'admin:PreviewCollection',
      body: 'none',
      output: collected,
      summary: 'Manifests and blobs that the next collection takes, and why: a dry run',
      handle: async (context) => {
        const { entries, truncated } = await firstOf(wouldCollect(registry, context));
        return { status: 200, body: { collected: entries, truncated } };
      },
    },
    {
      method: 'GET',
      path: '/admin/oci/retention',
      permission: 'admin:PreviewRetention',
      body: 'none',
      output: expired,
      summary: 'Tags that the retention rules do not keep: a dry run',
      handle: async (context) => {
        const { entries, truncated } = await firstOf(wouldExpire(registry, context));
        return { status: 200, body: { expired: entries, truncated } };
      },
    },
  ];
}

async function firstOf<T>(all: AsyncIterable<T>): Promise<{ entries: T[]; truncated: boolean }> {
  const entries: T[] = [];
  for await (const entry of all) {
    if (entries.length === MOST) return { entries, truncated: true };
    entries.push(entry);
  }
  return { entries, truncated: false };
}
