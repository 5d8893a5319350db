import type { BucketSettings } from '@zas/plugin-api';
import { isPublic } from './is-public.js';
import { parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';
import { problemOf } from './policy-problem.js';

/** A bucket's policy, compiled. */
export interface BucketPolicy {
  /** Absent: it is none; see `problem`. */
  readonly policy?: Policy;
  readonly problem?: string;
  readonly public: boolean;
}

/** Of policy texts together. Compiled they take some fifty times as much memory at worst. */
const MAX_CHARACTERS = 1_000_000;

/**
 * Compiles each policy once: by the settings that carry it, which stay the same
 * object while the bucket does not change, and by its text, for stores that make
 * them anew. The least recently used texts go first.
 */
export class PolicyCache {
  readonly #bySettings = new WeakMap<BucketSettings, BucketPolicy>();
  readonly #byText = new Map<string, BucketPolicy>();
  #characters = 0;

  constructor(private readonly limit = MAX_CHARACTERS) {}

  get size(): number {
    return this.#byText.size;
  }

  of(settings: BucketSettings | undefined): BucketPolicy | undefined {
    if (settings?.policy === undefined) return undefined;
    let found = this.#bySettings.get(settings);
    if (found === undefined) {
      found = this.#compiled(settings.policy);
      // Settings that can change would keep what they no longer say.
      if (Object.isFrozen(settings)) this.#bySettings.set(settings, found);
    }
    return found;
  }

  #compiled(text: string): BucketPolicy {
    const known = this.#byText.get(text);
    if (known !== undefined) {
      this.#byText.delete(text);
      this.#byText.set(text, known);
      return known;
    }
    const made = compile(text);
    this.#byText.set(text, made);
    this.#characters += text.length;
    for (const [oldest] of this.#byText) {
      if (this.#characters <= this.limit || oldest === text) break;
      this.#byText.delete(oldest);
      this.#characters -= oldest.length;
    }
    return made;
  }
}

function compile(text: string): BucketPolicy {
  let policy: Policy | undefined;
  const problem = problemOf(() => (policy = parsePolicy(text, 'resource')));
  return policy === undefined ? { problem, public: false } : { policy, public: isPublic(policy) };
}
