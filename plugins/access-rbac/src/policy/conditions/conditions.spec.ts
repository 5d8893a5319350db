import { describe, expect, it } from '@jest/globals';
import type { AttributeSource } from '@zas/plugin-api';
import { AccessRequest } from '../../decision/access-request.js';
import { ANONYMOUS, callerOf, NO_POLICIES } from '../../decision/caller.js';
import { MAYBE, NO, YES } from '../certainty.js';
import { parseJson } from '../parse-json.js';
import { problemOf } from '../policy-problem.js';
import { parseConditions } from './parse-conditions.js';

const ANN = callerOf(
  { id: 'config:ann', account: { id: '111111111111', canonicalId: 'a', displayName: 'A' }, accountRoot: false, serverRoot: false, credentialId: 'K', roles: [], groups: [] },
  NO_POLICIES,
);

function requestWith(given: string | readonly string[] | undefined, caller = ANN, object?: { readonly tags: Record<string, string> }): AccessRequest {
  const attributes: AttributeSource = (key) => (key === 'aws:x' ? given : undefined);
  const resource = { type: 'object', bucket: 'box', ownerAccount: '111111111111', key: 'k', object: object && { owner: '111111111111', ...object } } as const;
  return new AccessRequest(caller, 's3:GetObject', resource, undefined, attributes);
}

const conditionsOf = (operator: string, wanted: unknown, key = 'aws:x') => parseConditions(parseJson(JSON.stringify({ [operator]: { [key]: wanted } })), true);
const test = (operator: string, wanted: unknown, request: AccessRequest, key?: string) => conditionsOf(operator, wanted, key)[0]?.test(request);

