import type { Authorizer, BucketRecord, Clock, Credentials, Resource } from '@zas/plugin-api';
import type { ObjectStore } from '@zas/object-store';
import { requireBucket } from '@zas/object-store';
import type { S3Target } from '@zas/s3-protocol';
import { SigningKeyCache, checkBucketName, checkKey, parseTarget, renderErrorXml, s3Error, splitUrl, toS3Error } from '@zas/s3-protocol';
import type { Answer } from '../http/answer.js';
import type { Door } from '../http/door.js';
import type { Exchange } from '../http/exchange.js';
import { RESERVED_NAMES } from '../http/reserved-names.js';
import { authenticateS3 } from './authenticate-s3.js';
import { RequestBody } from './request-body.js';
import type { S3Settings } from './s3-call.js';
import { S3Caller } from './s3-caller.js';
import type { S3Route } from './s3.routes.js';
import { findRoute } from './s3.routes.js';

export interface S3DoorParts {
  readonly store: ObjectStore;
  readonly credentials: Credentials;
  readonly authorizer: Authorizer | undefined;
  readonly clock: Clock;
  readonly settings: S3Settings;
  /** Shown as `x-amz-id-2` and `HostId`. */
  readonly hostId: string;
}

const SIGNING_KEYS = 1000;

/** The S3 protocol: target, route, authentication, bucket, base permission, operation. */
export class S3Door implements Door {
  readonly name = 's3';
  private readonly keyCache = new SigningKeyCache(SIGNING_KEYS);

  constructor(private readonly parts: S3DoorParts) {}

  async handle(exchange: Exchange): Promise<Answer> {
    const { store, credentials, authorizer, clock, settings } = this.parts;
    const { request, context } = exchange;
    const { headers } = request;
    const method = request.method ?? 'GET';
    const target = parseTarget({ host: headers.host, rawUrl: exchange.url, baseDomains: settings.baseDomains });
    const route = findRoute(method, target, headers);
    exchange.operation = route.name;
    const view = { method, rawPath: target.rawPath, rawQuery: target.rawQuery, headers, rawHeaders: request.rawHeaders };
    const { region, presignedV2 } = settings;
    const signed = await authenticateS3({ credentials, clock, region, presignedV2, keyCache: this.keyCache }, context, view, target);
    checkTarget(target, route);
    const bucket = target.bucket !== undefined && route.name !== 'CreateBucket' ? await requireBucket(store, context, target.bucket) : undefined;
    const body = new RequestBody(exchange, signed?.payloadHash ?? { kind: 'unsigned' }, signed?.signing, store.content.budget);
    const call = new S3Caller({ context, store, settings, method, headers, target, signed: signed !== undefined, body, bucket, credentials, authorizer });
    await call.authorize(route.action, resourceOf(route, target, bucket));
    try {
      const answer = await route.run(call);
      return { ...answer, headers: { ...this.common(exchange), ...answer.headers } };
    } finally {
      body.release();
    }
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    const { requestId } = exchange.context;
    const rendered = toS3Error(error);
    const headers = { ...this.common(exchange), ...rendered.headers };
    if (rendered.status === 304 || exchange.request.method === 'HEAD') return { status: rendered.status, headers };
    const resource = safeDecode(splitUrl(exchange.url).rawPath);
    return {
      status: rendered.status,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: renderErrorXml(rendered, { resource, requestId, hostId: this.parts.hostId }),
    };
  }

  private common(exchange: Exchange): Record<string, string> {
    return { 'x-amz-request-id': exchange.context.requestId, 'x-amz-id-2': this.parts.hostId, server: 'ZotArtifactStore' };
  }
}

function checkTarget(target: S3Target, route: S3Route): void {
  if (target.bucket !== undefined) {
    checkBucketName(target.bucket);
    if (route.name === 'CreateBucket' && !target.virtualHost && RESERVED_NAMES.has(target.bucket)) {
      throw s3Error('InvalidBucketName', { fields: { BucketName: target.bucket } });
    }
  }
  if (target.key !== undefined) checkKey(target.key);
}

function resourceOf(route: S3Route, target: S3Target, bucket: BucketRecord | undefined): Resource {
  if (!bucket) return { type: 'service' };
  if (route.on === 'bucket') return { type: 'bucket', bucket: bucket.name, ownerAccount: bucket.owner };
  const versionId = target.query.get('versionId');
  return { type: 'object', bucket: bucket.name, ownerAccount: bucket.owner, key: target.key!, versionId };
}

function safeDecode(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}
