import { ERROR_CODES, isStoreError, StoreError, type ErrorCode } from '@zas/plugin-api';
import type { Scrubber } from '../scrub.js';

/** Told of each finished call: seconds, and `ok` or the error's code. */
export type OnCall = (plugin: string, point: string, method: string, seconds: number, outcome: 'ok' | ErrorCode) => void;

export interface GuardOptions {
  readonly plugin: string;
  /** Key of the point or capability. */
  readonly point: string;
  /** Milliseconds that never go backwards. */
  readonly monotonic: () => number;
  readonly onCall?: OnCall;
  readonly scrubber: Scrubber;
}

/**
 * Stands between callers and one implementation: times each asynchronous call and
 * turns whatever is thrown into a StoreError that names the plugin.
 */
export class Guard {
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Calls `method` on `target`, keeping `this`. */
  invoke(name: string, target: object, method: (...args: never[]) => unknown, args: readonly unknown[]): unknown {
    const started = this.#options.monotonic();
    let result: unknown;
    try {
      result = Reflect.apply(method, target, args);
    } catch (error) {
      throw this.#fail(name, started, error);
    }
    if (!isPromiseLike(result)) return result;
    return result.then(
      (value) => {
        this.#report(name, started, 'ok');
        return value;
      },
      (error: unknown) => {
        throw this.#fail(name, started, error);
      },
    );
  }

  /**
   * The StoreError that callers see: the same one, now naming the plugin, when it is
   * one of a known code; else `internal` with the original as cause.
   */
  normalise(error: unknown): StoreError {
    const { plugin, scrubber } = this.#options;
    if (isStoreError(error) && ERROR_CODES.includes(error.code)) {
      // An error that came through another guard keeps the name of its origin.
      if (error.details.plugin !== undefined) return error;
      if (Object.isExtensible(error.details)) {
        error.details.plugin = plugin;
        return error;
      }
      return new StoreError(error.code, error.message, { details: { ...error.details, plugin }, cause: error.cause });
    }
    return new StoreError('internal', 'A plugin failed in a way that its contract does not know', {
      details: { plugin },
      cause: scrubber.value(error),
    });
  }

  /** A complaint about the caller's arguments. */
  refuse(code: ErrorCode, message: string): StoreError {
    return new StoreError(code, message, { details: { plugin: this.#options.plugin } });
  }

  #report(method: string, started: number, outcome: 'ok' | ErrorCode): void {
    const { onCall, plugin, point, monotonic } = this.#options;
    onCall?.(plugin, point, method, (monotonic() - started) / 1000, outcome);
  }

  #fail(method: string, started: number, error: unknown): StoreError {
    const normalised = this.normalise(error);
    this.#report(method, started, normalised.code);
    return normalised;
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
