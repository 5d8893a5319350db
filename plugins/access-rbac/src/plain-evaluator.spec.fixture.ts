import type { Acl, BucketSettings, ObjectFacts } from '@zas/plugin-api';

/**
 * An evaluator that takes the document word by word: no compiling, no caching, no
 * third truth value; regular expressions for wildcards.
 */

export interface PlainStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly AWS: readonly string[] };
  readonly NotPrincipal?: { readonly AWS: readonly string[] };
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
export type PlainPolicy = readonly PlainStatement[];
type Values = Readonly<Record<string, string | readonly string[]>>;

/** Who asks and what hangs where; behind a colon stands a role. */
export interface World {
  readonly who: 'A' | 'A/ann' | 'A:deploy' | 'B' | 'B/bob' | 'B:deploy' | 'nobody';
  readonly claims: Values;
  readonly settings: BucketSettings;
  readonly hanging: PlainPolicy;
  readonly identity: readonly PlainPolicy[];
  readonly boundary: PlainPolicy | undefined;
  readonly sessions: readonly PlainPolicy[];
}
export interface Case extends World {
  readonly action: string;
  readonly key: string | undefined;
  readonly object: ObjectFacts | null;
  readonly request: Values;
}

export const IDS = { A: '111111111111', B: '222222222222' } as const;
export const accountOf = (who: string): string => (who === 'nobody' ? 'anonymous' : IDS[who.charAt(0) as 'A' | 'B']);
export const isRoot = (who: string): boolean => who === 'A' || who === 'B';
const isRole = (who: string): boolean => who.charAt(1) === ':';
const arnOf = (who: string): string => `arn:aws:iam::${accountOf(who)}:${isRoot(who) ? 'root' : `${isRole(who) ? 'role' : 'user'}/${who.slice(2)}`}`;
/** All that a policy may call him. */
const namesOf = (who: string): readonly string[] => [arnOf(who), ...(isRole(who) ? [`arn:aws:sts::${accountOf(who)}:assumed-role/${who.slice(2)}/ci`] : [])];

/** In place of a star that came with a value, and is one. */
const STAR = '\u{e000}';
const glob = (pattern: string, text: string): boolean =>
  new RegExp(`^${[...pattern].map((c) => (c === '*' ? '.*' : c === STAR ? '\\*' : c === '?' ? '.' : c.replace(/[\\^$.|+()[\]{}]/, '\\$&'))).join('')}$`, 'su').test(text);

function valuesOf(one: Case, key: string): readonly string[] {
  if (key === 'aws:username') return one.who.includes('/') ? [one.who.slice(2)] : [];
  if (key === 'aws:PrincipalAccount') return one.who === 'nobody' ? [] : [accountOf(one.who)];
  if (key === 'aws:PrincipalArn') return one.who === 'nobody' ? [] : [arnOf(one.who)];
  if (key.startsWith('zas:claim/')) return one.who === 'nobody' ? [] : [one.claims[key.slice('zas:claim/'.length)] ?? []].flat();
  if (key === 's3:ExistingObjectTag/team') {
    const value = ['s3:PutObject', 's3:DeleteObject'].includes(one.action) ? undefined : one.object?.tags?.['team'];
    return value === undefined ? [] : [value];
  }
  const given = one.request[key];
  return given === undefined ? [] : typeof given === 'string' ? [given] : given;
}

/** With its variable, of which a text here has one at most. */
function fill(one: Case, text: string): string | undefined {
  const [variable, key = ''] = /\$\{([^}]+)\}/.exec(text) ?? [];
  if (variable === undefined) return text;
  const values = valuesOf(one, key);
  return values.length === 1 ? text.replace(variable, () => (values[0] as string).replaceAll('*', STAR)) : undefined;
}

function conditionHolds(one: Case, operator: string, key: string, wanted: readonly string[]): boolean {
  const given = valuesOf(one, key);
  if (operator === 'Null') return wanted.some((text) => (text === 'true') === (given.length === 0));
  const set = operator.includes(':') ? operator.slice(0, operator.indexOf(':')) : undefined;
  const base = operator.replace(/^.*:/, '').replace('IfExists', '');
  if (given.length === 0 && operator.endsWith('IfExists')) return true;
  const equal = (text: string, value: string): boolean => {
    const filled = fill(one, text);
    return filled !== undefined && (base.includes('Like') ? glob(filled, value) : filled.replaceAll(STAR, '*') === value);
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
      const filled = fill(one, pattern);
      return filled !== undefined && glob(filled, arn);
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
    return byAccount && (isRoot(one.who) || namesOf(one.who).every((name) => listed(NotPrincipal.AWS, name))) ? undefined : 'himself';
  }
  if (Principal === undefined || Principal === '*' || Principal.AWS.includes('*')) return 'himself';
  if (namesOf(one.who).some((name) => listed(Principal.AWS, name))) return 'himself';
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
export function plainly(one: Case): boolean {
  const caps = one.boundary === undefined ? one.sessions : [one.boundary, ...one.sessions];
  if ([...one.identity, ...caps].some((policy) => says(one, policy, 'Deny'))) return false;
  const mending = one.who === 'A' && one.action === 's3:PutBucketPolicy';
  if (!mending && says(one, one.hanging, 'Deny')) return false;
  if (caps.some((policy) => !says(one, policy, 'Allow'))) return false;

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
  const mine = isRoot(one.who) || one.identity.some((policy) => says(one, policy, 'Allow'));
  return accountOf(one.who) === owner ? mine || ways.includes('himself') : mine && ways.some((way) => way !== undefined);
}

const mayDelete = ({ object, who }: Case): boolean => accountOf(who) === IDS.A || object?.owner === accountOf(who);

function isOpen({ Effect, Principal, Condition }: PlainStatement): boolean {
  const everybody = Principal === '*' || (Principal !== undefined && Principal.AWS.includes('*'));
  return Effect === 'Allow' && everybody && Condition?.['StringEquals']?.['aws:PrincipalAccount'] === undefined;
}
