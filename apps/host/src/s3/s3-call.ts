import type { IncomingHttpHeaders } from 'node:http';
import type { Account, BucketRecord, Principal, Resource } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ObjectStore } from '@zas/object-store';
import type { S3Target } from '@zas/s3-protocol';
import type { Limits } from '@zas/config';
import type { Answer } from '../http/answer.js';
import type { RequestBody } from './request-body.js';

/** What is the same for all requests of the S3 door. */
export interface S3Settings {
  readonly region: string;
  readonly baseDomains: readonly string[];
  readonly publicUrl: string | undefined;
  /** Accept presigned URLs of Signature Version 2. */
  readonly presignedV2: boolean;
  readonly limits: Limits;
  /** Seals continuation tokens. */
  readonly tokenSecret: Buffer;
}

/** One authenticated and authorised S3 request, as an operation sees it. */
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
  /** The bucket of the target. Throws for routes on the service and for CreateBucket. */
  readonly bucket: BucketRecord;
  /** The key of the target. Throws for routes without one. */
  readonly key: string;
  /** Who signed. Throws `AccessDenied` for anonymous callers. */
  readonly principal: Principal;
  /** Asks for a derived permission; throws `AccessDenied`. */
  authorize(action: string, resource: Resource): Promise<void>;
  /** For showing owners: the account, or just its id where it is not known any more. */
  account(accountId: string): Promise<Account>;
}

export type S3Operation = (call: S3Call) => Promise<Answer>;

/** Whether an operation takes a body: its bytes, an XML document, or none. */
export type BodyMode = 'stream' | 'xml' | 'none';
