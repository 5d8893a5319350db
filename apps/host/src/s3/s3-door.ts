import type { Authorizer, BucketRecord, Clock, Credentials } from '@zas/plugin-api';
import type { ObjectStore } from '@zas/object-store';
import { findObject, requireBucket } from '@zas/object-store';
import type { S3Target } from '@zas/s3-protocol';
import {
  SigningKeyCache,
  canonicalHeaderCase,
  checkBucketName,
  checkKey,
  parseTarget,
  presignedHeaders,
  readExpectedOwner,
  readRequestPayer,
  renderErrorXml,
  s3Error,
  splitUrl,
  toS3Error,
} from '@zas/s3-protocol';
import type { Answer } from '../http/answer.js';
import type { Door } from '../http/door.js';
import type { Exchange } from '../http/exchange.js';
import { RESERVED_NAMES } from '../http/reserved-names.js';
import { authenticateForm, authenticateS3 } from './authenticate-s3.js';
import { crossOriginHeaders } from './cross-origin.js';
import { hideAbsence } from './hide-absence.js';
import { RequestBody } from './request-body.js';
import type { S3Settings } from './s3-call.js';
import { S3Caller } from './s3-caller.js';
import type { S3Route } from './s3-route.js';
import { findRoute } from './s3.routes.js';
import { checkVersionId } from './version-id.js';

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
const READS = new Set(['GET', 'HEAD']);

/** The S3 protocol: target, route, authentication, bucket, base permission, operation. */
export class S3Door implements Door {
  readonly name = 's3';
  private readonly keyCache = new SigningKeyCache(SIGNING_KEYS);
  /** What the errors of a request name, as far as it was read. */
  private readonly targets = new WeakMap<Exchange, S3Target>();

  constructor(private readonly parts: S3DoorParts) {}

  async handle(exchange: Exchange): Promise<Answer> {
    const { store, credentials, authorizer, clock, settings } = this.parts;
    const { request, context } = exchange;
    const method = request.method ?? 'GET';
    checkHost(request.rawHeaders);
    const target = parseTarget({ host: request.headers.host, rawUrl: exchange.url, baseDomains: settings.baseDomains });
    this.targets.set(exchange, target);
    const headers = presignedHeaders(request.headers, target.query);
    const route = findRoute(method, target, headers);
    exchange.operation = route.name;
    if (headers.origin !== undefined) exchange.answerHeaders = await crossOriginHeaders(store, context, target, method, headers);
    const { region, presignedV2 } = settings;
    const how = { credentials, clock, region, presignedV2, keyCache: this.keyCache };
    const view = { method, rawPath: target.rawPath, rawQuery: target.rawQuery, headers: request.headers, rawHeaders: request.rawHeaders };
    // Preflights carry no credential, forms carry theirs inside.
    const signed = route.access === 'none' || route.access === 'form' ? undefined : await authenticateS3(how, context, view, target);
    exchange.admitPrincipal();
    checkTarget(target, route);
    const bucket = needsBucket(route) ? await requireBucket(store, context, target.bucket!) : undefined;
    if (bucket && headers['x-amz-expected-bucket-owner'] !== undefined) checkOwner(bucket, readExpectedOwner(headers, 'x-amz-expected-bucket-owner'));
    const body = new RequestBody(exchange, signed?.payloadHash ?? { kind: 'unsigned' }, signed?.signing, store.content.documents);
    const call = new S3Caller({
      exchange,
      store,
      settings,
      method,
      target,
      headers,
      signature: signed?.signature,
      body,
      bucket,
      credentials,
      authorizer,
      verifyForm: (signature, policy) => authenticateForm(how, context, signature, policy),
    });
    if (route.access === 'route') await askBasePermission(call, route, bucket);
    try {
      if (bucket) checkPayer(call, bucket);
      const answer = await route.run(call);
      // A route that asks for its permission itself must have done so.
      if (!call.asked && route.access !== 'none') throw new Error(`${route.name} asked for no permission`);
      return this.spelled({ ...this.common(exchange), ...exchange.answerHeaders, ...answer.headers }, answer);
    } catch (error) {
      throw await hideAbsence(call, error);
    } finally {
      body.release();
    }
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    const { requestId } = exchange.context;
    const target = this.targets.get(exchange);
    const method = exchange.request.method ?? 'GET';
    const names = target && {
      bucket: target.bucket,
      key: target.key,
      versionId: target.query.get('versionId'),
      uploadId: target.query.get('uploadId'),
      method,
    };
    const rendered = toS3Error(error, names);
    const headers = { ...this.common(exchange), ...exchange.answerHeaders, ...rendered.headers };
    if (rendered.status === 304 || method === 'HEAD') return this.spelled(headers, { status: rendered.status });
    const resource = safeDecode(splitUrl(exchange.url).rawPath);
    return this.spelled(
      { ...headers, 'content-type': 'application/xml' },
      { status: rendered.status, body: renderErrorXml(rendered, { resource, requestId, hostId: this.parts.hostId }) },
    );
  }

