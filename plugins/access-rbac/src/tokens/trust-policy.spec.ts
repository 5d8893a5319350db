import { describe, expect, it } from '@jest/globals';
import { StoreError } from '@zas/plugin-api';
import { AccessRequest } from '../decision/access-request.js';
import { callerOf, NO_POLICIES } from '../decision/caller.js';
import { HOME, user } from '../access-world.spec.fixture.js';
import { requireTrustPolicy, trustPolicyOf, trusts } from './trust-policy.js';

const OTHER = '222222222222';
const PROVIDER = 'https://keys.example.org/realms/ci';
const PROVIDERS = ['ci', PROVIDER, `arn:aws:iam::${HOME}:oidc-provider/keys.example.org/realms/ci`];

const ann = user('ann');
const session = { ...user('role:deploy/job'), assumedRole: 'deploy' };
const root = { ...user('config:boss'), accountRoot: true };
const stranger = user('eve', OTHER);
const web = { ...user('ci:repo'), claims: { repository: 'team/app', groups: ['a', 'b'] } };

type Statement = Readonly<Record<string, unknown>>;
const policyOf = (...statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'], ...statement })) });
const said: Readonly<Record<string, string>> = { 'sts:externalid': 'sesame', 'sts:rolesessionname': 'job-1', 'aws:sourceip': '10.1.2.3' };

function trust(document: string, principal = ann, providers?: readonly string[], attributes = said) {
  const action = providers === undefined ? 'sts:AssumeRole' : 'sts:AssumeRoleWithWebIdentity';
  const resource = { type: 'access', account: HOME, kind: 'role', name: 'deploy' } as const;
  return trusts(trustPolicyOf(document)!, new AccessRequest(callerOf(principal, NO_POLICIES), action, resource, undefined, (key) => attributes[key]), providers);
}
const webTrust = (...statements: readonly Statement[]) => trust(policyOf(...statements), web, PROVIDERS);
const arn = (kind: string, account = HOME, service = 'iam') => `arn:aws:${service}::${account}:${kind}`;

describe('who signs', () => {
  it.each<[unknown, string, string, string, string, string]>([
    // Principal, and how ann, a session, the root, a stranger and a web identity that signs are trusted.
    ['*', 'direct', 'direct', 'direct', 'direct', 'direct'],
    [{ AWS: '*' }, 'direct', 'direct', 'direct', 'direct', 'direct'],
    [{ AWS: HOME }, 'account', 'account', 'direct', 'none', 'account'],
    [{ AWS: arn('root') }, 'account', 'account', 'direct', 'none', 'account'],
    [{ AWS: arn('user/ann') }, 'direct', 'none', 'none', 'none', 'none'],
    [{ AWS: arn('user/ci/repo') }, 'none', 'none', 'none', 'none', 'direct'],
    [{ AWS: arn('role/deploy') }, 'none', 'direct', 'none', 'none', 'none'],
    [{ AWS: arn('assumed-role/deploy/job', HOME, 'sts') }, 'none', 'direct', 'none', 'none', 'none'],
    [{ AWS: arn('assumed-role/deploy/other', HOME, 'sts') }, 'none', 'none', 'none', 'none', 'none'],
    [{ AWS: [arn('root', OTHER), arn('user/ann')] }, 'direct', 'none', 'none', 'account', 'none'],
    [{ CanonicalUser: `c${HOME}` }, 'account', 'account', 'direct', 'none', 'account'],
    [{ Federated: 'ci' }, 'none', 'none', 'none', 'none', 'none'],
  ])('is trusted by %j', (principal, ...expected) => {
    const document = policyOf({ Principal: principal });
    expect([ann, session, root, stranger, web].map((one) => trust(document, one))).toEqual(expected);
  });

  it('and is denied is not trusted, whoever else is', () => {
    const denying = (Principal: unknown) => trust(policyOf({ Principal: '*' }, { Effect: 'Deny', Principal }));
    expect([denying('*'), denying({ AWS: HOME }), denying({ AWS: arn('user/ann') }), denying({ AWS: arn('user/bob') }), denying({ Federated: 'ci' })]).toEqual(['none', 'none', 'none', 'direct', 'direct']);
    const sparing = (AWS: readonly string[]) => trust(policyOf({ Principal: '*' }, { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS } }));
    expect([sparing([arn('user/bob'), HOME]), sparing([arn('user/ann')]), sparing([arn('user/ann'), HOME])]).toEqual(['none', 'none', 'direct']);
  });

  it.each<[string, object, boolean]>([
    ['secret', { StringEquals: { 'sts:ExternalId': 'sesame' } }, true],
    ['another secret', { StringEquals: { 'sts:ExternalId': 'simsalabim' } }, false],
    ['session name', { StringLike: { 'sts:RoleSessionName': 'job-*' } }, true],
    ['another session name', { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } }, false],
    ['address', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, true],
    ['another address', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    ['own name', { StringEquals: { 'aws:username': 'ann' } }, true],
    ['claim that he has not', { StringEquals: { 'zas:claim/team': 'red' } }, false],
  ])('under the condition of his %s', (_name, Condition, expected) => {
    expect(trust(policyOf({ Principal: '*', Condition }))).toBe(expected ? 'direct' : 'none');
    expect(trust(policyOf({ Principal: '*' }, { Effect: 'Deny', Principal: '*', Condition }))).toBe(expected ? 'none' : 'direct');
  });

  it('and sends no secret is not trusted where one is wanted', () => {
    const document = policyOf({ Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'sesame' } } });
    expect(trust(document, ann, undefined, {})).toBe('none');
  });
});