/** Operator, the policy's values, the request's, what comes of it. */
const ROWS: readonly (readonly [string, unknown, string | readonly string[] | undefined, boolean])[] = [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', 'a*', 'a*', true],
  ['StringEquals', 'a', undefined, false],
  ['StringEquals', '', '', true],
  ['StringEquals', 'a', [], false],
  ['StringEquals', 'b', ['a', 'b'], true],
  ['StringNotEquals', 'a', 'b', true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'a', undefined, true],
  ['StringNotEquals', 'b', ['a', 'b'], false],
  ['StringEqualsIgnoreCase', 'aBc', 'AbC', true],
  ['StringNotEqualsIgnoreCase', 'aBc', 'AbC', false],
  ['StringNotEqualsIgnoreCase', 'a', undefined, true],
  ['StringLike', 'a*c?', 'abbcd', true],
  ['StringLike', 'a?', 'a', false],
  ['StringLike', '*', '', true],
  ['StringLike', '*', undefined, false],
  ['StringNotLike', 'a*', 'b', true],
  ['StringNotLike', 'a*', undefined, true],
  ['StringLike', '${aws:username}/*', 'ann/x', true],
  ['StringLike', '${aws:username}/*', 'bob/x', false],
  ['StringLike', "${aws:PrincipalTag/team, 'none'}", 'none', true],
  ['StringEquals', '${aws:PrincipalTag/team}', '', false],
  ['StringNotEquals', '${aws:PrincipalTag/team}', 'x', true],
  ['StringLike', 'a${*}b', 'a*b', true],
  ['StringLike', 'a${*}b', 'axb', false],
  ['StringEquals', '${$}{${?}}', '${?}', true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericEquals', 10, '11', false],
  ['NumericNotEquals', '10', '10', false],
  ['NumericNotEquals', '10', 'ten', true],
  ['NumericLessThan', '10', '9.5', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThan', '10', 'ten', false],
  ['NumericLessThan', '10', undefined, false],
  ['NumericLessThanEquals', ['1', '10'], '10', true],
  ['NumericGreaterThan', '-1', '0', true],
  ['NumericGreaterThanEquals', '10', '9', false],
  ['DateEquals', '2026-01-02T03:04:05Z', '2026-01-02T04:04:05+01:00', true],
  ['DateEquals', '2026-01-02T03:04:05Z', '1767323045', true],
  ['DateNotEquals', '2026', '2026-01-01', false],
  ['DateNotEquals', '2026', undefined, true],
  ['DateLessThan', '2026-06', '2026-05-31T23:59:59.999Z', true],
  ['DateLessThan', '2026-06', 'yesterday', false],
  ['DateLessThanEquals', '2026-06-01', '2026-06-01T00:00Z', true],
  ['DateGreaterThan', '2026-06-01', '2026-06-01', false],
  ['DateGreaterThanEquals', '1767225600', '2026-01-01T00:00:00Z', true],
  ['Bool', 'true', 'TRUE', true],
  ['Bool', true, 'false', false],
  ['Bool', 'false', undefined, false],
  ['BoolIfExists', 'false', undefined, true],
  ['BinaryEquals', 'QQ==', 'QQ==', true],
  ['BinaryEquals', 'QQ==', 'QR==', true],
  ['BinaryEquals', 'QQ==', 'Qg==', false],
  ['BinaryEquals', 'QQ==', undefined, false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.255', true],
  ['IpAddress', '203.0.113.0/24', '203.0.112.255', false],
  ['IpAddress', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', '203.0.113.7/25', '203.0.113.127', true],
  ['IpAddress', '203.0.113.7/25', '203.0.113.128', false],
  ['IpAddress', '0.0.0.0/0', '::1', false],
  ['IpAddress', '::/0', '203.0.113.7', false],
  ['IpAddress', '::/0', '2001:db8::1', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:7fff::', true],
  ['IpAddress', '2001:db8::/33', '2001:db8:8000::', false],
  ['IpAddress', '10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['IpAddress', '::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['IpAddress', '::ffff:0a00:0/104', '10.1.2.3', true],
  ['IpAddress', 'fe80::/10', 'fe80::1%eth0', true],
  ['IpAddress', '10.0.0.0/8', 'unknown', false],
  ['IpAddress', '10.0.0.0/8', undefined, false],
  ['NotIpAddress', '10.0.0.0/8', undefined, true],
  ['NotIpAddress', ['10.0.0.0/8', '192.168.0.0/16'], '192.168.3.4', false],
  ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', true],
  ['ArnLike', 'arn:aws:iam::*:user/a*', 'arn:aws:iam::1:user/ann', true],
  ['ArnLike', 'arn:aws:s3:*:111:x/*', 'arn:aws:s3:eu:222:y/z:111:x/1', false],
  ['ArnLike', 'arn:aws:s3:*:*:x', 'arn:aws:s3:eu:1:x', true],
  ['ArnLike', 'arn:aws:s3:::a/*', 'arn:aws:s3:::a/b:c', true],
  ['ArnLike', '*', 'arn:aws:s3:::a', true],
  ['ArnLike', '*', 'a', false],
  ['ArnEquals', 'arn:aws:iam::?:user/${aws:username}', 'arn:aws:iam::1:user/ann', true],
  ['ArnNotEquals', 'arn:aws:iam::1:user/x', 'arn:aws:iam::1:user/y', true],
  ['ArnNotLike', 'arn:aws:iam::1:user/*', undefined, true],
  ['ArnNotLike', 'arn:aws:iam::1:user/*', 'arn:aws:iam::1:user/y', false],
  ['StringEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIfExists', 'a', 'b', false],
  ['StringNotEqualsIfExists', 'a', 'a', false],
  ['Null', 'true', undefined, true],
  ['Null', 'true', 'x', false],
  ['Null', false, 'x', true],
  ['Null', 'false', [], false],
  ['Null', ['true', 'false'], 'x', true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'a'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', 'a', undefined, true],
  ['ForAllValues:StringEquals', 'a', '', true],
  ['ForAllValues:StringNotEquals', 'a', ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', 'a', ['a', 'c'], false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
  ['ForAnyValue:StringEquals', 'a', undefined, false],
  ['ForAnyValue:StringEqualsIfExists', 'a', undefined, true],
  ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', 'a', ['a'], false],
  ['ForAnyValue:StringNotEquals', 'a', undefined, false],
  ['ForAnyValue:StringLike', 'a*', ['b', 'ax'], true],
];

describe('conditions', () => {
  it.each(ROWS.map(([operator, wanted, given, holds]) => [operator, JSON.stringify(wanted), JSON.stringify(given), holds, wanted, given] as const))(
    '%s %s of %s: %s',
    (operator, _wanted, _given, holds, wanted, given) => {
      expect(test(operator, wanted, requestWith(given))).toBe(holds ? YES : NO);
    },
  );

  it('all must hold', () => {
    const both = parseConditions(parseJson('{"StringEquals":{"aws:x":"a"},"StringLike":{"aws:username":"a*"}}'), true);
    expect(both.map((condition) => condition.test(requestWith('a')))).toEqual([YES, YES]);
    expect(both.map((condition) => condition.test(requestWith('a', ANONYMOUS)))).toEqual([YES, NO]);
  });

  it('hang on the object where its tags count, and on nothing else', () => {
    const key = 's3:ExistingObjectTag/Team';
    for (const operator of ['StringEquals', 'StringNotEquals', 'ForAllValues:StringEquals']) {
      expect(test(operator, 'red', requestWith(undefined), key)).toBe(MAYBE);
    }
    expect(test('Null', 'true', requestWith(undefined), key)).toBe(MAYBE);
    expect(test('StringEquals', '${s3:ExistingObjectTag/Team}', requestWith('red'))).toBe(MAYBE);
    expect(test('StringEquals', 'red', requestWith(undefined, ANN, { tags: { Team: 'red', team: 'blue' } }), key)).toBe(YES);
    // Names of keys know no case: without the very key, another spelling will do.
    expect(test('StringEquals', 'red', requestWith(undefined, ANN, { tags: { TEAM: 'red' } }), key)).toBe(YES);
    expect(test('StringEquals', 'red', requestWith(undefined, ANN, { tags: {} }), key)).toBe(NO);
    expect(test('Null', 'true', requestWith(undefined, ANN, { tags: {} }), 's3:ExistingObjectTag/__proto__')).toBe(YES);
  });

  it('ask the door once for a key, and never for what it cannot know', () => {
    const asked: string[] = [];
    const resource = { type: 'bucket', bucket: 'box', ownerAccount: '111111111111' } as const;
    const request = new AccessRequest(ANN, 's3:ListBucket', resource, undefined, (key) => void asked.push(key));
    for (const key of ['aws:UserAgent', 'aws:UserAgent', 'aws:PrincipalTag/x', 'aws:userid', 'aws:ResourceTag/x', 's3:ResourceAccount', 'aws:MultiFactorAuthAge', 's3:DataAccessPointArn']) {
      test('StringEquals', 'x', request, key);
    }
    expect(asked).toEqual(['aws:useragent']);
  });

  it.each([
    ['StringEqual', 'a', 'Invalid Condition type : StringEqual'],
    ['stringequals', 'a', 'Invalid Condition type : stringequals'],
    ['constructor', 'a', 'Invalid Condition type : constructor'],
    ['ForAnyValue:Null', 'true', 'Invalid Condition type : ForAnyValue:Null'],
    ['ForSomeValue:StringEquals', 'a', 'Invalid Condition type : ForSomeValue:StringEquals'],
    ['StringEquals', [], 'Invalid policy syntax.'],
    ['StringEquals', { a: 'b' }, 'Invalid policy syntax.'],
    ['StringEquals', null, 'Invalid policy syntax.'],
    ['NumericEquals', '1e3', 'Invalid number in a condition'],
    ['DateEquals', '2026-13-45', 'Invalid date in a condition'],
    ['DateEquals', '20260101', undefined],
    ['Bool', '1', 'Invalid truth value in a condition'],
    ['Null', 'perhaps', 'Invalid truth value in a condition'],
    ['BinaryEquals', 'no!', 'Invalid binary value in a condition'],
    ['IpAddress', '10.0.0.0/33', 'Invalid IP address in a condition'],
    ['IpAddress', '10.0.0.0/8/8', 'Invalid IP address in a condition'],
    ['IpAddress', '10.0.0.*', 'Invalid IP address in a condition'],
    ['IpAddress', '::ffff:10.0.0.0/8', 'Invalid IP address in a condition'],
    ['ArnLike', 'user/ann', 'Invalid ARN in a condition'],
    ['StringLike', '${', 'Invalid policy variable'],
    ['StringLike', '${}', 'Invalid policy variable'],
    ['StringLike', '${aws:username,other}', 'Invalid policy variable'],
  ])('%s %j: %s', (operator, wanted, problem) => {
    expect(problemOf(() => void conditionsOf(operator, wanted))).toBe(problem);
  });
});
