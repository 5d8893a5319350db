import type { IncomingHttpHeaders } from 'node:http';
import type { Account, BucketRecord, ObjectFacts, ObjectResource, ObjectVersion, PolicyReport, Principal } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ObjectStore } from '@zas/object-store';
import type { PostSignature, S3Target } from '@zas/s3-protocol';
import type { Limits } from '@zas/config';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import type { GivenAttributes } from './request-attributes.js';
import type { RequestBody } from './request-body.js';

/** What is the same for all requests of the S3 door. */
export interface S3Settings {
  readonly region: string;
  readonly baseDomains: readonly string[];
  readonly publicUrl: string | undefined;
  /** Accept presigned URLs of Signature Version 2. */
  readonly presignedV2: boolean;
  /** What buckets are given that say nothing themselves. */
  readonly defaultObjectOwnership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  readonly defaultPublicAccessBlock: boolean;
  /** Show `DisplayName` beside canonical ids. */
  readonly ownerDisplayName: boolean;
  readonly limits: Limits;
  /** Seals continuation tokens. */
  readonly tokenSecret: Buffer;
}

/** What a permission is asked for. */
export interface AccessTarget {
  readonly bucket: BucketRecord;
  readonly key?: string;
  readonly versionId?: string;
  /** What is there, when the asker knows it, or what will be; absent: it is looked up if it matters. */
  readonly object?: ObjectFacts;
  /** Who began the multipart upload that the action is about. */
  readonly initiator?: ObjectResource['initiator'];
}

/** One S3 request, as an operation sees it: authenticated, and authorised for its route's base permission. */
export interface S3Call {
  readonly context: RequestContext;
  readonly store: ObjectStore;
  readonly settings: S3Settings;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: S3Target;
  /** False for anonymous requests. */
  readonly signed: boolean;
  readonly body: RequestBody;
  /** The request itself, for bodies that are not S3's framing. */
  readonly exchange: Exchange;
  /** The bucket of the target. Throws for routes on the service and for CreateBucket. */
  readonly bucket: BucketRecord;
  /** The key of the target. Throws for routes without one. */
  readonly key: string;
  /** `versionId` of the target. */
  readonly versionId: string | undefined;
  /** Who signed. Throws `AccessDenied` for anonymous callers. */
  readonly principal: Principal;
  /** Account id of who asks; the anonymous one for unsigned requests. */
  readonly caller: string;
  /**
   * The tags upon which the base permission was given, where it depended on the
   * object; a write passes them on, so that the commit holds them.
   */
  readonly observedTags: ObjectFacts['tags'];
  /** Asks for a permission on the target of the request, or another one; throws `AccessDenied`. */
  authorize(action: string, target?: AccessTarget, given?: GivenAttributes): Promise<void>;
  /** Asks for a permission on the bucket that is to be made, or on the service; throws `AccessDenied`. */
  authorizeNew(action: string, given?: GivenAttributes): Promise<void>;
  /** As `authorize`, for what is shown or not. */
  may(action: string, target?: AccessTarget, given?: GivenAttributes): Promise<boolean>;
  /**
   * Permissions on the target that were given upon the object that was there then are
   * asked for again upon this version, which is the one that is going to be shown or
   * changed. Throws `AccessDenied`.
   */
  confirm(version: ObjectVersion): Promise<void>;
  /** As `may`, upon settings that the bucket does not have yet. */
  wouldBeAllowed(action: string, bucket: BucketRecord): Promise<boolean>;
  /** Reads a policy for a bucket; `NotImplemented` where no access plugin is loaded. */
  examinePolicy(policy: string, bucket: BucketRecord): Promise<PolicyReport>;
  /** For showing owners: the account, or just its id where it is not known any more. */
  account(accountId: string): Promise<Account>;
  /** The account with that canonical id. */
  accountByCanonicalId(canonicalId: string): Promise<Account | undefined>;
  /** Verifies the signature of a form and makes its signer the principal. Throws as header signatures do. */
  identifyForm(signature: PostSignature, policy: string): Promise<void>;
  /**
   * From here on conditions are about these headers, made of a form's fields: those of
   * the request itself are not signed with a form and describe nothing.
   */
  describedBy(fields: IncomingHttpHeaders): void;
}

export type S3Operation = (call: S3Call) => Promise<Answer>;

/** Whether an operation takes a body: its bytes, an XML document, a form, or none. */
export type BodyMode = 'stream' | 'xml' | 'form' | 'none';
