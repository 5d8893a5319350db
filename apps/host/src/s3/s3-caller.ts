import type { IncomingHttpHeaders } from 'node:http';
import type { Account, Authorizer, BucketRecord, Credentials, Decision, ObjectFacts, ObjectVersion, PolicyReport, Principal, Resource } from '@zas/plugin-api';
import { ANONYMOUS_ACCOUNT_ID } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ObjectStore } from '@zas/object-store';
import type { PostSignature, S3Target } from '@zas/s3-protocol';
import { isKey, s3Error } from '@zas/s3-protocol';
import type { Exchange } from '../http/exchange.js';
import { factsOf } from './object-facts.js';
import type { AttributedRequest, GivenAttributes } from './request-attributes.js';
import { requestAttributes } from './request-attributes.js';
import type { RequestBody } from './request-body.js';
import type { AccessTarget, S3Call, S3Settings } from './s3-call.js';

export interface S3CallParts {
  readonly exchange: Exchange;
  readonly store: ObjectStore;
  readonly settings: S3Settings;
  readonly method: string;
  readonly target: S3Target;
  /** Of the request, with those that stand in the query of a presigned URL. */
  readonly headers: IncomingHttpHeaders;
  readonly signature: AttributedRequest['signature'];
  readonly body: RequestBody;
  readonly bucket: BucketRecord | undefined;
  readonly credentials: Credentials;
  readonly authorizer: Authorizer | undefined;
  readonly verifyForm: (signature: PostSignature, policy: string) => Promise<Principal>;
}

/** The call as operations see it, over its parts. */
export class S3Caller implements S3Call {
  readonly exchange: Exchange;
  readonly context: RequestContext;
  readonly store: ObjectStore;
  readonly settings: S3Settings;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: S3Target;
  readonly body: RequestBody;
  /** True once the authorizer was asked for a permission. */
  asked = false;
  private signature: AttributedRequest['signature'];
  /** What conditions are about. */
  private described: IncomingHttpHeaders;
  private observed: ObjectFacts | null | undefined;
  /** Permissions on the target that were given upon the object that was there. */
  private readonly dependent: { readonly action: string; readonly given: GivenAttributes | undefined }[] = [];

  constructor(private readonly parts: S3CallParts) {
    this.exchange = parts.exchange;
    this.context = parts.exchange.context;
    this.store = parts.store;
    this.settings = parts.settings;
    this.method = parts.method;
    this.headers = parts.headers;
    this.described = this.headers;
    this.target = parts.target;
    this.body = parts.body;
    this.signature = parts.signature;
  }

  get signed(): boolean {
    return this.signature !== undefined;
  }

  get bucket(): BucketRecord {
    if (!this.parts.bucket) throw new Error('This route has no bucket');
    return this.parts.bucket;
  }

  get key(): string {
    if (this.target.key === undefined) throw new Error('This route has no key');
    return this.target.key;
  }

  get versionId(): string | undefined {
    return this.target.query.get('versionId');
  }

  get principal(): Principal {
    if (!this.context.principal) throw s3Error('AccessDenied');
    return this.context.principal;
  }

  get caller(): string {
    return this.context.principal?.account.id ?? ANONYMOUS_ACCOUNT_ID;
  }

  get observedTags(): ObjectFacts['tags'] {
    return this.observed ? (this.observed.tags ?? {}) : undefined;
  }

  async authorize(action: string, target?: AccessTarget, given?: GivenAttributes): Promise<void> {
    const about = target ?? this.ownTarget();
    const decision = await this.decide(action, about, given);
    if (!decision.allow) throw this.refused(action, resourceOf(about), decision);
  }

  async may(action: string, target?: AccessTarget, given?: GivenAttributes): Promise<boolean> {
    return (await this.decide(action, target ?? this.ownTarget(), given)).allow;
  }

  async wouldBeAllowed(action: string, bucket: BucketRecord): Promise<boolean> {
    return (await this.decide(action, { bucket }, undefined)).allow;
  }

  async authorizeNew(action: string, given?: GivenAttributes): Promise<void> {
    const resource = this.serviceResource();
    const decision = await this.ask(action, resource, given);
    if (!decision.allow) throw this.refused(action, resource, decision);
  }

