import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';
import type { Principal } from '../principal.js';

/** What is acted upon. */
export type Resource =
  | { readonly type: 'service' }
  | { readonly type: 'bucket'; readonly bucket: string; readonly ownerAccount: string }
  | {
      readonly type: 'object';
      readonly bucket: string;
      /** Account that owns the bucket. */
      readonly ownerAccount: string;
      readonly key: string;
      readonly versionId?: string;
      /** Account that owns the object, when it exists and is known. */
      readonly objectOwner?: string;
    }
  | { readonly type: 'admin'; readonly name: string };

/** May `principal` do `action` to `resource`? Absent principal: anonymous. */
export interface Question {
  readonly principal?: Principal;
  /** AWS's names for S3 (`s3:GetObject`); `admin:…`, `rbac:…` elsewhere. */
  readonly action: string;
  readonly resource: Resource;
  /** Request attributes by condition key, lower case (`aws:sourceip`, `s3:prefix`). */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Decision {
  readonly allow: boolean;
  /** For people and the audit log: which rule decided. */
  readonly reason: string;
}

/** Part of a bucket that an action may see. Empty `allowedPrefixes`: nothing; `['']`: everything. */
export interface Narrowing {
  readonly allowedPrefixes: readonly string[];
  readonly deniedPrefixes: readonly string[];
  /** True when each entry must still be asked about one by one. */
  readonly residual: boolean;
}

/**
 * The one place where access is decided, for every door. Where none is loaded,
 * everything is denied.
 */
export interface Authorizer {
  decide(context: CallContext, question: Question): Promise<Decision>;
  /** One decision per question, in order. */
  decideMany(context: CallContext, questions: readonly Question[]): Promise<readonly Decision[]>;
  /** Turns an action on a bucket into key prefixes, so that a listing seeks in the index. */
  narrow(context: CallContext, question: Question): Promise<Narrowing>;
  /** The decision with the rules that were looked at, for people. */
  explain(context: CallContext, question: Question): Promise<Decision & { readonly steps: readonly string[] }>;
  /** Attributes that deciding `action` on this bucket may need; the door gathers just these. */
  attributesNeeded(context: CallContext, action: string, bucket?: string): Promise<readonly string[]>;
}

export const authorizer = definePoint<Authorizer>('access.authorizer/v1alpha', 'one');
