import type { Account, AuthenticationResult } from '@zas/plugin-api';
import { silentLogger, testContext } from '@zas/plugin-testkit';
import type { z } from 'zod';
import { FakeIssuer, makeKey } from './fake-issuer.spec.fixture.js';
import { IssuerAddress } from './issuer-address.js';
import { issuerSchema } from './issuers-config.js';
import { OidcAuthenticator } from './oidc-authenticator.js';
import { OidcIssuer } from './oidc-issuer.js';

export const ACCOUNT: Account = { id: '123456789012', canonicalId: 'abc', displayName: 'team' };

/** An issuer, whoever believes it, and a clock that is put forward at will. */
export class OidcWorld {
  aheadMs = 0;
  readonly lines: string[] = [];
  readonly clock = { now: () => Date.now() + this.aheadMs, monotonic: () => performance.now() + this.aheadMs };
  readonly context = testContext({ principal: undefined });

  private constructor(readonly issuer: FakeIssuer) {}

  static async start(): Promise<OidcWorld> {
    const issuer = new FakeIssuer();
    issuer.keys = [await makeKey('one')];
    return new OidcWorld(await issuer.start());
  }

  believe(config: Partial<z.input<typeof issuerSchema>> = {}): OidcAuthenticator {
    const parsed = issuerSchema.parse({ name: 'kc', url: this.issuer.url, audiences: ['zas', 'other'], ...config });
    const log = (message: string) => void this.lines.push(message);
    const logger = { ...silentLogger, warn: log, error: log };
    return new OidcAuthenticator([new OidcIssuer(parsed, { address: new IssuerAddress(parsed), account: ACCOUNT, clock: this.clock, logger })]);
  }

  send(authenticator: OidcAuthenticator, token: string): Promise<AuthenticationResult> {
    return authenticator.authenticate(this.context, { method: 'GET', path: '/', query: '', headers: { authorization: `Bearer ${token}` }, peerAddress: '127.0.0.1' });
  }

  /** `accepted`, `not-mine`, or why it was rejected. */
  async answer(authenticator: OidcAuthenticator, token: string): Promise<string> {
    const result = await this.send(authenticator, token);
    return result.outcome === 'rejected' ? result.reason : result.outcome;
  }
}
