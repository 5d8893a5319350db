import type { CallContext, Principal } from '@zas/plugin-api';

/** `unknown`: the source has nobody of that name. */
export type PasswordAnswer = { readonly outcome: 'accepted'; readonly principal: Principal } | 'unknown' | 'wrong';

/**
 * Names with passwords, or with secrets that are used like passwords.
 * An unknown name takes as long as a known one with a wrong password.
 */
export interface PasswordSource {
  /** Its secrets are random: what is right here says nothing about whoever has that name elsewhere. */
  readonly unguessable?: boolean;
  /**
   * Throws `slow-down` when too much is to be hashed at once, and `unavailable` when it cannot be found out.
   * @param name untrusted text without a colon, 1 to 256 characters
   * @param password untrusted text, perhaps empty
   */
  verify(context: CallContext, name: string, password: string): Promise<PasswordAnswer>;
}
