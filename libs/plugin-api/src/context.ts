import type { Logger } from './logger.js';
import type { Principal } from './principal.js';

/**
 * First parameter of every call across the plugin line: who asks, under which
 * request, and how to notice that nobody waits any more.
 */
export interface CallContext {
  /** Unique per request or job run; stands in every log line and error answer. */
  readonly requestId: string;
  /** Absent for anonymous requests and for the server's own work. */
  readonly principal?: Principal;
  /** Address of the client, as far as the server may believe it. */
  readonly address?: string;
  readonly logger: Logger;
  /** Aborted when the client hung up, a time limit passed or the server stops. */
  readonly signal: AbortSignal;
}