describe('a web identity', () => {
  it.each<[unknown, string]>([
    [{ Federated: 'ci' }, 'direct'],
    [{ Federated: PROVIDER }, 'direct'],
    [{ Federated: PROVIDERS[2] }, 'direct'],
    [{ Federated: ['google', 'ci'] }, 'direct'],
    [{ Federated: 'google' }, 'none'],
    [{ Federated: '*' }, 'none'],
    [{ Federated: 'https://keys.example.org/realms/c*' }, 'none'],
    [{ Federated: arn('oidc-provider/keys.example.org/realms/ci', OTHER) }, 'none'],
    ['*', 'none'],
    [{ AWS: '*' }, 'none'],
    [{ AWS: HOME }, 'none'],
    [{ AWS: arn('user/ci/repo') }, 'none'],
    [{ AWS: '*', Federated: 'ci' }, 'direct'],
  ])('is trusted by %j: %s', (Principal, expected) => {
    expect(webTrust({ Principal })).toBe(expected);
  });

  it.each<[Statement, string]>([
    [{ Principal: '*' }, 'none'],
    [{ Principal: { Federated: 'ci' } }, 'none'],
    [{ Principal: { Federated: 'google' } }, 'direct'],
    [{ NotPrincipal: { Federated: 'ci' } }, 'direct'],
    [{ NotPrincipal: { Federated: 'google' } }, 'none'],
    [{ NotPrincipal: { AWS: HOME } }, 'none'],
    [{ Principal: '*', Action: 'sts:AssumeRole' }, 'direct'],
  ])('that is trusted is still denied by %j: %s', (statement, expected) => {
    expect(webTrust({ Principal: { Federated: 'ci' } }, { Effect: 'Deny', ...statement })).toBe(expected);
  });

  it.each<[object, boolean]>([
    [{ StringEquals: { 'zas:claim/repository': 'team/app' } }, true],
    [{ StringLike: { 'zas:claim/repository': 'team/*' } }, true],
    [{ StringEquals: { 'zas:claim/repository': 'team/other' } }, false],
    [{ 'ForAnyValue:StringEquals': { 'zas:claim/groups': ['b'] } }, true],
    [{ StringEquals: { 'zas:claim/groups': ['c'] } }, false],
    [{ StringEquals: { 'zas:claim/none': '' } }, false],
  ])('is asked for its claims: %j', (Condition, expected) => {
    expect(webTrust({ Principal: { Federated: 'ci' }, Condition })).toBe(expected ? 'direct' : 'none');
  });
});

describe('a trust policy', () => {
  const refuses = (document: string): string => {
    try {
      requireTrustPolicy(document);
      return '';
    } catch (error) {
      return error instanceof StoreError ? error.code : 'thrown';
    }
  };

  it('is refused where it could be misread', () => {
    expect(refuses(policyOf({ Principal: '*' }))).toBe('');
    const odd = [
      ...['', '{', 'null', '[]', '{"Version":"2012-10-17"}', policyOf()],
      ...[policyOf({}), policyOf({ NotPrincipal: { AWS: HOME } }), policyOf({ Principal: '*', Resource: '*' }), policyOf({ Principal: { Who: 'x' } })],
      ...[policyOf({ Principal: '*', Principals: 1 }), policyOf({ Principal: { AWS: 'ann' } }), `${' '.repeat(30_000)}${policyOf({ Principal: '*' })}`],
    ];
    for (const document of odd) expect({ document, code: refuses(document) }).toEqual({ document, code: 'invalid-argument' });
  });

  it('that cannot be read any more trusts nobody', () => {
    expect([trustPolicyOf(undefined), trustPolicyOf('{'), trustPolicyOf(policyOf({}))]).toEqual([undefined, undefined, undefined]);
  });
});
