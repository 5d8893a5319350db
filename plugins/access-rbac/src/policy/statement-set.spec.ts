import { describe, expect, it } from '@jest/globals';
import { AccessRequest } from '../decision/access-request.js';
import { callerOf } from '../decision/caller.js';
import { parsePolicy } from './parse-policy.js';
import type { Policy } from './policy.js';
import { StatementSet } from './statement-set.js';
import { VerdictCache } from './verdict-cache.js';

interface Written {
  readonly Sid?: string;
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action?: string;
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string;
  readonly Condition?: object;
}
const policy = (...statements: readonly Written[]): Policy => {
  const Statement = statements.map((one) => ({ Effect: 'Allow', Action: 's3:GetObject', ...(one.NotResource === undefined && { Resource: '*' }), ...one }));
  return parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity');
};
const account = { id: '111111111111', canonicalId: 'c', displayName: 'A' };
const caller = callerOf({ id: 'config:ann', account, accountRoot: false, serverRoot: false, credentialId: 'K', roles: [], groups: [] }, { policies: [] });
const request = (key: string, verdicts?: VerdictCache, agent?: string): AccessRequest => {
  const resource = { type: 'object', bucket: 'box', ownerAccount: account.id, key } as const;
  return new AccessRequest(caller, 's3:GetObject', resource, undefined, (name) => (name === 'aws:useragent' ? agent : undefined), { verdicts });
};
const BOX = 'arn:aws:s3:::box';

describe('what is kept', () => {
  const kept = (set: StatementSet, key = 'docs/a'): number => {
    const verdicts = new VerdictCache();
    const first = set.evaluate(request(key, verdicts));
    expect(set.evaluate(request(key, verdicts))).toEqual(first);
    return verdicts.size;
  };
  const agent = { StringEquals: { 'aws:UserAgent': 'x' } };

  it('is what hangs on action and resource only, allowed, denied or neither', () => {
    expect(kept(new StatementSet([policy({})]))).toBe(1);
    expect(kept(new StatementSet([policy({}, { Effect: 'Deny', Resource: `${BOX}/docs/*` })]))).toBe(1);
    expect(kept(new StatementSet([policy({ Resource: `${BOX}/other/*` })]))).toBe(1);
    expect(kept(new StatementSet([policy({ NotResource: `${BOX}/docs/*` })]))).toBe(1);
  });

  it('is never what a condition, a variable or the object had a say in', () => {
    expect(kept(new StatementSet([policy({ Condition: agent })]))).toBe(0);
    expect(kept(new StatementSet([policy({}, { Effect: 'Deny', Condition: agent })]))).toBe(0);
    expect(kept(new StatementSet([policy({ Resource: `${BOX}/docs/\${aws:username}` })]))).toBe(0);
    expect(kept(new StatementSet([policy({ NotResource: `${BOX}/docs/\${aws:username}` })]))).toBe(0);
    expect(kept(new StatementSet([policy({ Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'red' } } })]))).toBe(0);
    expect(kept(new StatementSet([policy({ Resource: `${BOX}/*/a`, Condition: { Null: { 'aws:UserAgent': 'true' } } })]))).toBe(0);
  });

  it('hangs on no condition of what speaks of something else', () => {
    expect(kept(new StatementSet([policy({}, { Effect: 'Deny', Resource: `${BOX}/other/*`, Condition: agent })]))).toBe(1);
    expect(kept(new StatementSet([policy({}, { Effect: 'Deny', Resource: `${BOX}/docs/*b`, Condition: agent })]))).toBe(1);
    expect(kept(new StatementSet([policy({}, { Effect: 'Deny', Action: 's3:PutObject', Condition: agent })]))).toBe(1);
  });

  it('stays small', () => {
    const verdicts = new VerdictCache(1_000);
    const set = new StatementSet([policy({})]);
    for (let i = 0; i < 1_000; i++) {
      set.evaluate(request(`k${i}`, verdicts));
      expect(verdicts.size).toBeLessThan(16);
    }
  });

  it('answers each request as itself', () => {
    const verdicts = new VerdictCache();
    const set = new StatementSet([policy({ Condition: agent })]);
    expect(set.evaluate(request('a', verdicts, 'x')).allow).toBe(2);
    expect(set.evaluate(request('a', verdicts, 'y')).allow).toBe(0);
  });
});

describe('a set of policies', () => {
  it('finds what begins alike, whatever else does', () => {
    const keys = ['', 'a', 'ab', 'abc', 'abcd', 'abd', 'b', 'a*', 'ab*', 'abc*', 'abd*', 'a*d', 'abcx*', 'b*', '*d', 'a?c*'];
    for (let i = 0; i < 2 ** keys.length; i += 251) {
      const chosen = keys.filter((_key, place) => (i >>> place) & 1);
      const set = new StatementSet(chosen.map((key) => policy({ Resource: `${BOX}/${key}` })));
      for (const asked of ['a', 'ab', 'abc', 'abcd', 'abd', 'abx', 'b', 'c', 'aXc1']) {
        const expected = chosen.some((key) => new RegExp(`^${key.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(asked));
        expect([chosen, asked, set.evaluate(request(asked)).allow === 2]).toEqual([chosen, asked, expected]);
      }
    }
  });

  it('names the closest statement, one without conditions first', () => {
    const by = (key: string, ...statements: readonly Written[]) => new StatementSet([policy(...statements)]).evaluate(request(key)).allowBy?.statement.name;
    const named: readonly Written[] = [{ Sid: 'all' }, { Sid: 'docs', Resource: `${BOX}/docs/*` }, { Sid: 'one', Resource: [`${BOX}/x`, `${BOX}/docs/a`] }];
    expect(by('docs/a', ...named)).toBe('statement "one"');
    expect(by('docs/b', ...named)).toBe('statement "docs"');
    expect(by('other', ...named)).toBe('statement "all"');
    expect(by('docs/a', { Sid: 'agent', Resource: `${BOX}/docs/a`, Condition: { Null: { 'aws:UserAgent': 'true' } } }, { Sid: 'all' })).toBe('statement "all"');
  });

  it('costs ten thousand what it costs one', () => {
    const set = new StatementSet(Array.from({ length: 10_000 }, (_, i) => policy({ Resource: `${BOX}/team-${i}/*` })));
    set.evaluate(request('team-1/x'));
    const started = performance.now();
    for (let i = 0; i < 1_000; i++) expect(set.evaluate(request(`team-${i * 7}/x`)).allow).toBe(2);
    expect(set.evaluate(request('team-10000/x')).allow).toBe(0);
    // Ten thousand patterns a thousand times took a second and more.
    expect(performance.now() - started).toBeLessThan(500);
  });
});
