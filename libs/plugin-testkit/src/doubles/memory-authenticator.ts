import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext, Principal } from '@zas/plugin-api';

/** Bearer tokens that are put in by hand. */
export class MemoryAuthenticator implements Authenticator {
  readonly challenge = 'Bearer realm="test"';
  readonly #tokens = new Map<string, Principal>();

  add(token: string, principal: Principal): this {
    this.#tokens.set(token, principal);
    return this;
  }

  async authenticate(_context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const header = request.headers.authorization;
    if (typeof header !== 'string' || !header.startsWith('Bearer ')) return { outcome: 'not-mine' };
    const principal = this.#tokens.get(header.slice('Bearer '.length));
    return principal === undefined ? { outcome: 'rejected', reason: 'unknown token' } : { outcome: 'accepted', principal };
  }
}
