import type { CallContext, Unused } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { ArtifactRegistry } from './artifact-registry.js';
import { cancelUpload } from './blob-uploads.js';

const STEP = 100;

/** What goes, and why. */
export interface Collected {
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
  readonly unusedSince: number;
  readonly why: 'untagged' | 'subject-deleted' | 'unreferenced-blob';
}

/** What a collection would take now, page by page in the order in which it takes it. */
export async function* wouldCollect(registry: ArtifactRegistry, context: CallContext): AsyncGenerator<Collected> {
  const before = registry.clock.now() - registry.limits.collectDelayMs;
  for (const find of [unusedManifests, unusedBlobs]) {
    let after: Unused | undefined;
    for (;;) {
      const page = await find(registry, context, before, after);
      yield* page.collected;
      if (page.last === undefined) break;
      after = page.last;
    }
  }
}

/**
 * One pass: manifests that nothing names any more, then blobs that no manifest
 * names, each only if it still is so in its commit. What they name in turn counts
 * as unused from then on. Costs what it removes.
 * @param told of each thing that went
 */
export async function collectArtifacts(registry: ArtifactRegistry, context: CallContext, told: (gone: Collected) => void): Promise<void> {
  const unusedBefore = registry.clock.now() - registry.limits.collectDelayMs;
  for (const find of [unusedManifests, unusedBlobs]) {
    let after: Unused | undefined;
    do {
      const { collected, ids, last } = await find(registry, context, unusedBefore, after);
      await Promise.all(
        collected.map(async (one, i) => {
          if (await remove(registry, context, ids[i]!, one, unusedBefore)) told(one);
        }),
      );
      after = last;
    } while (after !== undefined && !context.signal.aborted);
  }
}

/** Gives up uploads without a sign of life. @returns how many */
export async function expireUploads(registry: ArtifactRegistry, context: CallContext): Promise<number> {
  const idle = await registry.metadata.blobUploads.idle(context, registry.clock.now() - registry.limits.uploadIdleMs, STEP);
  for (const upload of idle) {
    try {
      await cancelUpload(registry, context, upload);
    } catch (error) {
      if (!isStoreError(error) || error.code !== 'not-found') throw error;
    }
  }
  return idle.length;
}

interface Page {
  readonly collected: readonly Collected[];
  /** Of the repositories of `collected`. */
  readonly ids: readonly number[];
  /** Where to go on; absent at the end. */
  readonly last: Unused | undefined;
}

async function unusedManifests(registry: ArtifactRegistry, context: CallContext, before: number, after: Unused | undefined): Promise<Page> {
  const found = await registry.metadata.unused.manifests(context, before, { after, limit: STEP });
  const wanted = found.filter(({ repository, subject }) => subject !== undefined || registry.rulesOf(repository.name).collectUntagged);
  return pageOf(found, wanted, ({ subject }) => (subject === undefined ? 'untagged' : 'subject-deleted'));
}

async function unusedBlobs(registry: ArtifactRegistry, context: CallContext, before: number, after: Unused | undefined): Promise<Page> {
  const found = await registry.metadata.unused.blobs(context, before, { after, limit: STEP });
  return pageOf(found, found, () => 'unreferenced-blob');
}

function pageOf<T extends Unused>(found: readonly T[], wanted: readonly T[], why: (one: T) => Collected['why']): Page {
  const collected = wanted.map((one) => {
    const { repository, digest, size, unusedSince } = one;
    return { repository: repository.name, digest, size, unusedSince, why: why(one) };
  });
  return { collected, ids: wanted.map(({ repository }) => repository.id), last: found.length < STEP ? undefined : found.at(-1) };
}

/** @returns false when it is used again, or gone */
async function remove(registry: ArtifactRegistry, context: CallContext, repositoryId: number, { digest, why }: Collected, unusedBefore: number): Promise<boolean> {
  const intent = { repositoryId, digest, unusedBefore, at: registry.clock.now() };
  try {
    if (why === 'unreferenced-blob') await registry.metadata.apply(context, { kind: 'unlink-blob', ...intent });
    else await registry.metadata.apply(context, { kind: 'delete-manifest', ...intent, tags: [] });
    return true;
  } catch (error) {
    if (isStoreError(error) && (error.code === 'conflict' || error.code === 'not-found')) return false;
    throw error;
  }
}
