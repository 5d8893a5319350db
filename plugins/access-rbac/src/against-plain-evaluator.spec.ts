import { describe, expect, it } from '@jest/globals';
import type { Acl, BucketSettings, Decision, ObjectFacts, Resource } from '@zas/plugin-api';
import { AccessRequest } from './decision/access-request.js';
import { ANONYMOUS, callerOf, type Caller } from './decision/caller.js';
import { decide } from './decision/decide.js';
import { parsePolicy } from './policy/parse-policy.js';
import { PolicyCache } from './policy/policy-cache.js';

/**
 * The engine against one that takes the document word by word: no compiling, no
 * caching, no third truth value; regular expressions for wildcards.
 */

interface PlainStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly AWS: readonly string[] };
  readonly NotPrincipal?: { readonly AWS: readonly string[] };
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
interface Case {
  readonly who: 'A' | 'A/ann' | 'B' | 'B/bob' | 'nobody';
  readonly action: string;
  readonly key: string | undefined;
  readonly settings: BucketSettings;
  readonly hanging: readonly PlainStatement[];
  readonly identity: readonly PlainStatement[];
  readonly boundary: readonly PlainStatement[] | undefined;
  readonly session: readonly PlainStatement[] | undefined;
  readonly object: ObjectFacts | null;
  readonly request: Readonly<Record<string, string | readonly string[]>>;
}

const IDS = { A: '111111111111', B: '222222222222' } as const;
const accountOf = (who: string): string => (who === 'nobody' ? 'anonymous' : IDS[who.charAt(0) as 'A' | 'B']);
const isRoot = (who: string): boolean => who === 'A' || who === 'B';
const arnOf = (who: string): string => `arn:aws:iam::${accountOf(who)}:${isRoot(who) ? 'root' : `user/${who.slice(2)}`}`;

const glob = (pattern: string, text: string): boolean =>
  new RegExp(`^${[...pattern].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[\\^$.|+()[\]{}]/, '\\$&'))).join('')}$`, 'su').test(text);

function valuesOf(one: Case, key: string): readonly string[] {
  if (key === 'aws:username') return one.who.includes('/') ? [one.who.slice(2)] : [];
  if (key === 'aws:PrincipalAccount') return one.who === 'nobody' ? [] : [accountOf(one.who)];
  if (key === 's3:ExistingObjectTag/team') {
    const value = ['s3:PutObject', 's3:DeleteObject'].includes(one.action) ? undefined : one.object?.tags?.['team'];
    return value === undefined ? [] : [value];
  }
  const given = one.request[key];
  return given === undefined ? [] : typeof given === 'string' ? [given] : given;
}

function conditionHolds(one: Case, operator: string, key: string, wanted: readonly string[]): boolean {
  const given = valuesOf(one, key);
  if (operator === 'Null') return wanted.some((text) => (text === 'true') === (given.length === 0));
  const set = operator.includes(':') ? operator.slice(0, operator.indexOf(':')) : undefined;
  const base = operator.replace(/^.*:/, '').replace('IfExists', '');
  if (given.length === 0 && operator.endsWith('IfExists')) return true;
  const equal = (text: string, value: string): boolean => {
    const filled = text.replace('${aws:username}', () => valuesOf(one, 'aws:username')[0] ?? '\u0000');
    return base.includes('Like') ? glob(filled, value) : filled === value;
  };
  const fits = (value: string): boolean => wanted.some((text) => equal(text, value)) !== base.includes('Not');
  if (set === 'ForAllValues') return given.every(fits);
  if (set === 'ForAnyValue') return given.some(fits);
  if (given.length === 0) return base.includes('Not');
  return base.includes('Not') ? given.every(fits) : given.some(fits);
}

function statementHolds(one: Case, statement: PlainStatement): boolean {
  const arn = `arn:aws:s3:::box${one.key === undefined ? '' : `/${one.key}`}`;
  const acts = (patterns: readonly string[]): boolean => patterns.some((pattern) => glob(pattern.toLowerCase(), one.action.toLowerCase()));
  const hits = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => {
      const name = valuesOf(one, 'aws:username')[0];
      return pattern.includes('${') ? name !== undefined && glob(pattern.replace('${aws:username}', name), arn) : glob(pattern, arn);
    });
  if (statement.Action ? !acts(statement.Action) : acts(statement.NotAction ?? [])) return false;
  if (statement.Resource ? !hits(statement.Resource) : hits(statement.NotResource ?? [])) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) => Object.entries(keys).every(([key, wanted]) => conditionHolds(one, operator, key, wanted)));
}

