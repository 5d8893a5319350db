import type { Account, Tags } from './model-terms.js';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly who: '*' | 'alice' | 'bob';
  /** Without `s3:`; `*`: all. */
  readonly actions: readonly string[];
  readonly on: 'bucket' | 'objects';
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Only objects that have this tag. */
  readonly tag?: readonly [name: string, value: string];
}

/** Bucket policies that are put on buckets, each a handful of statements. */
export const POLICIES = {
  'everybody reads': [{ effect: 'Allow', who: '*', actions: ['GetObject'], on: 'objects' }],
  'everybody reads versions': [{ effect: 'Allow', who: '*', actions: ['GetObject', 'GetObjectVersion', 'GetObjectTagging'], on: 'objects' }],
  'everybody lists': [{ effect: 'Allow', who: '*', actions: ['ListBucket', 'ListBucketVersions'], on: 'bucket' }],
  'everybody reads red ones': [{ effect: 'Allow', who: '*', actions: ['GetObject'], on: 'objects', tag: ['color', 'red'] }],
  'bob writes': [{ effect: 'Allow', who: 'bob', actions: ['PutObject', 'DeleteObject'], on: 'objects' }],
  'bob writes and tags': [
    { effect: 'Allow', who: 'bob', actions: ['PutObject', 'GetObject', 'PutObjectTagging', 'DeleteObjectVersion'], on: 'objects' },
    { effect: 'Allow', who: 'bob', actions: ['ListBucket'], on: 'bucket' },
  ],
  'both do everything': [
    { effect: 'Allow', who: 'alice', actions: ['*'], on: 'objects' },
    { effect: 'Allow', who: 'alice', actions: ['*'], on: 'bucket' },
    { effect: 'Allow', who: 'bob', actions: ['*'], on: 'objects' },
    { effect: 'Allow', who: 'bob', actions: ['*'], on: 'bucket' },
  ],
  'nobody deletes': [{ effect: 'Deny', who: '*', actions: ['DeleteObject', 'DeleteObjectVersion'], on: 'objects' }],
  'nobody bypasses': [{ effect: 'Deny', who: '*', actions: ['BypassGovernanceRetention'], on: 'objects' }],
  'nobody reads below a/': [
    { effect: 'Allow', who: 'bob', actions: ['GetObject', 'GetObjectVersion'], on: 'objects' },
    { effect: 'Deny', who: '*', actions: ['GetObject', 'GetObjectVersion'], on: 'objects', prefix: 'a/' },
  ],
  'nobody tags or locks': [
    { effect: 'Deny', who: '*', actions: ['PutObjectTagging', 'PutObjectRetention', 'PutObjectLegalHold', 'PutObjectAcl'], on: 'objects' },
  ],
} as const satisfies Readonly<Record<string, readonly Statement[]>>;

export type PolicyName = keyof typeof POLICIES;

/** What somebody wants to do; to the bucket when there is no key. */
interface Wish {
  readonly who: Account;
  readonly action: string;
  readonly key?: string;
  readonly tags?: Tags;
}

/** True when a statement of that effect fits. */
export function policySays(effect: Statement['effect'], policy: PolicyName | undefined, wish: Wish): boolean {
  return policy !== undefined && POLICIES[policy].some((statement) => statement.effect === effect && fits(statement, wish));
}

function fits({ who, actions, on, prefix = '', tag }: Statement, wish: Wish): boolean {
  if (who !== '*' && who !== wish.who) return false;
  if (!actions.includes('*') && !actions.includes(wish.action)) return false;
  if ((on === 'bucket') !== (wish.key === undefined) || !(wish.key ?? '').startsWith(prefix)) return false;
  return tag === undefined || wish.tags?.[tag[0]] === tag[1];
}

/** It lets everybody in; an object's tag is no condition that pins anybody down. */
export function isPublicPolicy(policy: PolicyName | undefined): boolean {
  return policy !== undefined && POLICIES[policy].some(({ effect, who }) => effect === 'Allow' && who === '*');
}
