import type { Random } from '../property/random.js';
import type { Findings } from './findings.js';
import type { LoadClient } from './load-client.js';

/** One door of the server: its clients, and what they find after a restart. */
export interface CrashDoor {
  /** Writes acknowledged so far. */
  readonly acknowledged: number;
  /** Blob calls and intents at which the server is killed; see the plugin. */
  readonly calls: readonly string[];
  /** Reads everything back from a server that has just started, and compares it. */
  verify(url: string): Promise<Findings>;
  /** @param slot each has a place of its own, which the next round's client there takes over */
  connect(url: string, name: string, slot: number, random: Random): { readonly client: LoadClient; close(): void };
  /** The clean-up ran to its end, with a clock that was far ahead. */
  audited(): void;
}