/** `himself`, `account` or nothing. */
function named(one: Case, { Principal, NotPrincipal }: PlainStatement): 'himself' | 'account' | undefined {
  const listed = (list: readonly string[], name: string) => one.who !== 'nobody' && list.includes(name);
  const [account, root] = [accountOf(one.who), `arn:aws:iam::${accountOf(one.who)}:root`];
  if (NotPrincipal !== undefined) {
    const byAccount = listed(NotPrincipal.AWS, account) || listed(NotPrincipal.AWS, root);
    return byAccount && (isRoot(one.who) || listed(NotPrincipal.AWS, arnOf(one.who))) ? undefined : 'himself';
  }
  if (Principal === undefined || Principal === '*' || Principal.AWS.includes('*')) return 'himself';
  if (listed(Principal.AWS, arnOf(one.who))) return 'himself';
  if (!listed(Principal.AWS, account) && !listed(Principal.AWS, root)) return undefined;
  return isRoot(one.who) ? 'himself' : 'account';
}

const says = (one: Case, policy: readonly PlainStatement[], effect: string, how?: 'himself' | 'account'): boolean =>
  policy.some((statement) => statement.Effect === effect && (how === undefined ? named(one, statement) !== undefined : named(one, statement) === how) && statementHolds(one, statement));

const ACL_ON_BUCKET: Readonly<Record<string, string>> = { 's3:ListBucket': 'READ', 's3:PutObject': 'WRITE', 's3:DeleteObject': 'WRITE', 's3:GetBucketAcl': 'READ_ACP' };
const ACL_ON_OBJECT: Readonly<Record<string, string>> = { 's3:GetObject': 'READ', 's3:GetObjectAcl': 'READ_ACP' };

function granted(one: Case, acl: Acl, permission: string | undefined): 'himself' | 'account' | undefined {
  const ignore = one.settings.publicAccessBlock?.ignorePublicAcls === true;
  const found = acl.filter((grant) => permission !== undefined && (grant.permission === permission || grant.permission === 'FULL_CONTROL'));
  const open = found.some(({ grantee }) => !ignore && grantee.kind === 'group' && (grantee.group === 'all-users' || (grantee.group === 'authenticated-users' && one.who !== 'nobody')));
  const own = found.some(({ grantee }) => grantee.kind === 'account' && grantee.account === accountOf(one.who) && !(ignore && one.who === 'nobody'));
  return open || (own && one.who === 'nobody') ? 'himself' : own ? 'account' : undefined;
}

/** The document's four rules. */
function plainly(one: Case): boolean {
  const own = { identity: one.identity, boundary: one.boundary ?? [], session: one.session ?? [] };
  if (Object.values(own).some((policy) => says(one, policy, 'Deny'))) return false;
  const mending = one.who === 'A' && one.action === 's3:PutBucketPolicy';
  if (!mending && says(one, one.hanging, 'Deny')) return false;
  if (one.boundary !== undefined && !says(one, one.boundary, 'Allow')) return false;
  if (one.session !== undefined && !says(one, one.session, 'Allow')) return false;

  const acls = one.settings.objectOwnership === 'ObjectWriter';
  const theirs = acls && one.object !== null && one.object.owner !== IDS.A && one.action in ACL_ON_OBJECT;
  const owner = theirs && one.object !== null ? one.object.owner : IDS.A;
  const shut = one.settings.publicAccessBlock?.restrictPublicBuckets === true && accountOf(one.who) !== IDS.A && one.hanging.some(isOpen);
  const ways: (string | undefined)[] = [];
  if (!theirs && !shut) ways.push(says(one, one.hanging, 'Allow', 'himself') ? 'himself' : undefined, says(one, one.hanging, 'Allow', 'account') ? 'account' : undefined);
  if (acls && !theirs && (one.action !== 's3:DeleteObject' || mayDelete(one))) ways.push(granted(one, one.settings.acl ?? [], ACL_ON_BUCKET[one.action]));
  if (acls && one.object !== null) {
    const acl: Acl = one.object.acl ?? [{ grantee: { kind: 'account', account: one.object.owner }, permission: 'FULL_CONTROL' }];
    ways.push(granted(one, acl, ACL_ON_OBJECT[one.action]));
  }
  if (one.who === 'nobody') return ways.includes('himself');
  const mine = isRoot(one.who) || says(one, one.identity, 'Allow');
  return accountOf(one.who) === owner ? mine || ways.includes('himself') : mine && ways.some((way) => way !== undefined);
}

const mayDelete = ({ object, who }: Case): boolean => accountOf(who) === IDS.A || object?.owner === accountOf(who);

function isOpen({ Effect, Principal, Condition }: PlainStatement): boolean {
  const everybody = Principal === '*' || (Principal !== undefined && Principal.AWS.includes('*'));
  return Effect === 'Allow' && everybody && Condition?.['StringEquals']?.['aws:PrincipalAccount'] === undefined;
}

