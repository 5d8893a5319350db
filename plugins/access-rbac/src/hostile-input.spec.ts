import { describe, expect, it } from '@jest/globals';
import type { Principal, Question, Resource } from '@zas/plugin-api';
import { testContext, testPrincipal } from '@zas/plugin-testkit';
import { parseJson } from './policy/parse-json.js';
import { problemOf } from './policy/policy-problem.js';
import { PolicyAuthorizer } from './policy-authorizer.js';
import { fixedPolicies } from './policy-source.js';

const context = testContext();
const authorizer = new PolicyAuthorizer({ hasAccount: () => true, hasCanonicalId: () => true }, fixedPolicies(new Map()));
const examine = (policy: string) => authorizer.examinePolicy(context, policy, { name: 'box' });

const GOOD = '{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:*","Resource":"arn:aws:s3:::box/${aws:username}*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}';

describe('hostile policies', () => {
  it('cut short, doubled or with a byte changed are problems or policies, never failures', async () => {
    const marks = ['{', '}', '[', ']', '"', ',', ':', '\\', '0', '\u0000', '\ud800', '$', '*', ' '];
    for (let at = 0; at < GOOD.length; at++) {
      for (const text of [GOOD.slice(0, at), GOOD.slice(at), ...marks.map((mark) => GOOD.slice(0, at) + mark + GOOD.slice(at + 1))]) {
        const report = await examine(text);
        expect(typeof report.public).toBe('boolean');
      }
    }
    expect(await examine(GOOD)).toEqual({ public: false });
  });

  it('of any size and depth are refused at once', async () => {
    const big = GOOD.replace('"Sid":"a"', `"Sid":"${'a'.repeat(20_480)}"`);
    expect((await examine(big)).problem).toBe('Normalized policy document exceeds the maximum allowed size of 20480 bytes.');
    expect((await examine(`{"Statement":${'['.repeat(10_000)}`)).problem).toBe("Policies must be valid JSON and the first byte must be '{'");
    expect((await examine('😀'.repeat(6_000))).problem).toContain('20480');
  });

  it('cannot name their way out of the language', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect((await examine(`{"${name}":1,"Statement":[]}`)).problem).toBe(`Unknown field ${name}`);
      expect((await examine(GOOD.replace('"AWS"', `"${name}"`))).problem).toBe('Invalid principal in policy');
      expect((await examine(GOOD.replace('"IpAddress"', `"${name}"`))).problem).toBe(`Invalid Condition type : ${name}`);
      expect((await examine(GOOD.replace('"aws:SourceIp"', `"${name}"`))).problem).toBe('Policy has an invalid condition key');
    }
  });

  it('are read as JSON says, and no other way', () => {
    const good = ['{"a":[1,-2.5e3,true,false,null,"\\u0041\\"\\\\"]}', ' {} ', '[]', '"x"', '{"a":{"b":{}}}'];
    for (const text of good) expect(JSON.stringify(parseJson(text), (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value))).toBe(JSON.stringify(JSON.parse(text)));
    const bad = ['', '{', '{"a"}', '{"a":1,}', '[1,]', '[1 2]', '{a:1}', "{'a':1}", '01', '+1', 'tru', '{"a":1}x', '"\n"', '"\\x"', '\ufeff{}', '{"a":1 "b":2}', 'NaN'];
    for (const text of bad) expect([text, problemOf(() => void parseJson(text))]).toEqual([text, "Policies must be valid JSON and the first byte must be '{'"]);
    expect(problemOf(() => void parseJson('{"a":1,"\\u0061":2}'))).toBe('Statement/policy already has instance of a');
  });
});

describe('hostile questions', () => {
  const settings = Object.freeze({ policy: GOOD.replace('"Allow"', '"Deny"') });
  const strange = ['', ':', '*', '?', '__proto__', 's3:*', 'S3:GETOBJECT', '\u0000', '\ud800', '${*}', 'x'.repeat(100_000)];

  it('are denied or decided, and nothing is allowed by a failure', async () => {
    const mallory: Principal = { ...testPrincipal('x', '666666666666'), accountRoot: false };
    for (const text of strange) {
      const principals: readonly (Principal | undefined)[] = [undefined, mallory, { ...mallory, id: text }, { ...mallory, account: { ...mallory.account, canonicalId: text } }];
      const resources: readonly Resource[] = [
        { type: 'bucket', bucket: text, ownerAccount: '111111111111', settings },
        { type: 'object', bucket: 'box', ownerAccount: '111111111111', settings, key: text },
        { type: 'admin', name: text },
        { type: 'service' },
      ];
      for (const principal of principals) {
        for (const resource of resources) {
          for (const action of [text, 's3:GetObject', 's3:ListBucket', 'admin:x']) {
            const question: Question = { principal, action, resource, attributes: () => text };
            expect([question, (await authorizer.decide(context, question)).allow]).toEqual([question, false]);
            expect((await authorizer.narrow(context, question)).allowedPrefixes).toEqual([]);
          }
        }
      }
    }
  });

  it('from a principal of the anonymous account are denied', async () => {
    const nobody: Principal = { ...testPrincipal('x'), account: { id: 'anonymous', canonicalId: 'x', displayName: 'x' } };
    const resource: Resource = { type: 'object', bucket: 'box', ownerAccount: '1', key: 'k', settings: { objectOwnership: 'ObjectWriter' }, object: { owner: 'anonymous' } };
    expect(await authorizer.decide(context, { principal: nobody, action: 's3:GetObject', resource })).toEqual({ allow: false, reason: 'a principal of the anonymous account' });
    expect(await authorizer.decide(context, { action: 's3:GetObject', resource })).toMatchObject({ allow: true });
  });

  it('a door that fails to say something fails the question', async () => {
    const resource: Resource = { type: 'object', bucket: 'box', ownerAccount: '111111111111', key: 'k', settings };
    const attributes = () => {
      throw new Error('no');
    };
    await expect(authorizer.decide(context, { principal: testPrincipal('ann'), action: 's3:GetObject', resource: { ...resource, key: 'annk' }, attributes })).resolves.toMatchObject({ allow: true });
    const policy = GOOD.replace('${aws:username}', '').replace('"Allow"', '"Deny"');
    await expect(authorizer.decide(context, { principal: testPrincipal('ann'), action: 's3:GetObject', resource: { ...resource, settings: { policy } }, attributes })).rejects.toThrow('no');
  });
});
