import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/** A protocol over HTTP: it answers requests and renders its errors. */
export interface Door {
  readonly name: string;
  /** Its answers are needed also of who asks often. */
  readonly isUnlimited?: boolean;
  handle(exchange: Exchange): Promise<Answer>;
  /** Must not throw. */
  renderError(exchange: Exchange, error: unknown): Answer;
}
