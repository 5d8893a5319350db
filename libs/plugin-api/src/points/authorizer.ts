import type { CallContext } from '../context.js';
import type { Acl, BucketSettings, Tags } from '../metadata/access-records.js';
import { definePoint } from '../point.js';
import type { Principal } from '../principal.js';

/** What is acted upon. */
export type Resource =
  | { readonly type: 'service' }
  | BucketResource
  | ObjectResource
  | RepositoryResource
  | AccessResource
  | { readonly type: 'admin'; readonly name: string };

/** A record of who may what: `arn:zas:rbac::ACCOUNT:KIND/NAME` in policies. */
export interface AccessResource {
  readonly type: 'access';
  /** Account that it belongs to. */
  readonly account: string;
  readonly kind: 'account' | 'user' | 'group' | 'role' | 'policy' | 'key' | 'audit' | 'session';
  /** `*`: all of that kind, for lists. */
  readonly name: string;
}

export interface BucketResource {
  readonly type: 'bucket';
  readonly bucket: string;
  readonly ownerAccount: string;
  /** The bucket's policy, ACL, ownership rule and public access block; absent: it has none of them. */
  readonly settings?: BucketSettings;
}

export interface RepositoryResource {
  readonly type: 'repository';
  /** Empty in `narrow`: all of that owner. */
  readonly repository: string;
  /** Account that owns the repository, or would own it. Empty in `narrow`: all but the caller's own. */
  readonly ownerAccount: string;
  /** Of these only the policy counts. */
  readonly settings?: BucketSettings;
}

export interface ObjectResource {
  readonly type: 'object';
  readonly bucket: string;
  /** Account that owns the bucket. */
  readonly ownerAccount: string;
  readonly settings?: BucketSettings;
  readonly key: string;
  readonly versionId?: string;
  /** The object that is there; `null`: nothing is there; absent: nobody looked yet. */
  readonly object?: ObjectFacts | null;
  /** For actions on a multipart upload: who began it. */
  readonly initiator?: { readonly principal: string; readonly account: string };
}

/** What of an object a decision may need. */
export interface ObjectFacts {
  /** Account that owns the object. */
  readonly owner: string;
  readonly acl?: Acl;
  readonly tags?: Tags;
}

/**
 * Request attributes by condition key in lower case (`aws:sourceip`,
 * `s3:existingobjecttag/team`); `undefined`: the request has none of that name.
 * Asked only for keys that a policy names, so it may compute them then.
 */
export type AttributeSource = (key: string) => string | readonly string[] | undefined;

/** May `principal` do `action` to `resource`? Absent principal: anonymous. */
export interface Question {
  readonly principal?: Principal;
  /** AWS's names for S3 (`s3:GetObject`), {@link OCI_ACTIONS} for repositories; `admin:…`, `rbac:…` elsewhere. */
  readonly action: string;
  readonly resource: Resource;
  /** What the request says; the authorizer itself knows all about principal and resource. */
  readonly attributes?: AttributeSource;
}

/** What can be done to a repository. `oci:tag` is a condition key of all that name a tag. */
export const OCI_ACTIONS = [
  /** Make it, by pushing to it. */
  'oci:CreateRepository',
  /** See that it is there: in the catalog. */
  'oci:DescribeRepository',
  'oci:ListTags',
  'oci:ListReferrers',
  'oci:GetManifest',
  /** Read a blob, and mount it elsewhere. */
  'oci:GetBlob',
  /** Upload a blob, or mount one here. */
  'oci:PutBlob',
  'oci:DeleteBlob',
  'oci:PutManifest',
  /** With all its tags, each of which needs `oci:DeleteTag` besides. */
  'oci:DeleteManifest',
  'oci:CreateTag',
  /** Move a tag to another manifest. */
  'oci:OverwriteTag',
  'oci:DeleteTag',
] as const;

export type OciAction = (typeof OCI_ACTIONS)[number];

export interface Decision {
  readonly allow: boolean;
  /** For people and the audit log: which rule decided. */
  readonly reason: string;
  /** With `allow: false`: it depends on the object's owner, ACL or tags. Ask again with `resource.object`. */
  readonly needsObject?: true;
}

/** The decision, for people. */
export interface Explanation extends Decision {
  /** The rules that were looked at, in order. */
  readonly steps: readonly string[];
  /** Absent: no statement of a policy decided. */
  readonly decidedBy?: DecidingStatement;
  /** What would have to allow it, where nothing did: "no identity policy allows oci:PutManifest on arn:zas:oci:::team/app". */
  readonly missing?: string;
}

export interface DecidingStatement {
  /** Name of its policy; without one, what it is: "bucket policy". */
  readonly policy?: string;
  /** As the reason names it: by its Sid or its place. */
  readonly statement: string;
  readonly effect: 'Allow' | 'Deny';
}

/**
 * Part of a bucket's keys, or of the names of repositories, that an action may see:
 * what begins with an allowed prefix or is an allowed name, but with no denied prefix
 * and no denied name. Nothing allowed: nothing; `['']`: everything.
 */
export interface Narrowing {
  readonly allowedPrefixes: readonly string[];
  readonly deniedPrefixes: readonly string[];
  /** Absent: none. Only for repositories. */
  readonly allowedNames?: readonly string[];
  readonly deniedNames?: readonly string[];
  /** True when each entry that this lets through must still be asked about. */
  readonly residual: boolean;
}

/** What there is to say about a policy before it is stored. */
export interface PolicyReport {
  /** Why it cannot be one, for its writer; absent: it can. */
  readonly problem?: string;
  /** It allows something to everybody, see S3's "The meaning of public". */
  readonly public: boolean;
}

/**
 * The one place where access is decided, for every door. Where none is loaded,
 * everything is denied.
 */
export interface Authorizer {
  decide(context: CallContext, question: Question): Promise<Decision>;
  /** One decision per question, in order. */
  decideMany(context: CallContext, questions: readonly Question[]): Promise<readonly Decision[]>;
  /**
   * Turns an action on a bucket into key prefixes, and one on all repositories of an
   * owner into prefixes and names, so that a listing seeks in the index. Whatever is
   * allowed is within the answer.
   */
  narrow(context: CallContext, question: Question): Promise<Narrowing>;
  /** The decision with the rules that were looked at, for people. */
  explain(context: CallContext, question: Question): Promise<Explanation>;
  /** Reads a policy document that somebody wants to attach to a bucket. Never rejects for what is in it. */
  examinePolicy(context: CallContext, policy: string, bucket: { readonly name: string; readonly ownerAccount: string }): Promise<PolicyReport>;
}

export const authorizer = definePoint<Authorizer>('access.authorizer/v1alpha', 'one');
