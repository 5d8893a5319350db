import { describe, expect, it } from '@jest/globals';
import { AccessRequest } from '../decision/access-request.js';
import { callerOf } from '../decision/caller.js';
import { decide } from '../decision/decide.js';
import { allow, deny, object, user } from '../access-world.spec.fixture.js';
import { parsePolicy } from '../policy/parse-policy.js';
import { mergePolicies } from './merge-policies.js';

const decided = (documents: readonly string[], action: string, key: string): boolean => {
  const caller = callerOf(user('ann'), { policies: [parsePolicy(mergePolicies(documents), 'identity')] });
  return decide(new AccessRequest(caller, action, object(key), undefined, undefined)).allow;
};
const old = (effect: string, resource: string) => JSON.stringify({ Version: '2008-10-17', Statement: { Sid: 'One', Effect: effect, Action: 's3:*', Resource: resource } });

describe('policies made one', () => {
  it('of one document is that document', () => {
    expect(mergePolicies([allow('s3:GetObject')])).toBe(allow('s3:GetObject'));
  });

  it.each<[readonly string[], boolean, boolean]>([
    [[allow('s3:GetObject'), allow('s3:PutObject')], true, true],
    [[allow('s3:*'), deny('s3:PutObject')], true, false],
    [[deny('s3:GetObject'), allow('s3:*')], false, true],
    [[allow('s3:GetObject'), allow('s3:ListBucket')], true, false],
  ])('allow what any allows, less what any denies: %j', (documents, reads, writes) => {
    expect([decided(documents, 's3:GetObject', 'k'), decided(documents, 's3:PutObject', 'k')]).toEqual([reads, writes]);
  });

  it('may have statements of the same name, and lists of them', () => {
    const named = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'One', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
    expect(decided([named, named], 's3:GetObject', 'k')).toBe(true);
  });

  it('keep dollars of documents that know no variables as they are', () => {
    const denies = [old('Deny', 'arn:aws:s3:::box/${aws:username}/*'), allow('s3:*')];
    expect(decided(denies, 's3:GetObject', '${aws:username}/x')).toBe(false);
    expect(decided(denies, 's3:GetObject', 'ann/x')).toBe(true);
    const stars = [old('Deny', 'arn:aws:s3:::box/${*}'), allow('s3:*')];
    expect([decided(stars, 's3:GetObject', '${x}'), decided(stars, 's3:GetObject', '*')]).toEqual([false, true]);
    const variables = [allow('s3:*', 'arn:aws:s3:::box/${aws:username}/*'), old('Allow', 'arn:aws:s3:::box/b')];
    expect([decided(variables, 's3:GetObject', 'ann/x'), decided(variables, 's3:GetObject', 'bob/x'), decided(variables, 's3:GetObject', 'b')]).toEqual([true, false, true]);
  });
});
