import type { RawResponse } from '../harness/signed-client.js';

/** Bodies up to this many bytes are stored inline by the tested server. */
export const INLINE_BYTES = 4096;

/** Thrown for an answer that no crash explains. */
export class WrongAnswer extends Error {}

/** One client of a server that is going to be killed. */
export interface LoadClient {
  /** One action. Rejects when the connection breaks, and with WrongAnswer. */
  step(): Promise<void>;
}

/** Never resolves before the connection breaks. @throws WrongAnswer */
export async function runClient(client: LoadClient): Promise<void> {
  for (;;) {
    try {
      await client.step();
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      return;
    }
  }
}

/**
 * @param refusals statuses that mean that the server did nothing
 * @returns whether it is sure that the write was done; a server error leaves it open
 */
export function judgeAnswer(model: { acknowledged: number }, what: string, response: RawResponse, refusals: readonly number[] = []): 'done' | 'refused' | 'open' {
  const failedInside = response.status === 200 && response.text.includes('<Error>');
  if (response.status < 300 && !failedInside) {
    model.acknowledged++;
    return 'done';
  }
  if (refusals.includes(response.status)) return 'refused';
  if (response.status >= 500 || failedInside) return 'open';
  throw new WrongAnswer(`${what}: ${response.status} ${response.code}`);
}
