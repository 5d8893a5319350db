/**
 * What a bucket or an object says about who may touch it and how. Accounts are
 * 12-digit ids here; canonical ids are for showing only.
 */

/** Who owns new objects, and whether ACLs count. Absent on a bucket: `BucketOwnerEnforced`, under which they do not. */
export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';

/** AWS's predefined groups: everybody, everybody who signs, the log writers. */
export type GranteeGroup = 'all-users' | 'authenticated-users' | 'log-delivery';

export type Grantee = { readonly kind: 'account'; readonly account: string } | { readonly kind: 'group'; readonly group: GranteeGroup };

export interface Grant {
  readonly grantee: Grantee;
  readonly permission: AclPermission;
}

/** In the order given, at most 100. Absent on a bucket or object: `FULL_CONTROL` for its owner, nothing else. */
export type Acl = readonly Grant[];

/** Owner of what anonymous callers store where ACLs count; no account that anybody can sign for. */
export const ANONYMOUS_ACCOUNT_ID = 'anonymous';

export interface PublicAccessBlock {
  /** Refuse to store ACLs that grant to the public. */
  readonly blockPublicAcls: boolean;
  /** Let no such ACL count. */
  readonly ignorePublicAcls: boolean;
  /** Refuse to store a public policy. */
  readonly blockPublicPolicy: boolean;
  /** Let a public policy count for the owner's account only. */
  readonly restrictPublicBuckets: boolean;
}

export interface CorsRule {
  readonly id?: string;
  /** Each with at most one `*`. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly ('GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD')[];
  /** Each with at most one `*`. */
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** By key; the rules of AWS on number and length are checked by who writes them. */
export type Tags = Readonly<Record<string, string>>;

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

/** The version can be neither deleted nor overwritten before `until`, milliseconds since the epoch. */
export interface Retention {
  readonly mode: RetentionMode;
  readonly until: number;
}

/** Given to each new version that names none; exactly one of `days` and `years`. A year has 365 days. */
export interface DefaultRetention {
  readonly mode: RetentionMode;
  readonly days?: number;
  readonly years?: number;
}

/**
 * What is configured on a bucket beside its versioning. One object per revision of
 * the bucket: a store may answer the same frozen object again and again, so that
 * what is compiled from it can be kept with it.
 */
export interface BucketSettings {
  readonly objectOwnership?: ObjectOwnership;
  readonly acl?: Acl;
  readonly publicAccessBlock?: PublicAccessBlock;
  /** The policy document as it was sent. */
  readonly policy?: string;
  readonly cors?: readonly CorsRule[];
  readonly tags?: Tags;
  readonly defaultRetention?: DefaultRetention;
  /** `Requester`: whoever asks says that he pays, or is refused. */
  readonly requestPayer?: 'BucketOwner' | 'Requester';
}

/** Fields that are there are set, `null` removes, absent ones stay. */
export type BucketSettingsPatch = { readonly [Field in keyof BucketSettings]?: BucketSettings[Field] | null };

const DAY_MS = 86_400_000;

/** When a version made at `at` is free again under a bucket's default. */
export function retentionFrom(rule: DefaultRetention, at: number): Retention {
  return { mode: rule.mode, until: at + ((rule.days ?? 0) + (rule.years ?? 0) * 365) * DAY_MS };
}
