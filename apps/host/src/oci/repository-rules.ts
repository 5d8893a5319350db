import type { KeepTags, RepositoryRules } from '@zas/artifact-registry';
import type { OciConfig, RepositoryRulesConfig } from '@zas/config';

const DAY_MS = 86_400_000;

const PLAIN: RepositoryRules = {
  isImmutable: () => false,
  sparseIndexes: false,
  deleteHeldManifests: false,
  deleteReferencedBlobs: false,
  collectUntagged: false,
};

/** The configured rules, by repository name: the first that fits. */
export function repositoryRules(rules: OciConfig['repositories']): (repository: string) => RepositoryRules {
  const compiled = rules.map((rule) => ({ fits: namePattern(rule.repositories), rules: compile(rule) }));
  return (repository) => compiled.find(({ fits }) => fits.test(repository))?.rules ?? PLAIN;
}

/** `*` is any text, slashes too, and `?` any character: as in policies. */
export function namePattern(pattern: string): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (character) => (character === '*' ? '.*' : character === '?' ? '.' : `\\${character}`));
  return new RegExp(`^${source}$`);
}

function compile({ immutableTags, retention, ...rules }: RepositoryRulesConfig): RepositoryRules {
  const immutable = immutableTags.map((text) => new RegExp(text));
  return {
    ...rules,
    isImmutable: (tag) => immutable.some((expression) => expression.test(tag)),
    retention: retention && { ...retention, keep: retention.keep.map(keepOf), delayMs: retention.delaySeconds * 1000 },
  };
}

function keepOf(keep: NonNullable<RepositoryRulesConfig['retention']>['keep'][number]): KeepTags {
  const { tags, mostRecentlyPushed, mostRecentlyPulled, pushedWithinDays, pulledWithinDays } = keep;
  return {
    patterns: tags.map((text) => new RegExp(text)),
    mostRecentlyPushed,
    mostRecentlyPulled,
    pushedWithinMs: pushedWithinDays && pushedWithinDays * DAY_MS,
    pulledWithinMs: pulledWithinDays && pulledWithinDays * DAY_MS,
  };
}

