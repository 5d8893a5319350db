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
