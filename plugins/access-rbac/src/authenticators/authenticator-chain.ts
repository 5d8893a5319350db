import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext } from '@zas/plugin-api';

/** Several authenticators as the one that the plugin provides. The first one's challenge is shown. */
export class AuthenticatorChain implements Authenticator {
  readonly challenge: string;

  /** @param links in the order in which they are asked; at least one */
  constructor(private readonly links: readonly Authenticator[]) {
    this.challenge = links[0]!.challenge;
  }

  async authenticate(context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    for (const link of this.links) {
      const result = await link.authenticate(context, request);
      if (result.outcome !== 'not-mine') return result;
    }
    return { outcome: 'not-mine' };
  }
}
