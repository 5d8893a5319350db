import type { CallContext, RepositoryRecord, TagRecord } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { ArtifactRegistry, KeepTags, RetentionRule } from './artifact-registry.js';

const PAGE = 1000;

/** A tag that the rules of its repository do not keep. */
export interface ExpiredTag {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly movedAt: number;
}

/** All tags that retention would delete now, whether the rules only try or not. */
export async function* wouldExpire(registry: ArtifactRegistry, context: CallContext): AsyncGenerator<ExpiredTag & { readonly dryRun: boolean }> {
  for await (const repository of repositories(registry, context)) {
    const { retention } = registry.rulesOf(repository.name);
    if (!retention) continue;
    for (const tag of await expired(registry, context, repository, retention)) yield { ...tag, dryRun: retention.dryRun };
  }
}

/** Deletes the tags that no rule keeps, each only if it was not set again meanwhile. @param told of each that went, or would go */
export async function retainTags(registry: ArtifactRegistry, context: CallContext, told: (tag: ExpiredTag & { readonly dryRun: boolean }) => void): Promise<void> {
  for await (const repository of repositories(registry, context)) {
    const { retention } = registry.rulesOf(repository.name);
    if (!retention) continue;
    for (const tag of await expired(registry, context, repository, retention)) {
      if (context.signal.aborted) return;
      if (retention.dryRun || (await remove(registry, context, repository, tag))) told({ ...tag, dryRun: retention.dryRun });
    }
  }
}

async function* repositories(registry: ArtifactRegistry, context: CallContext): AsyncGenerator<RepositoryRecord> {
  let after: string | undefined;
  for (;;) {
    const page: readonly RepositoryRecord[] = await registry.metadata.repositories.list(context, { after, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.name;
  }
}

async function expired(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, rule: RetentionRule): Promise<readonly ExpiredTag[]> {
  const tags: TagRecord[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await registry.metadata.artifacts.tags(context, repository.id, { after, limit: PAGE });
    tags.push(...page);
    if (page.length < PAGE) break;
    after = page.at(-1)!.name;
  }
  const now = registry.clock.now();
  const kept = keptTags(tags, rule, now);
  const { isImmutable } = registry.rulesOf(repository.name);
  return tags
    .filter(({ name, movedAt }) => !kept.has(name) && now - movedAt > rule.delayMs && !isImmutable(name))
    .map(({ name, digest, movedAt }) => ({ repository: repository.name, tag: name, digest, movedAt }));
}

/** Names of the tags that a rule keeps. */
export function keptTags(tags: readonly TagRecord[], { keep }: Pick<RetentionRule, 'keep'>, now: number): ReadonlySet<string> {
  return new Set(keep.flatMap((rule) => keptBy(tags.filter(({ name }) => rule.patterns.some((pattern) => pattern.test(name))), rule, now)));
}

function keptBy(tags: readonly TagRecord[], rule: KeepTags, now: number): readonly string[] {
  const { mostRecentlyPushed, mostRecentlyPulled, pushedWithinMs, pulledWithinMs } = rule;
  if ([mostRecentlyPushed, mostRecentlyPulled, pushedWithinMs, pulledWithinMs].every((number) => number === undefined)) return tags.map(({ name }) => name);
  const pulled = tags.filter(({ pulledAt }) => pulledAt !== undefined);
  return [
    ...newest(tags, mostRecentlyPushed, ({ movedAt }) => movedAt),
    ...newest(pulled, mostRecentlyPulled, ({ pulledAt }) => pulledAt!),
    ...tags.filter(({ movedAt }) => pushedWithinMs !== undefined && now - movedAt <= pushedWithinMs),
    ...pulled.filter(({ pulledAt }) => pulledWithinMs !== undefined && now - pulledAt! <= pulledWithinMs),
  ].map(({ name }) => name);
}

/** Equally old ones by name, the later name first: of `v1.10` and `v1.9` either may be meant, but always the same. */
function newest(tags: readonly TagRecord[], count: number | undefined, at: (tag: TagRecord) => number): readonly TagRecord[] {
  if (count === undefined) return [];
  return [...tags].sort((a, b) => at(b) - at(a) || (a.name < b.name ? 1 : -1)).slice(0, count);
}

async function remove(registry: ArtifactRegistry, context: CallContext, { id }: RepositoryRecord, { tag, digest, movedAt }: ExpiredTag): Promise<boolean> {
  try {
    await registry.metadata.apply(context, { kind: 'delete-tag', repositoryId: id, tag, digest, movedAt, at: registry.clock.now() });
    return true;
  } catch (error) {
    if (isStoreError(error) && (error.code === 'conflict' || error.code === 'not-found')) return false;
    throw error;
  }
}
