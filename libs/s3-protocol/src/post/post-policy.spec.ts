import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { checkPostPolicy, contentLengthRange } from './check-post-policy.js';
import { parsePostPolicy } from './parse-post-policy.js';
import { PostFields } from './post-fields.js';

const NOW = Date.UTC(2026, 0, 2);
const EXPIRATION = '2026-01-02T00:00:01.000Z';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const policyOf = (conditions: unknown, more: object = {}): string =>
  base64(JSON.stringify({ expiration: EXPIRATION, conditions, ...more }));

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

describe('parsePostPolicy', () => {
  it('reads every form of condition', () => {
    const conditions = [{ bucket: 'b' }, ['eq', '$acl', 'private'], ['starts-with', '$key', ''], ['content-length-range', 1, '10']];
    expect(parsePostPolicy(policyOf(conditions))).toEqual({
      expiresAt: NOW + 1000,
      conditions: [
        { kind: 'eq', variable: '$bucket', value: 'b', text: '["eq", "$bucket", "b"]' },
        { kind: 'eq', variable: '$acl', value: 'private', text: '["eq", "$acl", "private"]' },
        { kind: 'starts-with', variable: '$key', value: '', text: '["starts-with", "$key", ""]' },
        { kind: 'content-length-range', range: { min: 1, max: 10 }, text: '["content-length-range", "1", "10"]' },
      ],
    });
    expect(parsePostPolicy(policyOf([])).conditions).toEqual([]);
    expect(parsePostPolicy(policyOf([['StArTs-WiTh', '$KeY', 'x']])).conditions).toMatchObject([{ kind: 'starts-with' }]);
  });

  it('reads what AWS writes beyond JSON', () => {
    const text = String.raw`{ "expiration": "${EXPIRATION}", "conditions": [ {"key": "a\$b\v\\\"\u0041,]" , }, ["eq", "$x", "\\$y" , ] ,
    ], }`;
    expect(parsePostPolicy(base64(text)).conditions).toMatchObject([
      { variable: '$key', value: 'a$b\u000b\\"A,]' },
      { variable: '$x', value: '\\$y' },
    ]);
    // Broken over lines and without padding, as some clients send it.
    const broken = policyOf([]).replace(/=+$/, '').replace(/.{20}/g, '$&\r\n');
    expect(parsePostPolicy(broken).expiresAt).toBe(NOW + 1000);
  });

  it.each([
    ['', "Expecting '{' but found End-of-Input"],
    ['!', 'invalid Base64 encoding.'],
    [base64('hello'), 'Invalid JSON.'],
    [base64('[]'), 'Invalid JSON.'],
    [base64('"x"'), 'Invalid JSON.'],
    [base64('{"expiration": "x'), 'Invalid JSON.'],
    [base64('{"a":,}'), 'Invalid JSON.'],
    [Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), 'Invalid JSON.'],
    [base64(`{"expiration":"${EXPIRATION}","conditions":${'['.repeat(9000)}`), 'Invalid JSON.'],
    [base64(`{"x":"${'x'.repeat(20 * 1024)}"}`), 'Policy is too large.'],
    [base64('{"conditions":[]}'), 'Policy missing expiration.'],
    [base64(`{"EXPIRATION":"${EXPIRATION}","conditions":[]}`), 'Policy missing expiration.'],
    [base64(`{"expiration":"${EXPIRATION}"}`), 'Policy missing conditions.'],
    [base64(`{"expiration":"${EXPIRATION}","CONDITIONS":[]}`), 'Policy missing conditions.'],
    [base64('{"__proto__":{"expiration":"x"},"conditions":[]}'), 'Policy missing expiration.'],
    [base64('{"expiration":true,"conditions":[]}'), 'Invalid JSON.'],
    [base64('{"expiration":"2026-01-02 00:00:00","conditions":[]}'), "Invalid 'expiration' value: '2026-01-02 00:00:00'"],
    [policyOf([], { extra: 1 }), "Unexpected: 'extra'"],
    [policyOf({}), "Invalid 'conditions' value: must be a List."],
    [policyOf([true]), 'Invalid condition test: must be a List or Object.'],
    [policyOf([null]), 'Invalid condition test: must be a List or Object.'],
    [policyOf([{}]), 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.'],
    [policyOf([{ a: 'b', c: 'd' }]), 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.'],
    [policyOf([{ a: 201 }]), 'Invalid Simple-Condition: value must be a string.'],
    [policyOf([[]]), 'Invalid Condition: missing operation identifier.'],
    [policyOf([[1, '$a', 'b']]), 'Invalid JSON.'],
    [policyOf([['ends-with', '$a', 'b']]), "Invalid Condition: unknown operation 'ends-with'."],
    [policyOf([['eq', '$a']]), 'Invalid eq: wrong number of arguments.'],
    [policyOf([['eq', '$a', 'b', 'c']]), 'Invalid eq: wrong number of arguments.'],
    [policyOf([['eq', '$a', true]]), 'Invalid JSON.'],
    [policyOf([['content-length-range', 0]]), 'Invalid content-length-range: wrong number of arguments.'],
    [policyOf([['content-length-range', 0, false]]), 'Invalid JSON.'],
    [policyOf([['content-length-range', -1, 0]]), 'Invalid content-length-range: must be two sizes in ascending order.'],
    [policyOf([['content-length-range', 2, 1]]), 'Invalid content-length-range: must be two sizes in ascending order.'],
  ])('refuses %#: %s', (policy, problem) => {
    expect(errorOf(() => parsePostPolicy(policy))).toMatchObject({
      code: 'InvalidPolicyDocument',
      status: 400,
      message: `Invalid Policy: ${problem}`,
    });
  });

  it('refuses nonsense quickly', () => {
    for (const text of [' '.repeat(20_000) + '!', 'A'.repeat(20_000) + '!', base64(','.repeat(15_000)), base64('"\\'.repeat(7000))]) {
      const start = performance.now();
      expect(errorOf(() => parsePostPolicy(text))?.code).toBe('InvalidPolicyDocument');
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});

describe('checkPostPolicy', () => {
  const form = (...pairs: [string, string][]): PostFields => new PostFields(pairs);
  const check = (conditions: unknown[], fields: PostFields, now = NOW): string | undefined => {
    const error = errorOf(() =>
      checkPostPolicy(parsePostPolicy(policyOf([{ bucket: 'b' }, ...conditions])), fields, { bucket: 'b', now }),
    );
    if (error !== undefined) expect(error).toMatchObject({ code: 'AccessDenied', status: 403 });
    return error?.message.replace('Invalid according to Policy: ', '');
  };

  it('accepts a form whose every field has a condition that holds', () => {
    const fields = form(
      ['KEY', 'user/a'], ['acl', 'private'], ['Content-Type', 'text/plain'], ['policy', 'p'], ['x-amz-signature', 's'],
      ['x-ignore-submit', 'go'], ['X-Amz-Meta-TEST', 'm'], ['bucket', 'other'], ['AWSAccessKeyId', 'a'], ['signature', 's'],
    );
    const conditions = [
      ['starts-with', '$key', 'user/'], { Acl: 'private' }, ['eq', '$content-type', 'text/plain'], { 'x-amz-meta-test': 'm' },
      ['content-length-range', 0, 10],
    ];
    expect(check(conditions, fields)).toBeUndefined();
  });

  it('expires', () => {
    expect(check([], form(), NOW + 999)).toBeUndefined();
    expect(check([], form(), NOW + 1000)).toBe('Policy expired.');
  });

  it.each<[string, unknown, string]>([
    ['another value', ['eq', '$key', 'y'], '["eq", "$key", "y"]'],
    ['another case of the value', ['eq', '$key', 'X'], '["eq", "$key", "X"]'],
    ['another simple value', { key: 'y' }, '["eq", "$key", "y"]'],
    ['another beginning', ['starts-with', '$key', 'y'], '["starts-with", "$key", "y"]'],
    ['no $', ['eq', 'key', 'x'], '["eq", "key", "x"]'],
    ['a field that is not there', ['starts-with', '$Content-Type', ''], '["starts-with", "$Content-Type", ""]'],
    ['a field of every object', ['starts-with', '$constructor', ''], '["starts-with", "$constructor", ""]'],
    ['a size that is none', ['content-length-range', 'test', '10'], '["content-length-range", "test", "10"]'],
    ['another bucket', ['eq', '$bucket', 'c'], '["eq", "$bucket", "c"]'],
  ])('refuses %s', (_name, condition, text) => {
    expect(check([['starts-with', '$key', ''], condition], form(['key', 'x']))).toBe(`Policy Condition failed: ${text}`);
  });

  it('refuses fields that no condition mentions, and a policy for any bucket', () => {
    expect(check([], form(['key', 'k'], ['submit', 'go']))).toBe('Extra input fields: key, submit');
    expect(check([{ key: 'k' }], form(['key', 'k'], ['x-amz-credential', 'c']))).toBe('Extra input fields: x-amz-credential');
    const anyBucket = parsePostPolicy(policyOf([{ key: 'k' }]));
    expect(errorOf(() => checkPostPolicy(anyBucket, form(['key', 'k']), { bucket: 'b', now: NOW }))?.message).toContain('Extra input fields: bucket');
  });

  it('takes a type with commas for a list', () => {
    const images = [['starts-with', '$Content-Type', 'image/']];
    expect(check(images, form(['Content-Type', 'image/jpg,image/png, image/gif']))).toBeUndefined();
    expect(check(images, form(['Content-Type', 'image/jpg,text/plain']))).toContain('Policy Condition failed');
    expect(check(images, form(['Content-Type', ' image/jpg']))).toContain('Policy Condition failed');
    expect(check([['starts-with', '$x', 'a']], form(['x', 'a,b']))).toBeUndefined();
  });
});

describe('contentLengthRange', () => {
  it('is what all conditions allow', () => {
    const range = (...conditions: unknown[]) => contentLengthRange(parsePostPolicy(policyOf(conditions)));
    expect(range()).toBeUndefined();
    expect(range(['content-length-range', 5, 10])).toEqual({ min: 5, max: 10 });
    expect(range(['content-length-range', '5', '10'], ['content-length-range', 7, 20])).toEqual({ min: 7, max: 10 });
  });
});
