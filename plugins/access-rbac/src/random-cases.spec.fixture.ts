import type { Acl, ObjectFacts } from '@zas/plugin-api';
import { IDS, type Case, type PlainPolicy, type PlainStatement, type World } from './plain-evaluator.spec.fixture.js';

export function randomFrom(seed: number) {
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
export type Random = ReturnType<typeof randomFrom>;

const KEYS = ['docs/a', 'docs/b', 'home/ann/x', 'home/bob/x', 'x*y', 'ü?😀', 'docs', 'red/a', 'home/deploy/x'];
const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:GetObjectAcl', 's3:PutObjectTagging'];
const BUCKET_ACTIONS = ['s3:ListBucket', 's3:PutBucketPolicy', 's3:GetBucketAcl'];
const ACTION_PATTERNS = [...ACTIONS, ...BUCKET_ACTIONS, 's3:*', '*', 's3:Get*', 's3:?etObject', 'S3:PUT*', 's3:*Object'];
const RESOURCES = [
  ...['*', 'arn:aws:s3:::box', 'arn:aws:s3:::box/*', 'arn:aws:s3:::box*', 'arn:aws:s3:::b?x/docs/?', 'arn:aws:s3:::box/*a*', 'arn:aws:s3:::box/home/${aws:username}/*', 'arn:aws:s3:::box/x*y', 'arn:aws:s3:::box/ü??'],
  ...['docs/*', 'docs/a', 'do*', 'docs', 'docs/a*', 'd*a', '${zas:claim/team}/*', '${s3:ExistingObjectTag/team}/*', '${aws:username}*'].map((key) => `arn:aws:s3:::box/${key}`),
  ...['arn:aws:s3:::*', 'arn:aws:s3:::b*', 'arn:aws:s3:::boxer/*', 'arn:aws:s3:::bo', 'arn:aws:s3:::${aws:username}*', 'arn:aws:s3:::*x'],
];
const PRINCIPALS = [
  ...['*', IDS.A, IDS.B, `arn:aws:iam::${IDS.B}:root`, `arn:aws:iam::${IDS.A}:user/ann`, `arn:aws:iam::${IDS.B}:user/bob`],
  ...[IDS.A, IDS.B].flatMap((id) => [`arn:aws:iam::${id}:role/deploy`, `arn:aws:sts::${id}:assumed-role/deploy/ci`]),
];
/** All that somebody is called, or nearly all. */
const SPARED = [IDS.A, IDS.B].flatMap((id) => {
  const [user, role, session] = [`arn:aws:iam::${id}:user/${id === IDS.A ? 'ann' : 'bob'}`, `arn:aws:iam::${id}:role/deploy`, `arn:aws:sts::${id}:assumed-role/deploy/ci`];
  return [[id, user], [id, role, session], [id, role], [id, session], [role, session]];
});
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
  ['StringEquals', 'zas:claim/team', ['red']],
  ['StringNotEquals', 'zas:claim/team', ['red', 'one']],
  ['StringEquals', 's3:ExistingObjectTag/team', ['${zas:claim/team}']],
  ['ForAnyValue:StringEquals', 'zas:claim/groups', ['one']],
  ['ForAllValues:StringLike', 'zas:claim/groups', ['o*', '${zas:claim/team}']],
  ['Null', 'zas:claim/groups', ['true']],
  ['StringLike', 'aws:PrincipalArn', [`arn:aws:iam::*:role/*`]],
];

export function randomStatement({ chance, pick, some }: Random, hanging: boolean): PlainStatement {
  const Effect = chance(0.7) ? 'Allow' : 'Deny';
  const principal = (): Partial<PlainStatement> => {
    if (Effect === 'Deny' && chance(0.3)) return { NotPrincipal: { AWS: chance(0.3) ? some(PRINCIPALS.slice(1)) : pick(SPARED) } };
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

export const policyOf = (random: Random, hanging: boolean): readonly PlainStatement[] => Array.from({ length: random.pick([1, 1, 2, 3]) }, () => randomStatement(random, hanging));

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

export function randomWorld(random: Random): World {
  const { chance, pick, some } = random;
  const several = (counts: readonly number[]): readonly PlainPolicy[] => Array.from({ length: pick(counts) }, () => policyOf(random, false));
  return {
    who: pick(['A', 'A/ann', 'A/ann', 'A:deploy', 'B', 'B/bob', 'B:deploy', 'nobody'] as const),
    claims: { ...(chance(0.5) && { team: pick(['red', 'one', '*']) }), ...(chance(0.5) && { groups: some(['one', 'two', 'red']) }) },
    settings: {
      ...(chance(0.6) && { objectOwnership: pick(['ObjectWriter', 'ObjectWriter', 'BucketOwnerEnforced'] as const) }),
      ...(chance(0.5) && { acl: randomAcl(random) }),
      ...(chance(0.4) && { publicAccessBlock: { blockPublicAcls: false, ignorePublicAcls: chance(0.5), blockPublicPolicy: false, restrictPublicBuckets: chance(0.5) } }),
    },
    hanging: chance(0.7) ? policyOf(random, true) : [],
    identity: several([0, 1, 1, 2, 3, 5]),
    boundary: chance(0.1) ? policyOf(random, false) : undefined,
    sessions: several([0, 0, 0, 0, 0, 0, 1, 2]),
  };
}

export function randomCase(random: Random, world: World): Case {
  const { chance, pick, some } = random;
  const onBucket = chance(0.25);
  return {
    ...world,
    action: pick(onBucket ? BUCKET_ACTIONS : ACTIONS),
    key: onBucket ? undefined : pick(KEYS),
    object: onBucket ? null : randomObject(random),
    request: {
      ...(chance(0.5) && { 'aws:UserAgent': pick(['one', 'two', 'ann', 'deploy', 'x']) }),
      ...(chance(0.5) && { 'aws:TagKeys': some(['one', 'two', 'three']) }),
      ...(chance(0.2) && { 'zas:claim/team': 'red' }),
    },
  };
}
