import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@zas/plugin-api';
import { collectResults } from '../collecting-runner.js';
import type { Runner } from '../runner.js';
import { authenticatorSuite, type AuthenticatorSubject } from '../suites/authenticator-suite.js';
import { authorizerSuite, type AuthorizerSubject } from '../suites/authorizer-suite.js';
import type { RenewalSubject } from '../suites/credential-renewal.js';
import { credentialsSuite, type CredentialsSubject } from '../suites/credentials-suite.js';
import { securityTokensSuite, type SecurityTokensSubject } from '../suites/security-tokens-suite.js';
import { testPrincipal } from '../test-context.js';
import { MemoryAuthenticator } from './memory-authenticator.js';
import { MemoryAuthorizer } from './memory-authorizer.js';
import { MemoryCredentials } from './memory-credentials.js';
import { MemorySecurityTokens } from './memory-security-tokens.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const principal = testPrincipal();
const known = { accessKeyId: principal.credentialId, secret: 'hush-hush-hush' };
const credentialsSubject = (credentials: MemoryCredentials): CredentialsSubject => ({
  credentials: credentials.add({ principal, secret: known.secret }),
  known,
});
const NOW = 1_800_000_000_000;
function renewalSubject(credentials: MemoryCredentials): RenewalSubject {
  let made = 0;
  const put = async (changed: Principal): Promise<void> => void credentials.add({ principal: changed, secret: known.secret });
  return {
    renewal: credentials,
    now: () => NOW,
    make: async () => {
      const one = testPrincipal(`made-${++made}`);
      await put(one);
      return one;
    },
    ends: {
      gone: async ({ credentialId }) => void credentials.remove(credentialId),
      expired: (one) => put({ ...one, expiresAt: NOW }),
      changed: (one) => put({ ...one, id: 'config:another' }),
    },
    change: async (one) => {
      await put({ ...one, groups: ['new'] });
      return { groups: ['new'] };
    },
  };
}
const role = (name: string) => `arn:aws:iam::${principal.account.id}:role/${name}`;
const web = { token: 'good.web.token', identity: { subject: 'ann', audience: 'zas', provider: 'https://keys.example.org' }, roleArn: role('web') };
const tokensSubject = (credentials: MemoryCredentials, tokens: MemorySecurityTokens): SecurityTokensSubject => ({
  tokens: tokens.trust(role('open'), principal.id).trust(web.roleArn, web.identity.provider).addWebIdentity(web.token, web.identity),
  credentials: credentials.add({ principal, secret: known.secret }),
  now: Date.now,
  user: principal,
  roleArn: role('open'),
  shutRoleArn: role('shut'),
  policy: '{"Statement":{}}',
  end: async () => tokens.end(principal.credentialId),
  web,
});
const bucket = { type: 'bucket', bucket: 'mine', ownerAccount: principal.account.id } as const;
const object = { ...bucket, type: 'object', key: 'k' } as const;
const authorizerSubject = (authorizer: MemoryAuthorizer): AuthorizerSubject => ({
  authorizer: authorizer.grant(principal.id, 's3:ListBucket', 'mine').grant(principal.id, 's3:GetObject', 'mine'),
  allowed: [
    { principal, action: 's3:ListBucket', resource: bucket },
    { principal, action: 's3:GetObject', resource: object },
  ],
  denied: [
    { principal, action: 's3:DeleteBucket', resource: bucket },
    { principal, action: 's3:PutObject', resource: object },
  ],
});
const authenticatorSubject = (authenticator: MemoryAuthenticator): AuthenticatorSubject => ({
  authenticator: authenticator.add('good', principal),
  accepted: [{ authorization: 'Bearer good', principalId: principal.id }],
  rejected: ['Bearer bad-token'],
});

credentialsSuite(runner, async () => credentialsSubject(new MemoryCredentials()), async () => renewalSubject(new MemoryCredentials()));
securityTokensSuite(runner, async () => {
  const credentials = new MemoryCredentials();
  return tokensSubject(credentials, new MemorySecurityTokens(credentials));
});
authorizerSuite(runner, async () => authorizerSubject(new MemoryAuthorizer()));
authenticatorSuite(runner, async () => authenticatorSubject(new MemoryAuthenticator()));

