import { describe, expect, it } from '@jest/globals';
import type { Question } from '@zas/plugin-api';
import { testContext, testPrincipal } from '@zas/plugin-testkit';
import { NO_POLICIES, type IdentityPolicies } from './decision/caller.js';
import { parsePolicy } from './policy/parse-policy.js';
import { PolicyAuthorizer } from './policy-authorizer.js';

const context = testContext();
const known = { hasAccount: () => true, hasCanonicalId: () => true };
const ann = { ...testPrincipal('ann', '111111111111'), accountRoot: false };
const question: Question = { principal: ann, action: 's3:GetObject', resource: { type: 'object', bucket: 'box', ownerAccount: '111111111111', key: 'k' } };
const reading: IdentityPolicies = { policies: [parsePolicy('{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}', 'identity')] };

describe('where policies come from', () => {
  it('is asked each time, and what it says next counts at once', async () => {
    let own: IdentityPolicies | Promise<IdentityPolicies> = NO_POLICIES;
    const authorizer = new PolicyAuthorizer(known, { of: () => own });
    expect((await authorizer.decide(context, question)).allow).toBe(false);
    own = reading;
    expect((await authorizer.decide(context, question)).allow).toBe(true);
    own = Promise.resolve(NO_POLICIES);
    expect((await authorizer.decide(context, question)).allow).toBe(false);
    expect((await authorizer.decideMany(context, [question]))[0]?.allow).toBe(false);
    own = Promise.resolve(reading);
    expect((await authorizer.explain(context, question)).allow).toBe(true);
  });

  it('fails the question when it fails', async () => {
    const authorizer = new PolicyAuthorizer(known, { of: () => Promise.reject(new Error('unreadable')) });
    await expect(authorizer.decide(context, question)).rejects.toThrow('unreadable');
    await expect(authorizer.narrow(context, question)).rejects.toThrow('unreadable');
  });

  it('is not asked about nobody', async () => {
    const authorizer = new PolicyAuthorizer(known, { of: () => Promise.reject(new Error('unreadable')) });
    expect((await authorizer.decide(context, { ...question, principal: undefined })).allow).toBe(false);
  });
});

describe('who began an upload', () => {
  it('is nobody of that name in another account', async () => {
    const authorizer = new PolicyAuthorizer(known, { of: () => reading });
    const resource = { type: 'object', bucket: 'box', ownerAccount: '111111111111', key: 'k', initiator: { principal: ann.id, account: '111111111111' } } as const;
    const abort = async (account: string) => (await authorizer.decide(context, { principal: { ...ann, account: { ...ann.account, id: account } }, action: 's3:AbortMultipartUpload', resource })).allow;
    expect([await abort('111111111111'), await abort('222222222222')]).toEqual([true, false]);
  });
});

describe('what people ask next', () => {
  const policies = (...statements: readonly object[]): IdentityPolicies => ({ policies: statements.map((one, i) => parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: one }), 'identity').named(`p${i + 1}`)) });
  const authorizer = new PolicyAuthorizer(known, { of: () => NO_POLICIES });
  const get = { Sid: 'Get', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::box/*' };
  const put: Question = { principal: ann, action: 'oci:PutManifest', resource: { type: 'repository', repository: 'team/app', ownerAccount: '111111111111' } };

  it('is the statement that decided', () => {
    expect(authorizer.explainWith(policies({ ...get, Effect: 'Deny' }, get), question)).toMatchObject({ allow: false, decidedBy: { policy: 'p1', statement: 'statement "Get"', effect: 'Deny' } });
    expect(authorizer.explainWith(policies(get), question)).toMatchObject({ allow: true, decidedBy: { policy: 'p1', statement: 'statement "Get"', effect: 'Allow' } });
    const hanging = { policy: JSON.stringify({ Statement: { ...get, Principal: '*' } }) };
    const open: Question = { ...question, principal: undefined, resource: { type: 'object', bucket: 'box', ownerAccount: '111111111111', key: 'k', settings: hanging } };
    expect(authorizer.explainWith(NO_POLICIES, open)).toMatchObject({ allow: true, decidedBy: { policy: 'bucket policy', statement: 'statement "Get"' } });
    const root: Question = { ...question, principal: { ...ann, accountRoot: true } };
    expect(authorizer.explainWith(NO_POLICIES, root).decidedBy).toBeUndefined();
  });

  it('or what was missing', () => {
    expect(authorizer.explainWith(NO_POLICIES, put).missing).toBe('no identity policy allows oci:PutManifest on arn:zas:oci:::team/app');
    const capped = { ...policies({ ...get, Action: '*', Resource: '*' }), boundary: policies(get).policies[0]! };
    expect(authorizer.explainWith(capped, put).missing).toBe('the permissions boundary "p1" does not allow oci:PutManifest on arn:zas:oci:::team/app');
    expect(authorizer.explainWith(policies({ ...get, Effect: 'Deny' }), question).missing).toBeUndefined();
    expect(authorizer.explainWith(NO_POLICIES, { ...put, principal: { ...ann, account: { ...ann.account, id: '222222222222' } } }).missing).toBe(
      'no policy or ACL of account 111111111111 allows oci:PutManifest on arn:zas:oci:::team/app',
    );
  });

  it('is what other policies would say', () => {
    expect(authorizer.decideWith(policies(get), question).allow).toBe(true);
    expect(authorizer.decideWith(NO_POLICIES, question).allow).toBe(false);
  });

  it('is who could', () => {
    const could = (...statements: readonly object[]) => authorizer.couldAllow(policies(...statements), ann, question);
    const agent = { Condition: { StringEquals: { 'aws:UserAgent': 'x' } } };
    expect(could()).toBe('no');
    expect(could(get)).toBe('yes');
    expect(could({ ...get, ...agent })).toBe('conditional');
    expect(could({ ...get, Resource: 'arn:aws:s3:::box/${aws:UserAgent}' })).toBe('conditional');
    expect(could({ ...get, NotResource: 'arn:aws:s3:::box/${aws:UserAgent}', Resource: undefined })).toBe('conditional');
    expect(could({ ...get, Condition: { StringEquals: { 's3:ExistingObjectTag/a': 'b' } } })).toBe('conditional');
    expect(could(get, { ...get, ...agent })).toBe('yes');
    expect(could(get, { ...get, ...agent, Effect: 'Deny' })).toBe('conditional');
    expect(could({ ...get, ...agent }, { ...get, Effect: 'Deny' })).toBe('no');
    expect(could({ ...get, ...agent, Resource: 'arn:aws:s3:::other/*' })).toBe('no');
    expect(authorizer.couldAllow(policies(get), { ...ann, sessionPolicies: [JSON.stringify({ Statement: { ...get, ...agent } })] }, question)).toBe('conditional');
  });
});
