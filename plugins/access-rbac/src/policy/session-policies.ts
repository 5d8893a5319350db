import { parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';
import { problemOf } from './policy-problem.js';
import { TextCache } from './text-cache.js';

/** What cannot be read may have been meant to allow nothing. */
const UNREADABLE = parsePolicy('{"Statement":{"Sid":"unreadable","Effect":"Deny","Action":"*","Resource":"*"}}', 'identity');

/** Compiles what credentials carry, each text once. One that is no policy denies everything. */
export class SessionPolicies {
  readonly #byText = new TextCache(compile);

  of(texts: readonly string[]): readonly Policy[] {
    return texts.map((text) => this.#byText.of(text));
  }
}

function compile(text: string): Policy {
  let policy = UNREADABLE;
  problemOf(() => void (policy = parsePolicy(text, 'identity')));
  return policy;
}
