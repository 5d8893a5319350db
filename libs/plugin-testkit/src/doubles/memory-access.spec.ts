import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { collectResults } from '../collecting-runner.js';
import type { Runner } from '../runner.js';
import { authenticatorSuite, type AuthenticatorSubject } from '../suites/authenticator-suite.js';
import { authorizerSuite, type AuthorizerSubject } from '../suites/authorizer-suite.js';
import { credentialsSuite, type CredentialsSubject } from '../suites/credentials-suite.js';
import { testPrincipal } from '../test-context.js';
import { MemoryAuthenticator } from './memory-authenticator.js';
import { MemoryAuthorizer } from './memory-authorizer.js';
import { MemoryCredentials } from './memory-credentials.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const principal = testPrincipal();
const known = { accessKeyId: principal.credentialId, secret: 'hush-hush-hush' };
const credentialsSubject = (credentials: MemoryCredentials): CredentialsSubject => ({
  credentials: credentials.add({ principal, secret: known.secret }),
  known,
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

credentialsSuite(runner, async () => credentialsSubject(new MemoryCredentials()));
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
