import { setTimeout } from 'node:timers/promises';

/** Resolves after that time, or at once when the signal fires; keeps no process alive. */
export async function sleepUnless(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
