import { describe, expect, it } from '@jest/globals';
import type { Narrowing, Resource } from '@zas/plugin-api';
import { parsePolicy } from '../policy/parse-policy.js';
import { PolicyCache } from '../policy/policy-cache.js';
import { randomFrom, type Random } from '../random-cases.spec.fixture.js';
import { AccessRequest } from './access-request.js';
import { ANONYMOUS, callerOf, type Caller } from './caller.js';
import { decide } from './decide.js';
import { narrow } from './narrow.js';

const ACTION = 'oci:DescribeRepository';
const OCI = 'arn:zas:oci:::';
const [A, B, C] = ['111111111111', '222222222222', '333333333333'] as const;
const cache = new PolicyCache();
const textOf = (statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const compiled = (statements: readonly object[]) => parsePolicy(textOf(statements), 'identity');

const callerAt = (account: string, root: boolean, policies: readonly (readonly object[])[], boundary?: readonly object[]): Caller =>
  callerOf(
    { id: 'config:ann', account: { id: account, canonicalId: `c${account}`, displayName: 'x' }, accountRoot: root, serverRoot: false, credentialId: 'K', roles: [], groups: [], claims: { team: 'lib' } },
    { policies: policies.map(compiled), ...(boundary && { boundary: compiled(boundary) }) },
  );

function requestOf(caller: Caller, repository: string, ownerAccount: string, hanging: readonly object[], attributes: Readonly<Record<string, string>> = {}): AccessRequest {
  const settings = hanging.length === 0 ? undefined : { policy: textOf(hanging) };
  const resource: Resource = { type: 'repository', repository, ownerAccount, settings };
  return new AccessRequest(caller, ACTION, resource, cache.of(settings), (key) => attributes[key]);
}

const covers = ({ allowedPrefixes, deniedPrefixes, allowedNames = [], deniedNames = [] }: Narrowing, name: string): boolean =>
  (allowedNames.includes(name) || allowedPrefixes.some((prefix) => name.startsWith(prefix))) && !deniedNames.includes(name) && !deniedPrefixes.some((prefix) => name.startsWith(prefix));

const see = (...names: readonly string[]) => ({ Effect: 'Allow', Action: 'oci:*', Resource: names.map((name) => OCI + name) });
const hide = (...names: readonly string[]) => ({ ...see(...names), Effect: 'Deny' });
const shown = (caller: Caller, owner: string, ...hanging: readonly object[]) => {
  const { allowedPrefixes, allowedNames = [], deniedPrefixes, deniedNames = [], residual } = narrow(requestOf(caller, '', owner, hanging.map((one) => ({ Principal: '*', ...one }))));
  const denied = [...deniedPrefixes.map((prefix) => `-${prefix}*`), ...deniedNames.map((name) => `-${name}`)];
  return [...allowedPrefixes.map((prefix) => `${prefix}*`), ...allowedNames, ...denied, ...(residual ? ['?'] : [])].join(' ');
};

describe('narrowing to repositories', () => {
  const ann = (...statements: readonly object[]): Caller => callerAt(A, false, statements.length === 0 ? [] : [statements]);
  const root = callerAt(A, true, []);

  it('gives prefixes and names', () => {
    expect(shown(root, A)).toBe('*');
    expect(shown(ann(), A)).toBe('');
    expect(shown(ann(see('team/*', 'lib/base', 'team/app', 'lib/base')), A)).toBe('team/* lib/base');
    expect(shown(ann(see('*')), A)).toBe('*');
    expect(shown(ann(see('team/*/app')), A)).toBe('team/* ?');
    expect(shown(ann(see('${zas:claim/team}/*', '${aws:username}', '${aws:UserAgent}/*')), A)).toBe('lib/* ann');
    expect(shown(ann(see('team/*'), hide('team/secret/*', 'team/x')), A)).toBe('team/* -team/secret/* -team/x');
    expect(shown(ann(see('*'), hide('*')), A)).toBe('');
    expect(shown(callerAt(A, false, [[see('team/*', 'lib/base')]], [see('team/app', 'lib/*')]), A)).toBe('lib/base team/app');
  });

  it('takes both sides for what others own', () => {
    expect(shown(ann(see('*')), '')).toBe('');
    expect(shown(ann(see('team/*')), '', see('team/app', 'lib/*'))).toBe('team/app');
    expect(shown(ann(), '', see('lib/*'))).toBe('');
    expect(shown(root, '', see('lib/*'))).toBe('lib/*');
    expect(shown(root, A, see('lib/*'))).toBe('*');
    expect(shown(ANONYMOUS, '', see('lib/*', 'team/app'))).toBe('lib/* team/app');
    expect(shown(ANONYMOUS, '')).toBe('');
  });

  it('asks one by one where the owner has a say and is not known', () => {
    const owned = { ...see('team/*'), Condition: { StringNotEquals: { 'aws:ResourceAccount': B } } };
    expect(shown(ann(owned), A)).toBe('team/*');
    expect(shown(ann(owned), '', see('*'))).toBe('* ?');
    expect(shown(ann(see('${aws:ResourceAccount}/*')), '', see('*'))).toBe('* ?');
  });
});

const NAMES = ['team/app', 'team/app/tool', 'team/app-x', 'team/secret/a', 'lib/base', 'lib', 'ann/x', 'team', 'other', `${B}/x`];
const PATTERNS = ['*', 'team/*', 'team/app', 'team/app*', 'team/secret/*', 'lib/*', 'lib/base', '*/base', 'team/?pp', 't*', '${aws:username}/*', '${zas:claim/team}/*', '${aws:ResourceAccount}/*', 'nothing'];
const CONDITIONS: readonly object[] = [
  {},
  {},
  {},
  { StringEquals: { 'aws:UserAgent': 'x' } },
  { StringNotEquals: { 'aws:ResourceAccount': B } },
  { StringEquals: { 'oci:tag': 'v1' } },
  { Null: { 'zas:claim/team': 'false' } },
];

function statement({ chance, pick, some }: Random, principal: boolean): object {
  const effect = chance(0.7) ? 'Allow' : 'Deny';
  return {
    Effect: effect,
    ...(principal && { Principal: chance(0.5) ? '*' : { AWS: pick([A, B, `arn:aws:iam::${A}:user/ann`]) } }),
    ...(chance(0.9) ? { Action: pick(['oci:*', '*', ACTION, 'oci:GetBlob']) } : { NotAction: pick(['oci:Get*', ACTION]) }),
    [chance(0.9) ? 'Resource' : 'NotResource']: some(PATTERNS).map((text) => (text === '*' && chance(0.3) ? text : OCI + text)),
    Condition: pick(CONDITIONS),
  };
}

describe('narrow and asking what is left', () => {
  it('give the same as asking for each', () => {
    const random = randomFrom(20_261_127);
    const { chance, pick } = random;
    const seen = { shown: 0, asked: 0, spared: 0 };
    for (let i = 0; i < 3_000; i++) {
      const policy = (principal = false) => Array.from({ length: pick([1, 1, 2, 3]) }, () => statement(random, principal));
      const policies = Array.from({ length: pick([0, 1, 1, 2, 4]) }, () => policy());
      const caller = chance(0.15) ? ANONYMOUS : callerAt(pick([A, A, B]), chance(0.2), policies, chance(0.15) ? policy() : undefined);
      const hanging = chance(0.5) ? policy(true) : [];
      const attributes: Record<string, string> = chance(0.5) ? { 'aws:useragent': 'x' } : {};
      const [own, others] = [caller.account, ''].map((owner) => narrow(requestOf(caller, '', owner, hanging, attributes)));
      for (const name of NAMES) {
        for (const owner of [A, B, C]) {
          const { allow } = decide(requestOf(caller, name, owner, hanging, attributes));
          const narrowing = (owner === caller.account ? own : others) as Narrowing;
          const within = covers(narrowing, name);
          const answer = within && (!narrowing.residual || allow);
          if (answer !== allow) throw new Error(`${i}: ${name} of ${owner}: ${JSON.stringify({ allow, narrowing, policies, hanging, caller }, null, 1)}`);
          if (allow) seen.shown++;
          if (within && narrowing.residual) seen.asked++;
          else seen.spared++;
        }
      }
    }
    expect(seen.shown).toBeGreaterThan(8_000);
    expect(seen.asked).toBeGreaterThan(5_000);
    expect(seen.spared).toBeGreaterThan(50_000);
  });
});
