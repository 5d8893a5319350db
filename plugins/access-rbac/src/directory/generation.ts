import type { CallContext, Clock } from '@zas/plugin-api';

/** Other processes change records too: what was read is believed for so long. */
const GOOD_MS = 1_000;
const POLL_MS = 250;
const NEVER = new AbortController().signal;

/**
 * Which version of the records counts. It is looked up four times a second; whoever
 * asks when that did not work for a second has to wait for the store.
 */
export class Generation {
  readonly #read: (context: CallContext) => Promise<number>;
  readonly #clock: Clock;
  #known = -1;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #reading: { readonly since: number; readonly found: Promise<number> } | undefined;

  constructor(read: (context: CallContext) => Promise<number>, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /** Begins to look; the first look is waited for. */
  async start(context: CallContext): Promise<void> {
    await this.check(context);
    this.#timer = setInterval(() => {
      // Failing is noticed by those who ask.
      this.check(context).catch(() => undefined);
    }, POLL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The generation, while it is fresh; `undefined`: {@link check} it. */
  get fresh(): number | undefined {
    return this.#clock.monotonic() - this.#checkedAt <= GOOD_MS ? this.#known : undefined;
  }

  /** From the store. Throws what the store throws. One look serves all who ask meanwhile, but none for whom it began too long ago. */
  check(context: CallContext): Promise<number> {
    const since = this.#clock.monotonic();
    const present = this.#reading;
    if (present !== undefined && since - present.since <= GOOD_MS) return present.found;
    // Others wait for it too, whether or not the one who asked first still does.
    const found = this.#look({ ...context, signal: NEVER }, since);
    const reading = { since, found };
    this.#reading = reading;
    const over = (): void => void (this.#reading === reading && (this.#reading = undefined));
    found.then(over, over);
    return found;
  }

  /** This process itself has just written that one. */
  advance(generation: number): void {
    if (generation > this.#known) this.#known = generation;
  }

  async #look(context: CallContext, at: number): Promise<number> {
    const found = await this.#read(context);
    this.advance(found);
    if (at > this.#checkedAt) this.#checkedAt = at;
    return this.#known;
  }
}
