import type { AccessRequest } from '../decision/access-request.js';
import { and, MAYBE, NO, type Certainty } from './certainty.js';
import { fits } from './match-resource.js';
import type { Policy, Statement } from './policy.js';
import type { Template } from './policy-variables.js';

/** A statement with one of the resources that it names, and the policy that it stands in. */
export interface Entry {
  readonly policy: Policy;
  readonly statement: Statement;
  /** Absent: it names what it does not speak of. */
  readonly template: Template | undefined;
}

/** Entries that begin alike. */
interface Head {
  readonly text: string;
  readonly entries: readonly Entry[];
  /** Place of the longest other head that this one begins with; -1: there is none. */
  readonly outer: number;
}

/** Finds among many statements the few that may speak of a resource, by what their patterns begin with. */
export class ResourceIndex {
  readonly #exact = new Map<string, Entry[]>();
  /** In the order of their texts. */
  readonly #heads: readonly Head[];
  readonly #anywhere: readonly Entry[];

  constructor(readonly entries: readonly Entry[]) {
    const heads = new Map<string, Entry[]>();
    for (const entry of entries) {
      const { template } = entry;
      if (template === undefined) continue;
      const exact = template.fixed?.exact;
      const [map, text] = exact === undefined ? [heads, template.head] : [this.#exact, exact];
      const alike = map.get(text);
      if (alike === undefined) map.set(text, [entry]);
      else alike.push(entry);
    }
    this.#heads = linked(heads);
    this.#anywhere = entries.filter(({ template }) => template === undefined);
  }

  /** The first entry of which it answers true; those that name the resource most closely come first. */
  find(arn: string, test: (entry: Entry) => boolean): Entry | undefined {
    if (this.entries.length === 0) return undefined;
    const exact = this.#exact.get(arn)?.find(test);
    if (exact !== undefined) return exact;
    for (let at = this.#lastUpTo(arn); at !== -1; at = this.#heads[at]!.outer) {
      const { text, entries } = this.#heads[at]!;
      const found = arn.startsWith(text) ? entries.find(test) : undefined;
      if (found !== undefined) return found;
    }
    return this.#anywhere.find(test);
  }

  /** All heads of a text are it or heads of it: whatever stands between one of them and the text begins with it too. */
  #lastUpTo(arn: string): number {
    let [low, high] = [0, this.#heads.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#heads[middle]!.text <= arn) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function linked(heads: ReadonlyMap<string, readonly Entry[]>): readonly Head[] {
  const found: Head[] = [];
  for (const text of [...heads.keys()].sort()) {
    let outer = found.length - 1;
    while (outer !== -1 && !text.startsWith(found[outer]!.text)) outer = found[outer]!.outer;
    found.push({ text, entries: heads.get(text)!, outer });
  }
  return found;
}

/** Whether the entry speaks of the resource of the request, whatever its conditions say. */
export function speaksOf({ statement, template }: Entry, request: AccessRequest): Certainty {
  return template === undefined ? statement.resources.matches(request) : fits(template, request);
}

/** Of an entry whose resource is that certain. */
export function conditionsHold({ conditions }: Statement, resource: Certainty, request: AccessRequest): Certainty {
  let sure = resource;
  for (const condition of conditions) {
    if (sure === NO) return NO;
    sure = and(sure, request.supposing ? MAYBE : condition.test(request));
  }
  return sure;
}

/** Nothing that it asks for hangs on the request or the object: only on action and ARN. */
export function isPlain({ statement, template }: Entry): boolean {
  return statement.conditions.length === 0 && namesFixed({ statement, template });
}

export function namesFixed({ statement, template }: Pick<Entry, 'statement' | 'template'>): boolean {
  return template === undefined ? statement.resources.templates.every(({ fixed }) => fixed !== undefined) : template.fixed !== undefined;
}

