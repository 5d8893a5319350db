import type { CredentialRenewal, Principal } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** The renewal of credentials under test. */
export interface RenewalSubject {
  readonly renewal: CredentialRenewal;
  /** Milliseconds since the epoch, as the renewal sees it. */
  readonly now: () => number;
  /** Makes a new credential that is good; answers its principal as an authenticator would. */
  readonly make: () => Promise<Principal>;
  /** Ways in which a credential ends, by their names: gone, disabled, expired, revoked, whichever there are. */
  readonly ends: Readonly<Record<string, (principal: Principal) => Promise<void>>>;
  /** Changes something about a principal; answers what is so now. Absent: nothing about them changes. */
  readonly change?: (principal: Principal) => Promise<Partial<Principal>>;
  close?(): Promise<void>;
}

/** Every promise of `access.credentials.renewal/v1alpha`. */
export function declareRenewal({ describe, it, before, after }: Runner, make: () => Promise<RenewalSubject>): void {
  const context = testContext({ principal: undefined });

  describe('access.credentials.renewal/v1alpha', () => {
    let subject: RenewalSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    it('answers the principal of a credential that is good', async () => {
      const principal = await subject.make();
      const found = await subject.renewal.renew(context, principal, subject.now());
      assert.deepEqual([found?.id, found?.account.id, found?.credentialId], [principal.id, principal.account.id, principal.credentialId]);
    });

    it('answers the principal as it is now', async () => {
      const principal = await subject.make();
      const expected = (await subject.change?.(principal)) ?? {};
      const found = await subject.renewal.renew(context, principal, subject.now());
      assert.ok(found);
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name as keyof Principal], value, name);
    });

    it('does not renew what has ended', async () => {
      for (const [way, end] of Object.entries(subject.ends)) {
        const principal = await subject.make();
        const since = subject.now();
        assert.ok(await subject.renewal.renew(context, principal, since), `good before: ${way}`);
        await end(principal);
        assert.equal(await subject.renewal.renew(context, principal, since), undefined, way);
      }
    });

    it('does not renew one credential for another principal, nor what nobody had', async () => {
      const principal = await subject.make();
      const strangers: Partial<Principal>[] = [{ id: 'nobody:knows' }, { credentialId: '' }, { credentialId: '__proto__' }, { credentialId: 'K'.repeat(100_000) }, { expiresAt: subject.now() - 1 }];
      for (const stranger of strangers) {
        assert.equal(await subject.renewal.renew(context, { ...principal, ...stranger }, subject.now()), undefined, Object.keys(stranger).join());
      }
    });
  });
}
