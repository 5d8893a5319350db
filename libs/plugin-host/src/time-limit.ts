/** Thrown by {@link withTimeLimit} when the time is up. */
export class TimeLimitPassed extends Error {}

/**
 * Runs `work` with a signal that fires when the time is up or `outer` fires, and
 * stops waiting for it then, whether or not it listens. What it does afterwards is ignored.
 */
export async function withTimeLimit(milliseconds: number, work: (signal: AbortSignal) => Promise<void> | void, outer?: AbortSignal): Promise<void> {
  const controller = new AbortController();
  let giveUp: (reason: unknown) => void = () => undefined;
  const gaveUp = new Promise<never>((_, reject) => {
    giveUp = (reason) => {
      controller.abort(reason);
      reject(reason as Error);
    };
  });
  const onOuter = (): void => giveUp(outer?.reason);
  const timer = setTimeout(() => giveUp(new TimeLimitPassed(`not done within ${milliseconds / 1000} s`)), milliseconds);
  outer?.addEventListener('abort', onOuter, { once: true });
  try {
    outer?.throwIfAborted();
    const running = (async () => work(controller.signal))();
    await Promise.race([running, gaveUp]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuter);
  }
}
