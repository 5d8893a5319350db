import type { Credentials } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';
import { declareRenewal, type RenewalSubject } from './credential-renewal.js';

/** Credentials under test, and one pair of keys that they know. */
export interface CredentialsSubject {
  readonly credentials: Credentials;
  readonly known: { readonly accessKeyId: string; readonly secret: string; readonly sessionToken?: string };
  close?(): Promise<void>;
}

const HOSTILE = ['', ' ', '__proto__', 'constructor', '../../etc/passwd', "' OR 1=1 --", '\0', '\ud800', 'K'.repeat(100_000)];

/**
 * Every promise of `access.credentials/v1alpha`.
 * @param makeRenewal for credentials with the capability `credentialRenewal`
 */
export function credentialsSuite(runner: Runner, make: () => Promise<CredentialsSubject>, makeRenewal?: () => Promise<RenewalSubject>): void {
  const { describe, it, before, after } = runner;
  const context = testContext({ principal: undefined });

  describe('access.credentials/v1alpha', () => {
    let subject: CredentialsSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    it('finds a known key with its secret and its principal', async () => {
      const { credentials, known } = subject;
      const found = await credentials.find(context, known.accessKeyId, known.sessionToken);
      assert.equal(found?.secret, known.secret);
      assert.equal(found.principal.credentialId, known.accessKeyId);
      assert.match(found.principal.id, /^[^:]+:.+$/, 'a principal is issuer:subject');
      assert.match(found.principal.account.id, /^\d{12}$/, 'an account id has 12 digits');
      assert.ok(found.principal.account.canonicalId !== '' && found.principal.account.displayName !== '');
    });

    it('answers undefined for keys that it does not know, whatever they hold', async () => {
      const { credentials, known } = subject;
      for (const key of [...HOSTILE, `${known.accessKeyId}x`, known.accessKeyId.slice(0, -1), known.secret]) {
        assert.equal(await credentials.find(context, key), undefined);
      }
    });

    it('answers undefined when the session token does not belong to the key', async () => {
      for (const token of ['some-other-token', 'T'.repeat(100_000)]) {
        assert.equal(await subject.credentials.find(context, subject.known.accessKeyId, token), undefined);
      }
    });

    it('knows the account of what it finds, and no other', async () => {
      const { credentials, known } = subject;
      const found = await credentials.find(context, known.accessKeyId, known.sessionToken);
      assert.ok(found);
      assert.deepEqual(await credentials.account(context, found.principal.account.id), found.principal.account);
      assert.deepEqual(await credentials.accountByCanonicalId(context, found.principal.account.canonicalId), found.principal.account);
      for (const id of [...HOSTILE, '000000000000']) {
        assert.equal(await credentials.account(context, id), undefined);
        assert.equal(await credentials.accountByCanonicalId(context, id), undefined);
      }
    });
  });
  if (makeRenewal !== undefined) declareRenewal(runner, makeRenewal);
}
