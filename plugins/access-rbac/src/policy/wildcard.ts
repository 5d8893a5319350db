import { CharacterPattern } from './character-pattern.js';

/** In a pattern: any characters, one character. All other units are UTF-16 code units. */
export const ANY = -1;
export const ONE = -2;

/** A pattern with `*` and `?`, made of units so that neither is ever read out of a value. */
export class Wildcard {
  /** The only text that it matches. */
  readonly exact: string | undefined;
  /** It matches all that begins so. */
  readonly prefix: string | undefined;
  readonly #units: readonly number[];
  /** The texts around each `*`, where there is no `?`. */
  readonly #texts: readonly string[];
  readonly #characters: CharacterPattern | undefined;
  readonly #least: number;

  constructor(units: readonly number[]) {
    this.#units = units;
    const plain = !units.includes(ONE);
    this.#characters = plain ? undefined : new CharacterPattern(segmentsOf(units));
    this.#texts = plain ? segmentsOf(units).map(textOf) : [];
    const [first, second] = this.#texts;
    this.exact = this.#texts.length === 1 ? first : undefined;
    this.prefix = this.#texts.length === 2 && second === '' ? first : undefined;
    this.#least = units.filter((unit) => unit !== ANY).length;
  }

  /** What stands before the first wildcard. */
  get head(): string {
    const special = this.#units.findIndex((unit) => unit < 0);
    return textOf(special === -1 ? this.#units : this.#units.slice(0, special));
  }

  matches(text: string): boolean {
    if (this.exact !== undefined) return text === this.exact;
    if (text.length < this.#least) return false;
    if (this.prefix !== undefined) {
      // One unit tells most of them apart, for a fraction of the price.
      return (this.#least === 0 || text.charCodeAt(this.#least - 1) === this.#units[this.#least - 1]) && text.startsWith(this.prefix);
    }
    return this.#characters === undefined ? this.#matchesTexts(text) : this.#characters.matches(text);
  }

  /** Something that begins so would match. */
  canBegin(text: string): boolean {
    let places = this.#past([0]);
    for (let at = 0; at < text.length && places.length > 0; at++) {
      const unit = text.charCodeAt(at);
      places = this.#past(places.flatMap((place) => this.#step(place, unit)));
    }
    return places.length > 0;
  }

  /** Each text where it first stands: what comes behind can only gain by it. */
  #matchesTexts(text: string): boolean {
    const texts = this.#texts;
    const end = texts.length - 1;
    const last = texts[end] as string;
    // The end first: it fails more often than the beginning, which most patterns of a policy share.
    if (!text.endsWith(last) || !text.startsWith(texts[0] as string)) return false;
    let at = (texts[0] as string).length;
    for (let i = 1; i < end; i++) {
      const found = text.indexOf(texts[i] as string, at);
      if (found === -1) return false;
      at = found + (texts[i] as string).length;
    }
    return at <= text.length - last.length;
  }

  #step(place: number, unit: number): readonly number[] {
    const own = this.#units[place];
    if (own === ANY) return [place];
    return own === ONE || own === unit ? [place + 1] : [];
  }

  /** A `*` may also stand for nothing. */
  #past(places: readonly number[]): readonly number[] {
    const found = new Set(places);
    for (const place of found) if (this.#units[place] === ANY) found.add(place + 1);
    return [...found];
  }
}

/** With both kinds of wildcard and nothing else special. */
export function wildcardOf(text: string): Wildcard {
  return new Wildcard(Array.from({ length: text.length }, (_, i) => unitAt(text, i)));
}

/** The unit for a character in which wildcards count. */
export function unitAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit === 0x2a ? ANY : unit === 0x3f ? ONE : unit;
}

/** What stands around each `*`. Of several in a row one counts. */
function segmentsOf(units: readonly number[]): readonly (readonly number[])[] {
  const segments: number[][] = [[]];
  for (const unit of units) {
    if (unit === ANY) segments.push([]);
    else segments.at(-1)?.push(unit);
  }
  return segments.filter((segment, i) => segment.length > 0 || i === 0 || i === segments.length - 1);
}

function textOf(units: readonly number[]): string {
  let text = '';
  for (const unit of units) text += String.fromCharCode(unit);
  return text;
}
