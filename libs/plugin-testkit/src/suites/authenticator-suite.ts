import type { AuthenticationRequest, Authenticator } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** An authenticator under test. The texts are whole `Authorization` headers. */
export interface AuthenticatorSubject {
  readonly authenticator: Authenticator;
  /** Headers that it accepts, with the principal that it answers. */
  readonly accepted: readonly { readonly authorization: string; readonly principalId: string }[];
  /** Headers of its own scheme that it rejects. */
  readonly rejected: readonly string[];
  close?(): Promise<void>;
}

const request = (authorization?: string | string[]): AuthenticationRequest => ({
  method: 'GET',
  path: '/admin/plugins',
  query: '',
  headers: authorization === undefined ? {} : { authorization },
  peerAddress: '127.0.0.1',
});

/** Every promise of `access.authenticator/v1alpha`. */
export function authenticatorSuite(runner: Runner, make: () => Promise<AuthenticatorSubject>): void {
  const { describe, it, before, after } = runner;
  const context = testContext({ principal: undefined });

  describe('access.authenticator/v1alpha', () => {
    let subject: AuthenticatorSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    it('shows a challenge that fits in a header', () => {
      assert.match(subject.authenticator.challenge, /^[A-Za-z]+( [\x20-\x7e]+)?$/);
    });

    it('passes on when no credential or another scheme\'s was sent', async () => {
      for (const header of [undefined, 'X-Unheard-Of 123', 'AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/s3/aws4_request']) {
        assert.deepEqual(await subject.authenticator.authenticate(context, request(header)), { outcome: 'not-mine' });
      }
    });

    it('accepts what it knows', async () => {
      for (const { authorization, principalId } of subject.accepted) {
        const result = await subject.authenticator.authenticate(context, request(authorization));
        assert.equal(result.outcome, 'accepted');
        assert.equal(result.outcome === 'accepted' && result.principal.id, principalId);
      }
    });

    it('rejects wrong credentials with a reason that does not repeat them', async () => {
      for (const authorization of subject.rejected) {
        const result = await subject.authenticator.authenticate(context, request(authorization));
        assert.equal(result.outcome, 'rejected', authorization);
        const credential = authorization.split(' ').slice(1).join(' ');
        assert.ok(result.outcome === 'rejected' && result.reason.length > 0);
        assert.ok(credential === '' || !result.reason.includes(credential), 'a reason holds no credential');
      }
    });

    it('never accepts nor throws for hostile headers', async () => {
      const schemes = [...new Set([...subject.accepted.map(({ authorization }) => authorization), ...subject.rejected].map((text) => text.split(' ')[0]))];
      const credentials = ['', ' ', '\0', ':', '%%%', '=', '\ud800', 'A'.repeat(1_000_000), Buffer.from('__proto__:__proto__').toString('base64')];
      for (const scheme of schemes) {
        for (const credential of credentials) {
          const { outcome } = await subject.authenticator.authenticate(context, request(`${scheme} ${credential}`));
          assert.notEqual(outcome, 'accepted', `${scheme} ${credential.slice(0, 20)}`);
        }
      }
      const { outcome } = await subject.authenticator.authenticate(context, request(['a', 'b']));
      assert.notEqual(outcome, 'accepted');
    });
  });
}
