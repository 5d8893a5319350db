import type { AccessRequest } from '../decision/access-request.js';
import { conditionKey, readsObject, type ConditionKey } from './condition-key.js';
import { PolicyProblem } from './policy-problem.js';
import { unitAt, Wildcard } from './wildcard.js';

/** `${key}` or `${key, 'default'}`. */
interface Variable {
  readonly key: ConditionKey;
  readonly fallback: string | undefined;
}

type Part = number | Variable;

export interface Reading {
  /** Only 2012-10-17 knows variables; before, `${…}` is text. */
  readonly variables: boolean;
  /** `*` and `?` are special. */
  readonly wildcards: boolean;
}

const VARIABLE = /^([A-Za-z0-9-]+:[^,'{}]+?)(?:, ?'([^']*)')?$/;
const COLON = 0x3a;

/** A text of a policy with what varies from request to request. */
export class Template {
  /** When nothing varies. */
  readonly fixed: Wildcard | undefined;
  /** A variable in it hangs on the object. */
  readonly readsObject: boolean;
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.readsObject = parts.some((part) => typeof part === 'object' && readsObject(part.key));
    this.fixed = parts.every((part): part is number => typeof part === 'number') ? new Wildcard(parts) : undefined;
  }

  /** What every text that it can match begins with. */
  get head(): string {
    const varying = this.#parts.findIndex((part) => typeof part !== 'number' || part < 0);
    return String.fromCharCode(...(this.#parts.slice(0, varying === -1 ? undefined : varying) as number[]));
  }

  /** `undefined` when a variable has no value: then it matches nothing. */
  resolve(request: AccessRequest): Wildcard | undefined {
    if (this.fixed !== undefined) return this.fixed;
    const units: number[] = [];
    for (const part of this.#parts) {
      if (typeof part === 'number') {
        units.push(part);
        continue;
      }
      const values = request.values(part.key);
      const value = values?.length === 1 ? values[0] : part.fallback;
      if (value === undefined) return undefined;
      // Whatever a value holds, it is text: a wildcard in it would widen the policy.
      for (let i = 0; i < value.length; i++) units.push(value.charCodeAt(i));
    }
    return new Wildcard(units);
  }

  /** Cut at its own colons, of which the first five count; never inside a variable. */
  splitAtColons(): readonly Template[] {
    const rest = [...this.#parts];
    const pieces: Template[] = [];
    for (let colon = rest.indexOf(COLON); colon !== -1 && pieces.length < 5; colon = rest.indexOf(COLON)) {
      pieces.push(new Template(rest.splice(0, colon)));
      rest.shift();
    }
    return [...pieces, new Template(rest)];
  }
}

export function parseTemplate(text: string, { variables, wildcards }: Reading): Template {
  const parts: Part[] = [];
  for (let at = 0; at < text.length; at++) {
    if (!variables || !text.startsWith('${', at)) {
      parts.push(wildcards ? unitAt(text, at) : text.charCodeAt(at));
      continue;
    }
    const close = text.indexOf('}', at);
    if (close === -1) throw new PolicyProblem('Invalid policy variable');
    parts.push(parseVariable(text.slice(at + 2, close)));
    at = close;
  }
  return new Template(parts);
}

/** `${*}`, `${?}` and `${$}` stand for the character itself. */
function parseVariable(inside: string): Part {
  if (inside.length === 1 && '*?$'.includes(inside)) return inside.charCodeAt(0);
  const [, name, fallback] = VARIABLE.exec(inside) ?? [];
  if (name === undefined) throw new PolicyProblem('Invalid policy variable');
  return { key: conditionKey(name), fallback };
}
