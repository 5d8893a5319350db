/** Answers that are good for one generation of the records. Bounded: full, it is emptied. */
export class Kept<K, V> {
  readonly #limit: number;
  readonly #entries = new Map<K, V>();
  #generation = -1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(generation: number, key: K): V | undefined {
    return generation === this.#generation ? this.#entries.get(key) : undefined;
  }

  /** What was read for an older generation is not kept. */
  set(generation: number, key: K, value: V): void {
    if (generation < this.#generation) return;
    if (generation > this.#generation || this.#entries.size >= this.#limit) this.#entries.clear();
    this.#generation = generation;
    this.#entries.set(key, value);
  }
}
