import type { Generation } from '../generation.js';
import type { AclRequest, Grant } from '../model-acl.js';
import type { NewObject } from '../model-objects.js';
import type { Account, Description, Retention, Tags } from '../model-terms.js';
import type { Random } from '../random.js';
import type { Session } from '../session.js';

/** A lock as data: for how long from now, and whether it is held. */
export interface LockWish {
  readonly mode?: Retention['mode'];
  readonly seconds?: number;
  readonly hold?: boolean;
}

/** What a writer asks for beside bytes and description. */
export interface Extras {
  readonly acl?: AclRequest;
  readonly tags?: Tags;
  readonly lock?: LockWish;
}

const GRANTS: readonly Grant[] = [
  { to: 'bob', permission: 'READ' },
  { to: 'bob', permission: 'READ_ACP' },
  { to: 'bob', permission: 'WRITE_ACP' },
  { to: 'bob', permission: 'FULL_CONTROL' },
  { to: 'alice', permission: 'READ' },
  { to: 'alice', permission: 'FULL_CONTROL' },
  { to: 'nobody', permission: 'READ' },
];
const OBJECT_ACLS: readonly AclRequest[] = [
  'private', 'public-read', 'public-read-write', 'authenticated-read', 'bucket-owner-read', 'bucket-owner-full-control', 'bucket-owner-full-control',
  ...GRANTS.map((grant) => [grant] as const),
];
const BUCKET_ACLS: readonly AclRequest[] = [
  'private', 'public-read', 'public-read-write', 'authenticated-read',
  [{ to: 'bob', permission: 'WRITE' }], [{ to: 'bob', permission: 'READ' }], [{ to: 'bob', permission: 'FULL_CONTROL' }], [{ to: 'bob', permission: 'WRITE_ACP' }],
];
/** Seconds from now; one lies in the past. */
const RETENTIONS = [-60, 2, 60, 3600, 86_400, 3 * 86_400];

export const randomObjectAcl = (random: Random): AclRequest => random.pick(OBJECT_ACLS);
export const randomBucketAcl = (random: Random): AclRequest => random.pick(BUCKET_ACLS);

/** Mostly none; more where the bucket gives them a meaning. */
export function randomExtras(generation: Generation, bucket: string): Extras | undefined {
  const { random } = generation;
  const state = generation.state(bucket);
  const withAcls = state?.ownership !== undefined && state.ownership !== 'BucketOwnerEnforced';
  const acl = random.chance(withAcls ? 0.25 : 0.03) ? randomObjectAcl(random) : undefined;
  const tags = random.chance(0.15) ? generation.tags() : undefined;
  const lock = random.chance(state?.lockable ? 0.3 : 0.01) ? randomLock(random) : undefined;
  return acl || tags || lock ? { acl, tags, lock } : undefined;
}

function randomLock(random: Random): LockWish {
  const hold = random.chance(0.3) ? random.chance(0.7) : undefined;
  return hold === undefined || random.chance(0.5) ? { ...randomRetention(random), hold } : { hold };
}

export function randomRetention(random: Random): { readonly mode: Retention['mode']; readonly seconds: number } {
  return { mode: random.chance(0.6) ? 'GOVERNANCE' : 'COMPLIANCE', seconds: random.pick(RETENTIONS) };
}

/** A retention that begins now; absent: none. */
export function retentionFrom(session: Session, { mode, seconds }: LockWish): Retention | undefined {
  return mode === undefined || seconds === undefined ? undefined : { mode, until: session.now + seconds * 1000 };
}

/** For the model. */
export function newObject(session: Session, { headers, metadata }: Description, { acl, tags, lock = {} }: Extras = {}): NewObject {
  return { headers, metadata, acl, tags, retention: retentionFrom(session, lock), legalHold: lock.hold };
}

/** As request headers. */
export function extraHeaders(session: Session, { acl, tags, lock = {} }: Extras = {}): Record<string, string> {
  const headers: Record<string, string> = acl === undefined ? {} : aclHeaders(session, acl);
  if (tags) headers['x-amz-tagging'] = new URLSearchParams(tags).toString();
  const retention = retentionFrom(session, lock);
  if (retention) headers['x-amz-object-lock-mode'] = retention.mode;
  if (retention) headers['x-amz-object-lock-retain-until-date'] = new Date(retention.until).toISOString();
  if (lock.hold !== undefined) headers['x-amz-object-lock-legal-hold'] = lock.hold ? 'ON' : 'OFF';
  return headers;
}

export function aclHeaders(session: Session, acl: AclRequest): Record<string, string> {
  if (typeof acl === 'string') return { 'x-amz-acl': acl };
  const [{ to, permission }] = acl;
  return { [`x-amz-grant-${permission.toLowerCase().replace('_', '-')}`]: `id="${session.canonicalId(to as Account)}"` };
}
