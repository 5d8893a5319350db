import type { BucketSettings } from '@zas/plugin-api';
import { isPublic } from './is-public.js';
import { parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';
import { problemOf } from './policy-problem.js';
import { TextCache } from './text-cache.js';

/** A bucket's policy, compiled. */
export interface BucketPolicy {
  /** Absent: it is none; see `problem`. */
  readonly policy?: Policy;
  readonly problem?: string;
  readonly public: boolean;
}

/**
 * Compiles each policy once: by the settings that carry it, which stay the same
 * object while the bucket does not change, and by its text, for stores that make
 * them anew.
 */
export class PolicyCache {
  readonly #bySettings = new WeakMap<BucketSettings, BucketPolicy>();
  readonly #byText: TextCache<BucketPolicy>;

  /** @param limit characters of texts together */
  constructor(limit?: number) {
    this.#byText = new TextCache(compile, limit);
  }

  get size(): number {
    return this.#byText.size;
  }

  of(settings: BucketSettings | undefined): BucketPolicy | undefined {
    if (settings?.policy === undefined) return undefined;
    let found = this.#bySettings.get(settings);
    if (found === undefined) {
      found = this.#byText.of(settings.policy);
      // Settings that can change would keep what they no longer say.
      if (Object.isFrozen(settings)) this.#bySettings.set(settings, found);
    }
    return found;
  }
}

function compile(text: string): BucketPolicy {
  let policy: Policy | undefined;
  const problem = problemOf(() => (policy = parsePolicy(text, 'resource')));
  return policy === undefined ? { problem, public: false } : { policy, public: isPublic(policy) };
}
