import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Authorizer, BucketRecord, Credentials, Principal, Resource } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ObjectStore } from '@zas/object-store';
import type { S3Target } from '@zas/s3-protocol';
import { s3Error } from '@zas/s3-protocol';
import type { RequestBody } from './request-body.js';
import type { S3Call, S3Settings } from './s3-call.js';

export interface S3CallParts {
  readonly context: RequestContext;
  readonly store: ObjectStore;
  readonly settings: S3Settings;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: S3Target;
  readonly signed: boolean;
  readonly body: RequestBody;
  readonly bucket: BucketRecord | undefined;
  readonly credentials: Credentials;
  readonly authorizer: Authorizer | undefined;
}

/** The call as operations see it, over its parts. */
export class S3Caller implements S3Call {
  readonly context: RequestContext;
  readonly store: ObjectStore;
  readonly settings: S3Settings;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: S3Target;
  readonly signed: boolean;
  readonly body: RequestBody;

  constructor(private readonly parts: S3CallParts) {
    this.context = parts.context;
    this.store = parts.store;
    this.settings = parts.settings;
    this.method = parts.method;
    this.headers = parts.headers;
    this.target = parts.target;
    this.signed = parts.signed;
    this.body = parts.body;
  }

  get bucket(): BucketRecord {
    if (!this.parts.bucket) throw new Error('This route has no bucket');
    return this.parts.bucket;
  }

  get key(): string {
    if (this.target.key === undefined) throw new Error('This route has no key');
    return this.target.key;
  }

  get principal(): Principal {
    if (!this.context.principal) throw s3Error('AccessDenied');
    return this.context.principal;
  }

  async authorize(action: string, resource: Resource): Promise<void> {
    const { authorizer } = this.parts;
    const decision = await authorizer?.decide(this.context, { principal: this.context.principal, action, resource });
    if (!decision?.allow) throw s3Error('AccessDenied', { cause: decision?.reason ?? 'no authorizer is loaded' });
  }

  async account(accountId: string): Promise<Account> {
    const known = await this.parts.credentials.account(this.context, accountId);
    return known ?? { id: accountId, canonicalId: accountId, displayName: accountId };
  }
}