  async examinePolicy(policy: string, bucket: BucketRecord): Promise<PolicyReport> {
    const { authorizer } = this.parts;
    if (!authorizer) throw s3Error('NotImplemented');
    return authorizer.examinePolicy(this.context, policy, { name: bucket.name, ownerAccount: bucket.owner });
  }

  async account(accountId: string): Promise<Account> {
    const known = await this.parts.credentials.account(this.context, accountId);
    return known ?? { id: accountId, canonicalId: accountId, displayName: accountId };
  }

  accountByCanonicalId(canonicalId: string): Promise<Account | undefined> {
    return this.parts.credentials.accountByCanonicalId(this.context, canonicalId);
  }

  async identifyForm(signature: PostSignature, policy: string): Promise<void> {
    this.context.principal = await this.parts.verifyForm(signature, policy);
    this.exchange.admitPrincipal();
    this.signature = { form: 'POST', version: 'AWS4-HMAC-SHA256', signedAt: signature.signedAt };
  }

  async confirm(version: ObjectVersion): Promise<void> {
    const target = { ...this.ownTarget(), object: factsOf(version) };
    for (const { action, given } of this.dependent) {
      const decision = await this.decide(action, target, given);
      if (!decision.allow) throw this.refused(action, resourceOf(target), decision);
    }
  }

  describedBy(fields: IncomingHttpHeaders): void {
    const { referer, 'user-agent': userAgent } = this.headers;
    this.described = { ...fields, referer, 'user-agent': userAgent };
  }

  private refused(action: string, resource: Resource, decision: Decision): Error {
    this.exchange.refuse({ action, resource, decision });
    return s3Error('AccessDenied', { cause: decision.reason });
  }

  private ownTarget(): AccessTarget {
    return { bucket: this.bucket, key: this.target.key, versionId: this.versionId };
  }

  /** CreateBucket is asked about the bucket to be, which would be the caller's. */
  private serviceResource(): Resource {
    const { bucket } = this.target;
    return bucket === undefined ? { type: 'service' } : { type: 'bucket', bucket, ownerAccount: this.caller };
  }

  /** Asks; where the object itself matters it is looked up and asked about again. */
  private async decide(action: string, target: AccessTarget, given: GivenAttributes | undefined): Promise<Decision> {
    const { bucket, key, versionId, object: known, initiator } = target;
    const about = { bucket: bucket.name, ownerAccount: bucket.owner, settings: bucket.settings };
    if (key === undefined) return this.ask(action, { type: 'bucket', ...about }, given);
    const decision = await this.ask(action, { type: 'object', ...about, key, versionId, object: known, initiator }, given);
    if (!decision.needsObject || known) return decision;
    // Nothing is stored under a name that is none.
    const found = isKey(key) ? await this.store.metadata.objects.find(this.context, { bucketId: bucket.id, key, versionId }) : undefined;
    const object = found && !found.deleteMarker ? factsOf(found) : null;
    if (this.isOwn(target)) {
      this.observed = object;
      this.dependent.push({ action, given });
    }
    return this.ask(action, { type: 'object', ...about, key, versionId, object, initiator }, given);
  }

  private isOwn({ bucket, key, versionId }: AccessTarget): boolean {
    return bucket === this.parts.bucket && key === this.target.key && versionId === this.versionId;
  }

  private async ask(action: string, resource: Resource, given: GivenAttributes | undefined): Promise<Decision> {
    this.asked = true;
    const { authorizer } = this.parts;
    if (!authorizer) return { allow: false, reason: 'no authorizer is loaded' };
    const decision = await authorizer.decide(this.context, { principal: this.context.principal, action, resource, attributes: this.attributes(given) });
    this.exchange.asked = { action, resource, decision };
    return decision;
  }

  private attributes(given: GivenAttributes | undefined) {
    const request: AttributedRequest = {
      headers: this.described,
      query: this.target.query,
      address: this.context.address,
      secure: this.exchange.secure,
      region: this.settings.region,
      signature: this.signature,
      now: this.store.clock.now(),
    };
    return requestAttributes(request, given);
  }
}

/** What was asked about, by name. */
function resourceOf({ bucket: { name, owner }, key, versionId }: AccessTarget): Resource {
  return key === undefined ? { type: 'bucket', bucket: name, ownerAccount: owner } : { type: 'object', bucket: name, ownerAccount: owner, key, versionId };
}
