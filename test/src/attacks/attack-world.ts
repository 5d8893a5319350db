import { expect } from '@jest/globals';
import { AccountWorld, must } from '../harness/account-world.js';
import { expectUnchanged } from '../harness/fingerprint.js';
import type { RawAnswer } from '../harness/raw-connection.js';
import { textOf } from '../harness/read-xml.js';
import type { RawResponse } from '../harness/signed-client.js';

/** Alice's, who is attacked. */
export const TARGET = '/attacked';
/** What nobody else may see. */
export const SECRET = 'what only Alice may see';
/** Bob's, from where he attacks. */
export const BASE = '/attacker';

/** A server where Alice keeps a secret and Bob has a bucket of his own. */
export async function startAttack(config: Record<string, unknown> = {}): Promise<AccountWorld> {
  const world = await AccountWorld.start({ s3: { baseDomains: ['s3.test'] }, ...config });
  await must(world.alice.put(TARGET));
  await must(world.alice.put(`${TARGET}/secret`, SECRET, { 'x-amz-tagging': 'class=secret', 'x-amz-meta-note': 'kept' }));
  await must(world.bob.put(BASE));
  await must(world.bob.put(`${BASE}/own`, 'of bob'));
  return world;
}

export type Said = RawResponse | RawAnswer | undefined;

/** One try, and what it must be answered: status and code, or one of several such. */
export interface Attempt {
  readonly what: string;
  readonly send: () => Promise<Said>;
  readonly expected: readonly [status: number, code: string | undefined];
}

export const attempt = (what: string, send: () => Promise<Said>, status: number, code?: string): Attempt => ({ what, send, expected: [status, code] });

const bodyOf = (said: Said) => (said === undefined ? '' : 'text' in said ? said.text : said.body);

/** Makes every attempt; each must be refused as it says, show no secret, and all of them together change nothing. */
export async function expectRefused(world: AccountWorld, attempts: readonly Attempt[]): Promise<void> {
  await expectUnchanged(world.accounts, async () => {
    const answers = [];
    for (const { what, send } of attempts) {
      const said = await send();
      expect([what, bodyOf(said).includes(SECRET)]).toEqual([what, false]);
      answers.push([what, said?.status, textOf(bodyOf(said), 'Code')]);
    }
    expect(answers).toEqual(attempts.map(({ what, expected }) => [what, ...expected]));
  });
}