function randomFrom(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 4) / 2 ** 28;
  };
  const chance = (likely: number): boolean => next() < likely;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
  const some = <Item>(items: readonly Item[]): readonly Item[] => [pick(items), ...(chance(0.4) ? [pick(items)] : [])];
  return { chance, pick, some };
}
type Random = ReturnType<typeof randomFrom>;

const KEYS = ['docs/a', 'docs/b', 'home/ann/x', 'home/bob/x', 'x*y', 'ü?😀'];
const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:GetObjectAcl', 's3:PutObjectTagging'];
const BUCKET_ACTIONS = ['s3:ListBucket', 's3:PutBucketPolicy', 's3:GetBucketAcl'];
const ACTION_PATTERNS = [...ACTIONS, ...BUCKET_ACTIONS, 's3:*', '*', 's3:Get*', 's3:?etObject', 'S3:PUT*', 's3:*Object'];
const RESOURCES = ['*', 'arn:aws:s3:::box', 'arn:aws:s3:::box/*', 'arn:aws:s3:::box*', 'arn:aws:s3:::b?x/docs/?', 'arn:aws:s3:::box/*a*', 'arn:aws:s3:::box/home/${aws:username}/*', 'arn:aws:s3:::box/x*y', 'arn:aws:s3:::box/ü??'];
const PRINCIPALS = ['*', IDS.A, IDS.B, `arn:aws:iam::${IDS.B}:root`, `arn:aws:iam::${IDS.A}:user/ann`, `arn:aws:iam::${IDS.B}:user/bob`];
const CONDITIONS: readonly (readonly [string, string, readonly string[]])[] = [
  ['StringEquals', 'aws:PrincipalAccount', [IDS.A, IDS.B]],
  ['StringNotEquals', 'aws:PrincipalAccount', [IDS.B]],
  ['StringEquals', 'aws:UserAgent', ['one', 'two']],
  ['StringNotEquals', 'aws:UserAgent', ['one', 'two']],
  ['StringLikeIfExists', 'aws:UserAgent', ['o*', '?wo']],
  ['StringNotLikeIfExists', 'aws:UserAgent', ['o*']],
  ['StringLike', 'aws:UserAgent', ['${aws:username}*']],
  ['StringNotLike', 'aws:UserAgent', ['${aws:username}']],
  ['Null', 'aws:UserAgent', ['true']],
  ['Null', 's3:ExistingObjectTag/team', ['false']],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['one', 'two']],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['one', 'three']],
  ['ForAllValues:StringNotLike', 'aws:TagKeys', ['t*']],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['one']],
  ['StringEquals', 'aws:TagKeys', ['two']],
  ['StringEquals', 's3:ExistingObjectTag/team', ['red']],
  ['StringNotEquals', 's3:ExistingObjectTag/team', ['red']],
  ['StringEqualsIfExists', 's3:ExistingObjectTag/team', ['red', 'one']],
];

function randomStatement({ chance, pick, some }: Random, hanging: boolean): PlainStatement {
  const Effect = chance(0.7) ? 'Allow' : 'Deny';
  const principal = (): Partial<PlainStatement> => {
    if (Effect === 'Deny' && chance(0.25)) return { NotPrincipal: { AWS: some(PRINCIPALS.slice(1)) } };
    return { Principal: chance(0.3) ? '*' : { AWS: some(PRINCIPALS) } };
  };
  const Condition: Record<string, Record<string, readonly string[]>> = {};
  for (let left = pick([0, 0, 1, 1, 2]); left > 0; left--) {
    const [operator, key, values] = pick(CONDITIONS);
    Condition[operator] = { ...Condition[operator], [key]: values };
  }
  return {
    Effect,
    ...(hanging && principal()),
    ...(chance(0.85) ? { Action: some(ACTION_PATTERNS) } : { NotAction: some(ACTION_PATTERNS) }),
    ...(chance(0.85) ? { Resource: some(RESOURCES) } : { NotResource: some(RESOURCES) }),
    Condition,
  };
}

const policyOf = (random: Random, hanging: boolean): readonly PlainStatement[] => Array.from({ length: random.pick([1, 1, 2, 3]) }, () => randomStatement(random, hanging));

function randomAcl({ pick, some }: Random): Acl {
  return some([0, 1, 2, 3]).map(() => ({
    grantee: pick([{ kind: 'group', group: 'all-users' }, { kind: 'group', group: 'authenticated-users' }, { kind: 'account', account: IDS.A }, { kind: 'account', account: IDS.B }, { kind: 'account', account: 'anonymous' }] as const),
    permission: pick(['READ', 'WRITE', 'READ_ACP', 'FULL_CONTROL'] as const),
  }));
}

function randomObject(random: Random): ObjectFacts | null {
  const { chance, pick } = random;
  if (chance(0.15)) return null;
  return { owner: pick([IDS.A, IDS.A, IDS.B, 'anonymous']), ...(chance(0.6) && { acl: randomAcl(random) }), ...(chance(0.6) && { tags: { team: pick(['red', 'blue', 'one']) } }) };
}

