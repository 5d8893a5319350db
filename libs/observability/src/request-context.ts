import type { CallContext, Logger, Principal } from '@zas/plugin-api';

/** What a door knows when a request begins. */
export interface RequestStart {
  readonly requestId: string;
  readonly logger: Logger;
  readonly address?: string;
  readonly principal?: Principal;
}

/**
 * The context of one request or job run. Its abort signal is made when somebody
 * first reads it: most requests end without anyone asking.
 */
export class RequestContext implements CallContext {
  readonly requestId: string;
  readonly logger: Logger;
  readonly address?: string;
  /** Set once the caller is authenticated. */
  principal?: Principal;
  #controller?: AbortController;
  #aborted = false;
  #reason: unknown;

  constructor(start: RequestStart) {
    this.requestId = start.requestId;
    this.logger = start.logger;
    this.address = start.address;
    this.principal = start.principal;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** True after `abort`; asks without making a signal. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** Tells everyone who works for this request to stop. Only the first reason counts. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
