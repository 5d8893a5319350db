import type { Clock } from '@zas/plugin-api';
import { z } from 'zod';
import type { KeyRing } from '../../secrets/key-ring.js';

const PURPOSE = 'login';
const BOUND = 'login-state';
export const LOGIN_SECONDS = 600;

const stateSchema = z.strictObject({
  issuer: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  target: z.string(),
  redirectUri: z.string(),
  expiresAt: z.number(),
});

/** What has to be known when the browser comes back from the issuer. It lies in the browser's cookie, sealed. */
export type LoginState = z.output<typeof stateSchema>;

export function sealLogin(keys: Pick<KeyRing, 'seal'>, state: LoginState): string {
  return keys.seal(PURPOSE, Buffer.from(JSON.stringify(state)), BOUND);
}

/** @returns `undefined` for what was not sealed here, or is too old */
export function openLogin(keys: Pick<KeyRing, 'open'>, clock: Clock, sealed: string): LoginState | undefined {
  try {
    const state = stateSchema.parse(JSON.parse(keys.open(PURPOSE, sealed, BOUND).toString('utf8')));
    return state.expiresAt > clock.now() ? state : undefined;
  } catch {
    return undefined;
  }
}