describe('broken twins', () => {
  it('credentials that ignore the session token', async () => {
    class Broken extends MemoryCredentials {
      override find(...[context, key]: Parameters<MemoryCredentials['find']>) {
        return super.find(context, key);
      }
    }
    const { failed } = await collectResults((own) => credentialsSuite(own, async () => credentialsSubject(new Broken())));
    expect(failed).toEqual(['answers undefined when the session token does not belong to the key']);
  });

  it('a renewal that repeats what it is given', async () => {
    class Broken extends MemoryCredentials {
      override renew = async (_context: unknown, given: Principal) => given;
    }
    const { failed } = await collectResults((own) => credentialsSuite(own, async () => credentialsSubject(new Broken()), async () => renewalSubject(new Broken())));
    expect(failed).toEqual(['answers the principal as it is now', 'does not renew what has ended', 'does not renew one credential for another principal, nor what nobody had']);
  });

  it.each<[string, (tokens: MemorySecurityTokens) => Partial<MemorySecurityTokens>, readonly string[]]>([
    ['outlive what they are made from', () => ({ end: () => undefined }), ['ends sessions with what they are made from']],
    [
      'forget what caps the user',
      (tokens) => ({ getSessionToken: (context, request) => tokens.getSessionToken({ ...context, principal: context.principal && { ...context.principal, sessionPolicies: undefined } }, request) }),
      ['caps a session by the policy that it was given, and by what caps the user'],
    ],
    [
      'take any token of an issuer',
      (tokens) => ({ assumeRoleWithWebIdentity: (context, _token, request) => tokens.assumeRoleWithWebIdentity(context, web.token, request) }),
      ['lets who shows a good token of an issuer take on a role, and nobody else'],
    ],
    [
      'last as long as they like',
      (tokens) => ({ assumeRole: async (context, request) => ({ ...(await tokens.assumeRole(context, request)), expiresAt: Infinity }) }),
      ['makes credentials that are found with their token, and only so', 'lets a role be taken on for an hour, or as long as is asked'],
    ],
  ])('sessions that %s', async (_name, breakIt, expected) => {
    const { failed } = await collectResults((own) =>
      securityTokensSuite(own, async () => {
        const credentials = new MemoryCredentials();
        const tokens = new MemorySecurityTokens(credentials);
        const whole = tokensSubject(credentials, tokens);
        const calls = { assumeRole: tokens.assumeRole.bind(tokens), assumeRoleWithWebIdentity: tokens.assumeRoleWithWebIdentity.bind(tokens), getSessionToken: tokens.getSessionToken.bind(tokens), describe: tokens.describe.bind(tokens) };
        const { end, ...broken } = breakIt(tokens);
        return { ...whole, tokens: { ...calls, ...broken }, ...(end && { end: async () => end('') }) };
      }),
    );
    expect(failed).toEqual(expected);
  });

  it('an authorizer that narrows to everything', async () => {
    class Broken extends MemoryAuthorizer {
      override async narrow() {
        return { allowedPrefixes: [''], deniedPrefixes: [], residual: false };
      }
    }
    const { failed } = await collectResults((own) => authorizerSuite(own, async () => authorizerSubject(new Broken())));
    expect(failed).toEqual(['narrows an allowed action on a bucket to something, a denied one to nothing']);
  });

  it('an authorizer that decides without the object what hangs on it', async () => {
    class Broken extends MemoryAuthorizer {
      override async decide(...[context, question]: Parameters<MemoryAuthorizer['decide']>) {
        const decision = await super.decide(context, question);
        const { resource } = question;
        return resource.type === 'object' && resource.object != null && resource.object.owner !== resource.ownerAccount ? { allow: false, reason: 'of another' } : decision;
      }
    }
    const { failed } = await collectResults((own) => authorizerSuite(own, async () => authorizerSubject(new Broken())));
    expect(failed).toEqual(['asks for the object only while it was not given one, and allows nothing before']);
  });

  it('an authorizer that asks for the object for ever', async () => {
    class Broken extends MemoryAuthorizer {
      override async decide(...[context, question]: Parameters<MemoryAuthorizer['decide']>) {
        const decision = await super.decide(context, question);
        return decision.allow || question.resource.type !== 'object' ? decision : { ...decision, needsObject: true as const };
      }
    }
    const { failed } = await collectResults((own) => authorizerSuite(own, async () => authorizerSubject(new Broken())));
    expect(failed).toEqual(['asks for the object only while it was not given one, and allows nothing before']);
  });

  it('an authorizer that lets anonymous callers in', async () => {
    class Broken extends MemoryAuthorizer {
      override async decide(...[context, question]: Parameters<MemoryAuthorizer['decide']>) {
        return question.principal === undefined ? { allow: true, reason: 'why not' } : super.decide(context, question);
      }
    }
    const { failed } = await collectResults((own) => authorizerSuite(own, async () => authorizerSubject(new Broken())));
    expect(failed).toEqual(['denies by default: strangers, anonymous callers, what it has never heard of']);
  });

  it('an authenticator that repeats the credential and rejects other schemes', async () => {
    class Broken extends MemoryAuthenticator {
      override async authenticate(...[context, request]: Parameters<MemoryAuthenticator['authenticate']>) {
        const result = await super.authenticate(context, request);
        return result.outcome === 'accepted' ? result : { outcome: 'rejected' as const, reason: `no: ${String(request.headers.authorization)}` };
      }
    }
    const { failed } = await collectResults((own) => authenticatorSuite(own, async () => authenticatorSubject(new Broken())));
    expect(failed).toHaveLength(2);
  });
});
