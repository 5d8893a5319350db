/** Stands for one character, whichever it is; see `ONE`. */
const ANY_CHARACTER = -2;

/**
 * Patterns with a `?`. They go by characters, of which some have two code units, and
 * look for what stands between two `*` bit by bit in parallel (Shift-And): whatever
 * the writer of a policy thinks up, 32 places cost as much as one.
 */
export class CharacterPattern {
  readonly #first: readonly number[];
  readonly #middle: readonly Search[];
  /** Absent: there is no `*`. */
  readonly #last: readonly number[] | undefined;

  /** @param segments what stands around each `*`, in code units */
  constructor(segments: readonly (readonly number[])[]) {
    const [first = [], ...rest] = segments.map(joinPairs);
    this.#last = rest.pop();
    this.#first = first;
    this.#middle = rest.map(searchFor);
  }

  matches(text: string): boolean {
    const characters = charactersOf(text);
    const last = this.#last;
    if (last === undefined) return characters.length === this.#first.length && standsAt(this.#first, characters, 0);
    const end = characters.length - last.length;
    if (end < this.#first.length || !standsAt(this.#first, characters, 0) || !standsAt(last, characters, end)) return false;
    let at = this.#first.length;
    for (const search of this.#middle) {
      at = endOf(search, characters, at, end);
      if (at === -1) return false;
    }
    return true;
  }
}

interface Search {
  /** By character, the places where it may stand, as bits. */
  readonly places: ReadonlyMap<number, Uint32Array>;
  /** The places where any may. */
  readonly free: Uint32Array;
  readonly lastBit: number;
}

function searchFor(segment: readonly number[]): Search {
  const words = Math.ceil(segment.length / 32);
  const mark = (bits: Uint32Array, place: number): void => void (bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31)));
  const free = new Uint32Array(words);
  segment.forEach((character, place) => character === ANY_CHARACTER && mark(free, place));
  const places = new Map<number, Uint32Array>();
  for (const [place, character] of segment.entries()) {
    if (character === ANY_CHARACTER) continue;
    const bits = places.get(character) ?? free.slice();
    mark(bits, place);
    places.set(character, bits);
  }
  return { places, free, lastBit: 1 << ((segment.length - 1) & 31) };
}

/** Where the segment ends when it stands as early as it can between `from` and `to`; -1: it does not. */
function endOf({ places, free, lastBit }: Search, characters: readonly number[], from: number, to: number): number {
  const state = new Uint32Array(free.length);
  for (let at = from; at < to; at++) {
    const allowed = places.get(characters[at] as number) ?? free;
    let carry = 1;
    for (let word = 0; word < state.length; word++) {
      const before = state[word] as number;
      state[word] = ((before << 1) | carry) & (allowed[word] as number);
      carry = before >>> 31;
    }
    if (((state[state.length - 1] as number) & lastBit) !== 0) return at + 1;
  }
  return -1;
}

function standsAt(segment: readonly number[], characters: readonly number[], at: number): boolean {
  for (let i = 0; i < segment.length; i++) {
    if (segment[i] !== ANY_CHARACTER && segment[i] !== characters[at + i]) return false;
  }
  return true;
}

function charactersOf(text: string): readonly number[] {
  const characters: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.codePointAt(at) as number;
    characters.push(character);
    if (character > 0xffff) at++;
  }
  return characters;
}

/** Two code units that are one character become one. */
function joinPairs(units: readonly number[]): readonly number[] {
  const characters: number[] = [];
  for (const unit of units) {
    const before = characters.at(-1) ?? 0;
    const low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low && before >= 0xd800 && before <= 0xdbff) characters[characters.length - 1] = ((before - 0xd800) << 10) + (unit - 0xdc00) + 0x10000;
    else characters.push(unit);
  }
  return characters;
}
