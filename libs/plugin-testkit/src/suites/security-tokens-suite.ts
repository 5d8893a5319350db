import { isStoreError, type CallContext, type Credentials, type Principal, type RoleRequest, type SecurityTokens, type TemporaryCredentials, type WebIdentity } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** What makes temporary credentials, and where they are found. */
export interface SecurityTokensSubject {
  readonly tokens: SecurityTokens;
  readonly credentials: Credentials;
  /** Milliseconds since the epoch, as the tokens see it. */
  readonly now: () => number;
  /** Somebody without a session, and not a root. */
  readonly user: Principal;
  /** Of a role that he may take on for an hour and longer, and of one that he may not. */
  readonly roleArn: string;
  readonly shutRoleArn: string;
  /** A policy that may cap him. */
  readonly policy: string;
  /** Ends the credential by which he came in. The last test calls it. */
  readonly end: () => Promise<void>;
  /** A token of an OIDC issuer, who it is, and a role for it. Absent: there are no issuers. */
  readonly web?: { readonly token: string; readonly identity: WebIdentity; readonly roleArn: string };
  close?(): Promise<void>;
}

const HOUR = 3_600;
const FAR_TOO_LONG = 10_000_000;
const SESSION = 'suite-session';

/** Every promise of `access.security-tokens/v1alpha`. */
export function securityTokensSuite(runner: Runner, make: () => Promise<SecurityTokensSubject>): void {
  const { describe, it, before, after } = runner;

  describe('access.security-tokens/v1alpha', () => {
    let subject: SecurityTokensSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    const as = (principal: Principal | undefined): CallContext => testContext({ principal });
    const assume = (more: Partial<RoleRequest> = {}, principal: Principal | undefined = subject.user) =>
      subject.tokens.assumeRole(as(principal), { roleArn: subject.roleArn, sessionName: SESSION, ...more });
    const session = (more: object = {}) => subject.tokens.getSessionToken(as(subject.user), more);
    const find = (made: TemporaryCredentials) => subject.credentials.find(as(undefined), made.accessKeyId, made.sessionToken);
    const inAnHour = ({ expiresAt }: TemporaryCredentials): boolean => Math.abs(expiresAt - subject.now() - HOUR * 1_000) < 10_000;

    it('makes credentials that are found with their token, and only so', async () => {
      for (const made of [await assume(), await session()]) {
        const found = await find(made);
        assert.equal(found?.secret, made.secretAccessKey);
        assert.equal(found.expiresAt, made.expiresAt);
        assert.deepEqual(found.principal, made.principal);
        assert.equal(made.principal.credentialId, made.accessKeyId);
        assert.equal(await subject.credentials.find(as(undefined), made.accessKeyId), undefined);
        assert.ok(made.sessionToken.length <= 2_048 && /^[\x21-\x7e]+$/.test(made.sessionToken), 'at most 2 KiB that fit in a header');
      }
    });

    it('makes other ones each time, of which none opens another', async () => {
      const [one, two] = [await assume(), await assume()];
      for (const part of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const) assert.notEqual(one[part], two[part]);
      assert.equal(await find({ ...one, sessionToken: two.sessionToken }), undefined);
    });

    it('takes no token that is not whole', async () => {
      const made = await assume();
      const { sessionToken } = made;
      for (const token of ['', sessionToken.slice(0, -1), sessionToken.slice(1), `${sessionToken}A`, sessionToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'T'.repeat(100_000), '\ud800']) {
        assert.equal(await find({ ...made, sessionToken: token }), undefined);
      }
    });

    it('lets a role be taken on for an hour, or as long as is asked', async () => {
      const made = await assume();
      assert.ok(inAnHour(made), 'an hour where nothing is said');
      assert.equal(made.principal.expiresAt, made.expiresAt);
      const short = await assume({ durationSeconds: 900 });
      assert.ok(Math.abs(short.expiresAt - subject.now() - 900_000) < 10_000);
    });

    it('names a session after account, role and session, and says so to the session itself', async () => {
      const made = await assume();
      const [, account, role] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(subject.roleArn) ?? [];
      assert.equal(made.arn, `arn:aws:sts::${account}:assumed-role/${role}/${SESSION}`);
      assert.match(made.userId, new RegExp(`:${SESSION}$`));
      assert.equal(made.principal.account.id, account);
      assert.ok(made.principal.assumedRole !== undefined && !made.principal.accountRoot && !made.principal.serverRoot);
      assert.deepEqual(await subject.tokens.describe(as(made.principal)), { arn: made.arn, userId: made.userId, account });
    });

    it('names a session without a role as its user', async () => {
      const [made, himself] = [await session(), await subject.tokens.describe(as(subject.user))];
      assert.deepEqual([made.arn, made.userId, made.principal.account.id], [himself.arn, himself.userId, himself.account]);
      assert.equal(made.principal.id, subject.user.id);
      assert.equal(made.principal.assumedRole, undefined);
    });

    it('caps a session by the policy that it was given, and by what caps the user', async () => {
      assert.deepEqual((await assume({ policy: subject.policy })).principal.sessionPolicies, [subject.policy]);
      const capped = { ...subject.user, sessionPolicies: [subject.policy] };
      for (const more of [{}, { policy: subject.policy }]) {
        const made = await subject.tokens.getSessionToken(as(capped), more);
        assert.ok(made.principal.sessionPolicies?.includes(subject.policy), 'what caps the user caps his session');
      }
    });

    it('ends a session when its user’s own credential ends', async () => {
      const expiresAt = subject.now() + 1_200_000;
      const made = await subject.tokens.getSessionToken(as({ ...subject.user, expiresAt }), {});
      assert.ok(made.expiresAt <= expiresAt);
    });

    it('refuses what is malformed', async () => {
      const odd: Partial<RoleRequest>[] = [
        ...['', 'role', `${subject.roleArn}\n`, subject.roleArn.replace(/\d{12}/, '1'), 'x'.repeat(100_000)].map((roleArn) => ({ roleArn })),
        ...['', 'x', 'a b', 'a/b', 'x'.repeat(65), '\0\0'].map((sessionName) => ({ sessionName })),
        ...[0, -1, 1.5, NaN, Infinity, FAR_TOO_LONG].map((durationSeconds) => ({ durationSeconds })),
        ...['', '{', '[]', '{"Statement":[]}', `${subject.policy}${' '.repeat(100_000)}`].map((policy) => ({ policy })),
        { policyNames: ['\0'] },
      ];
      for (const more of odd) await assert.rejects(assume(more), hasCode('invalid-argument'), JSON.stringify(more).slice(0, 80));
      for (const more of odd.filter(({ roleArn, sessionName }) => roleArn === undefined && sessionName === undefined)) await assert.rejects(session(more), hasCode('invalid-argument'), JSON.stringify(more).slice(0, 80));
    });

    it('lets nobody take on what he may not', async () => {
      await assert.rejects(assume({ roleArn: subject.shutRoleArn }), hasCode('access-denied'));
      await assert.rejects(assume({ roleArn: `${subject.roleArn}-that-is-not-there` }), hasCode('access-denied'));
      await assert.rejects(assume({}, { ...subject.user, id: 'nobody:knows', account: { ...subject.user.account, id: '999999999999' } }), hasCode('access-denied'));
      const anonymous = as(undefined);
      await assert.rejects(subject.tokens.assumeRole(anonymous, { roleArn: subject.roleArn, sessionName: SESSION }), hasCode('access-denied'));
      await assert.rejects(subject.tokens.getSessionToken(anonymous, {}), hasCode('access-denied'));
      await assert.rejects(subject.tokens.describe(anonymous), hasCode('access-denied'));
    });

    it('lets who shows a good token of an issuer take on a role, and nobody else', async () => {
      const { web, tokens, roleArn } = subject;
      const anonymous = as(undefined);
      for (const token of ['', 'x', 'a.b.c', '\0', 'T'.repeat(100_000)]) {
        await assert.rejects(tokens.assumeRoleWithWebIdentity(anonymous, token, { roleArn: web?.roleArn ?? roleArn, sessionName: SESSION }), hasCode('unauthenticated'));
      }
      if (web === undefined) return;
      const made = await tokens.assumeRoleWithWebIdentity(anonymous, web.token, { roleArn: web.roleArn, sessionName: SESSION });
      assert.deepEqual(made.identity, web.identity);
      assert.equal((await find(made))?.secret, made.secretAccessKey);
      const refused = tokens.assumeRoleWithWebIdentity(anonymous, web.token, { roleArn: subject.shutRoleArn, sessionName: SESSION });
      await assert.rejects(refused, (error: unknown) => hasCode('access-denied')(error) && !String(error).includes(web.token));
    });

    it('ends sessions with what they are made from', async () => {
      const made = [await assume(), await session()];
      await subject.end();
      for (const one of made) assert.equal(await find(one), undefined);
    });
  });
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => isStoreError(error) && error.code === code;
}