function randomCase(random: Random): Case {
  const { chance, pick, some } = random;
  const onBucket = chance(0.25);
  return {
    who: pick(['A', 'A/ann', 'A/ann', 'B', 'B/bob', 'nobody'] as const),
    action: pick(onBucket ? BUCKET_ACTIONS : ACTIONS),
    key: onBucket ? undefined : pick(KEYS),
    settings: {
      ...(chance(0.6) && { objectOwnership: pick(['ObjectWriter', 'ObjectWriter', 'BucketOwnerEnforced'] as const) }),
      ...(chance(0.5) && { acl: randomAcl(random) }),
      ...(chance(0.4) && { publicAccessBlock: { blockPublicAcls: false, ignorePublicAcls: chance(0.5), blockPublicPolicy: false, restrictPublicBuckets: chance(0.5) } }),
    },
    hanging: chance(0.8) ? policyOf(random, true) : [],
    identity: chance(0.6) ? policyOf(random, false) : [],
    boundary: chance(0.1) ? policyOf(random, false) : undefined,
    session: chance(0.1) ? policyOf(random, false) : undefined,
    object: onBucket ? null : randomObject(random),
    request: { ...(chance(0.6) && { 'aws:UserAgent': pick(['one', 'two', 'ann', 'three']) }), ...(chance(0.6) && { 'aws:TagKeys': some(['one', 'two', 'three']) }) },
  };
}

const textOf = (statements: readonly PlainStatement[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const compiled = (statements: readonly PlainStatement[]) => parsePolicy(textOf(statements), 'identity');

function callerIn({ who, identity, boundary, session }: Case): Caller {
  const own = {
    policies: identity.length === 0 ? [] : [compiled(identity)],
    ...(boundary && { boundary: compiled(boundary) }),
    ...(session && { session: compiled(session) }),
  };
  if (who === 'nobody') return { ...ANONYMOUS, ...own };
  const account = { id: accountOf(who), canonicalId: `c${accountOf(who)}`, displayName: who };
  return callerOf({ id: `config:${who.slice(2) || who}`, account, accountRoot: isRoot(who), serverRoot: false, credentialId: 'K', roles: [], groups: [] }, own);
}

/** Asks the engine, with or without the object. */
function engine(one: Case): (seen: boolean) => Decision {
  const settings: BucketSettings = { ...one.settings, ...(one.hanging.length > 0 && { policy: textOf(one.hanging) }) };
  const [caller, policy] = [callerIn(one), new PolicyCache().of(settings)];
  const request = new Map(Object.entries(one.request).map(([key, value]) => [key.toLowerCase(), value]));
  const place = { bucket: 'box', ownerAccount: IDS.A, settings };
  return (seen) => {
    const resource: Resource = one.key === undefined ? { type: 'bucket', ...place } : { type: 'object', ...place, key: one.key, ...(seen && { object: one.object }) };
    return decide(new AccessRequest(caller, one.action, resource, policy, (key) => request.get(key)));
  };
}

describe('the engine and the plain evaluator', () => {
  it('agree on 20,000 random cases', () => {
    const random = randomFrom(20_261_107);
    const seen = { allow: 0, look: 0 };
    for (let i = 0; i < 20_000; i++) {
      const one = randomCase(random);
      const expected = plainly(one);
      const ask = engine(one);
      const [known, unseen] = [ask(true), ask(false)];
      if (known.allow !== expected || known.needsObject === true) throw new Error(`case ${i}: plainly ${expected}, but ${JSON.stringify({ known, one }, null, 1)}`);
      if (unseen.needsObject !== true && unseen.allow !== expected) throw new Error(`case ${i}: decided too early, ${JSON.stringify({ unseen, one }, null, 1)}`);
      if (expected) seen.allow++;
      if (unseen.needsObject === true) seen.look++;
    }
    expect(seen.allow).toBeGreaterThan(3_000);
    expect(seen.look).toBeGreaterThan(1_000);
  });

  it('order of statements, added allows and session policies do what they must', () => {
    const random = randomFrom(7);
    for (let i = 0; i < 1_000; i++) {
      const one = randomCase(random);
      const { allow } = engine(one)(true);
      expect(engine({ ...one, hanging: [...one.hanging].reverse(), identity: [...one.identity].reverse() })(true).allow).toBe(allow);
      const more = randomStatement(random, false);
      const added = engine({ ...one, identity: [...one.identity, { ...more, Effect: 'Allow' }] })(true).allow;
      if (allow) expect(added).toBe(true);
      const narrowed = engine({ ...one, session: policyOf(random, false) })(true).allow;
      if (one.session === undefined && !allow) expect(narrowed).toBe(false);
    }
  });
});