  private common(exchange: Exchange): Record<string, string> {
    return { 'x-amz-id-2': this.parts.hostId, 'x-amz-request-id': exchange.context.requestId, server: 'ZotArtifactStore' };
  }

  /** Header names as AWS writes them: some clients compare case. */
  private spelled(headers: Answer['headers'], answer: Omit<Answer, 'headers'>): Answer {
    const spelled: Record<string, Answer['headers'][string]> = {};
    for (const name in headers) if (headers[name] !== undefined) spelled[canonicalHeaderCase(name)] = headers[name];
    return { status: answer.status, body: answer.body, headers: spelled };
  }
}

/** Two hosts are two buckets to whoever takes the other one (RFC 9112, 3.2). */
function checkHost(rawHeaders: readonly string[]): void {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') hosts++;
  if (hosts > 1) throw s3Error('BadRequest', { message: 'A request has one Host header' });
}

function checkTarget(target: S3Target, route: S3Route): void {
  if (target.bucket !== undefined) {
    checkBucketName(target.bucket);
    if (route.name === 'CreateBucket' && !target.virtualHost && RESERVED_NAMES.has(target.bucket)) {
      throw s3Error('InvalidBucketName', { fields: { BucketName: target.bucket } });
    }
  }
  if (target.key === undefined) return;
  checkKey(target.key);
  checkVersionId(target.query.get('versionId'));
}

/** A preflight is answered for buckets that are not there too, and CreateBucket makes its own. */
function needsBucket({ on, access, name }: S3Route): boolean {
  return on !== 'service' && access !== 'none' && name !== 'CreateBucket';
}

function checkOwner(bucket: BucketRecord, expected: string | undefined): void {
  if (expected !== undefined && expected !== bucket.owner) throw s3Error('AccessDenied');
}

/** Where the requester pays he says so, or is refused; what is charged is echoed. */
function checkPayer(call: S3Caller, bucket: BucketRecord): void {
  if (bucket.settings.requestPayer !== 'Requester' || call.caller === bucket.owner) return;
  if (!call.context.principal || !readRequestPayer(call.headers, call.target.query)) throw s3Error('AccessDenied');
  call.exchange.answerHeaders = { ...call.exchange.answerHeaders, 'x-amz-request-charged': 'requester' };
}

async function askBasePermission(call: S3Caller, route: S3Route, bucket: BucketRecord | undefined): Promise<void> {
  const action = route.versionAction !== undefined && call.versionId !== undefined ? route.versionAction : route.action;
  if (!bucket) return call.authorizeNew(action);
  if (await call.may(action, route.on === 'bucket' ? { bucket } : undefined)) return;
  const { asked } = call.exchange;
  if (route.on === 'object' && READS.has(route.method) && (await mayKnowAbsence(call, bucket))) {
    const { key, versionId } = call;
    await findObject(call.store, call.context, { bucket, key, versionId });
  }
  // Whether he may know of its absence is not what he asked for.
  call.exchange.asked = asked;
  throw s3Error('AccessDenied');
}

/** Who may list the bucket may know that nothing is there, whatever else he may not (GetObject, "Permissions"). */
function mayKnowAbsence(call: S3Caller, bucket: BucketRecord): Promise<boolean> {
  return call.may('s3:ListBucket', { bucket }, { prefix: call.key });
}

function safeDecode(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}
