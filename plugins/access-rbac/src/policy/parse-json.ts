import { PolicyProblem } from './policy-problem.js';

/** Objects are maps: no name in them can mean anything to the language. */
export type Json = string | number | boolean | null | readonly Json[] | ReadonlyMap<string, Json>;

const MAX_DEPTH = 16;
const NOT_JSON = "Policies must be valid JSON and the first byte must be '{'";

/**
 * JSON with what the built-in parser forgives: of two members of one name it keeps
 * the last, so that a Deny could hide behind another.
 */
export function parseJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new PolicyProblem(NOT_JSON);
    switch (this.#peek()) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  end(): void {
    if (this.#peek() !== '') throw new PolicyProblem(NOT_JSON);
  }

  #object(depth: number): ReadonlyMap<string, Json> {
    const members = new Map<string, Json>();
    this.#take('{');
    if (this.#peek() !== '}') {
      do {
        if (this.#peek() !== '"') throw new PolicyProblem(NOT_JSON);
        const name = this.#string();
        if (members.has(name)) throw new PolicyProblem(`Statement/policy already has instance of ${name.slice(0, 64)}`);
        this.#take(':');
        members.set(name, this.value(depth + 1));
      } while (this.#takes(','));
    }
    this.#take('}');
    return members;
  }

  #array(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#take('[');
    if (this.#peek() !== ']') {
      do items.push(this.value(depth + 1));
      while (this.#takes(','));
    }
    this.#take(']');
    return items;
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const found = this.text.charAt(this.#at++);
      if (found === '') throw new PolicyProblem(NOT_JSON);
      if (found === '\\') this.#at++;
      if (found === '"') return this.#scalar(start) as string;
    }
  }

  #word(): number | boolean | null {
    const start = this.#at;
    while (/[-+.\w]/.test(this.text.charAt(this.#at))) this.#at++;
    return this.#scalar(start) as number | boolean | null;
  }

  #scalar(start: number): unknown {
    try {
      return JSON.parse(this.text.slice(start, this.#at));
    } catch {
      throw new PolicyProblem(NOT_JSON);
    }
  }

  /** The next character that is not white space; empty at the end. */
  #peek(): string {
    while (' \t\n\r'.includes(this.text.charAt(this.#at)) && this.#at < this.text.length) this.#at++;
    return this.text.charAt(this.#at);
  }

  #takes(wanted: string): boolean {
    const found = this.#peek() === wanted;
    if (found) this.#at++;
    return found;
  }

  #take(wanted: string): void {
    if (!this.#takes(wanted)) throw new PolicyProblem(NOT_JSON);
  }
}
