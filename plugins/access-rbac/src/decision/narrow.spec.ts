import { describe, expect, it } from '@jest/globals';
import type { BucketSettings } from '@zas/plugin-api';
import { parsePolicy } from '../policy/parse-policy.js';
import { PolicyCache } from '../policy/policy-cache.js';
import { AccessRequest } from './access-request.js';
import { ANONYMOUS, callerOf, type Caller } from './caller.js';
import { narrow } from './narrow.js';

const callerAt = (subject: string, account: string, own: readonly object[] = [], root = false, boundary?: readonly object[]): Caller =>
  callerOf(
    { id: `config:${subject}`, account: { id: account, canonicalId: `c${account}`, displayName: subject }, accountRoot: root, serverRoot: false, credentialId: 'K', roles: [], groups: [] },
    { policies: own.length === 0 ? [] : [parsePolicy(textOf(own), 'identity')], ...(boundary && { boundary: parsePolicy(textOf(boundary), 'identity') }) },
  );
const textOf = (statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const cache = new PolicyCache();

function ask(caller: Caller, action: string, hanging: readonly object[], settings: BucketSettings = {}, attributes: Record<string, string> = {}) {
  const all: BucketSettings = { ...settings, ...(hanging.length > 0 && { policy: textOf(hanging) }) };
  const resource = { type: 'bucket', bucket: 'box', ownerAccount: '111111111111', settings: all } as const;
  const { allowedPrefixes, deniedPrefixes, residual } = narrow(new AccessRequest(caller, action, resource, cache.of(all), (key) => attributes[key]));
  return `${allowedPrefixes.map((prefix) => prefix || '(all)').join(' ') || '(none)'}${deniedPrefixes.map((prefix) => ` -${prefix}`).join('')}${residual ? ' ?' : ''}`;
}

const BOX = 'arn:aws:s3:::box';
const list = (prefixes?: readonly string[], operator = 'StringLike') => ({
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: BOX,
  ...(prefixes && { Condition: { [operator]: { 's3:prefix': prefixes } } }),
});
const read = (...keys: readonly string[]) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: keys.map((key) => `${BOX}/${key}`) });
const everybody = (statement: object) => ({ Principal: '*', ...statement });
const denied = (statement: object) => ({ ...statement, Effect: 'Deny' });

const root = callerAt('a', '111111111111', [], true);
const user = (...own: readonly object[]) => callerAt('ann', '111111111111', own);
const stranger = callerAt('b', '222222222222', [], true);
const strangersUser = (...own: readonly object[]) => callerAt('bob', '222222222222', own);

