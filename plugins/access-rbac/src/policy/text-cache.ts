/** Of texts together. Compiled they take some fifty times as much memory at worst. */
const MAX_CHARACTERS = 1_000_000;

/** What was made of policy texts. The least recently used go first. */
export class TextCache<Made> {
  readonly #byText = new Map<string, Made>();
  #characters = 0;

  constructor(
    private readonly make: (text: string) => Made,
    private readonly limit = MAX_CHARACTERS,
  ) {}

  get size(): number {
    return this.#byText.size;
  }

  of(text: string): Made {
    const known = this.#byText.get(text);
    if (known !== undefined) {
      this.#byText.delete(text);
      this.#byText.set(text, known);
      return known;
    }
    const made = this.make(text);
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