describe('narrowing', () => {
  it('gives roots everything and others what policies give', () => {
    expect(ask(root, 's3:ListBucket', [])).toBe('(all)');
    expect(ask(user(), 's3:ListBucket', [])).toBe('(none)');
    expect(ask(stranger, 's3:ListBucket', [])).toBe('(none)');
    expect(ask(ANONYMOUS, 's3:ListBucket', [])).toBe('(none)');
    expect(ask(user(list()), 's3:ListBucket', [])).toBe('(all)');
    expect(ask(ANONYMOUS, 's3:ListBucket', [everybody(list())])).toBe('(all)');
  });

  it('turns conditions on the prefix into prefixes', () => {
    expect(ask(user(list(['home/${aws:username}/*', 'shared/*', 'shared/more/*'])), 's3:ListBucket', [])).toBe('home/ann/ shared/');
    expect(ask(user(list(['public/'], 'StringEquals')), 's3:ListBucket', [])).toBe('public/');
    expect(ask(user(list(['a*b*'])), 's3:ListBucket', [])).toBe('a ?');
    expect(ask(user(list(['a*'], 'StringNotLike')), 's3:ListBucket', [])).toBe('(all) ?');
    expect(ask(user(list(['a*'], 'StringLikeIfExists')), 's3:ListBucket', [])).toBe('(all) ?');
    expect(ask(user(list(['${aws:PrincipalTag/x}/*'])), 's3:ListBucket', [])).toBe('(none)');
  });

  it('turns resources into prefixes for actions on objects', () => {
    expect(ask(user(read('docs/*', 'img/*')), 's3:GetObject', [])).toBe('docs/ img/');
    expect(ask(user(read('*')), 's3:GetObject', [])).toBe('(all)');
    expect(ask(user({ ...read(), Resource: '*' }), 's3:GetObject', [])).toBe('(all)');
    expect(ask(user({ ...read(), Resource: 'arn:aws:s3:::other/*' }), 's3:GetObject', [])).toBe('(none)');
    expect(ask(user(read('one')), 's3:GetObject', [])).toBe('one ?');
    expect(ask(user(read('*/x')), 's3:GetObject', [])).toBe('(all) ?');
    expect(ask(user({ Effect: 'Allow', Action: 's3:GetObject', NotResource: `${BOX}/private/*` }), 's3:GetObject', [])).toBe('(all) ?');
  });

  it('takes away what is denied', () => {
    expect(ask(root, 's3:ListBucket', [everybody(denied(list(['secret/*'])))])).toBe('(all) -secret/');
    expect(ask(root, 's3:ListBucket', [everybody(denied(list()))])).toBe('(none)');
    expect(ask(root, 's3:ListBucket', [everybody(denied(list(['x'], 'StringEquals')))])).toBe('(all) ?');
    expect(ask(root, 's3:ListBucket', [everybody(denied(list(['ok/*'], 'StringNotLike')))])).toBe('(all) ?');
    expect(ask(root, 's3:ListBucket', [{ NotPrincipal: { AWS: '111111111111' }, ...denied(list()) }])).toBe('(all)');
    expect(ask(user(list(), denied(list(['secret/*']))), 's3:ListBucket', [])).toBe('(all) -secret/');
    expect(ask(root, 's3:GetObject', [everybody(denied(read('secret/*')))])).toBe('(all) -secret/');
  });

  it('takes what both sides allow across accounts, and what caps let through', () => {
    const hanging = [everybody(list(['a/*', 'b/*']))];
    expect(ask(stranger, 's3:ListBucket', hanging)).toBe('a/ b/');
    expect(ask(strangersUser(), 's3:ListBucket', hanging)).toBe('(none)');
    expect(ask(strangersUser(list(['a/x/*', 'c/*'])), 's3:ListBucket', hanging)).toBe('a/x/');
    expect(ask(callerAt('a', '111111111111', [], true, [list(['b/*'])]), 's3:ListBucket', [])).toBe('b/');
  });

  it('asks other conditions, and leaves those on objects for later', () => {
    const agent = { ...list(['a/*']), Condition: { StringLike: { 's3:prefix': 'a/*' }, StringEquals: { 'aws:UserAgent': 'x' } } };
    expect(ask(user(agent), 's3:ListBucket', [], {}, { 'aws:useragent': 'x' })).toBe('a/');
    expect(ask(user(agent), 's3:ListBucket', [])).toBe('(none)');
    expect(ask(root, 's3:GetObject', [], { objectOwnership: 'ObjectWriter' })).toBe('(all) ?');
  });

  it('follows ACLs and the public access block', () => {
    const acl = [{ grantee: { kind: 'group', group: 'all-users' }, permission: 'READ' }] as const;
    const block = { blockPublicAcls: false, ignorePublicAcls: true, blockPublicPolicy: false, restrictPublicBuckets: true };
    expect(ask(ANONYMOUS, 's3:ListBucket', [], { objectOwnership: 'ObjectWriter', acl })).toBe('(all)');
    expect(ask(ANONYMOUS, 's3:ListBucket', [], { objectOwnership: 'ObjectWriter', acl, publicAccessBlock: block })).toBe('(none)');
    expect(ask(ANONYMOUS, 's3:ListBucket', [], { acl })).toBe('(none)');
    expect(ask(stranger, 's3:ListBucket', [everybody(list())], { publicAccessBlock: block })).toBe('(none)');
    expect(ask(user(), 's3:ListBucket', [], { objectOwnership: 'ObjectWriter', acl: [{ grantee: { kind: 'account', account: '111111111111' }, permission: 'READ' }] })).toBe('(none)');
  });

  it('says nothing where the policy cannot be read', () => {
    const resource = { type: 'bucket', bucket: 'box', ownerAccount: '111111111111', settings: { policy: '{' } } as const;
    expect(narrow(new AccessRequest(root, 's3:ListBucket', resource, cache.of(resource.settings), undefined)).allowedPrefixes).toEqual([]);
  });
});
