import crypto from 'node:crypto';
import type { CallContext, Clock, Logger } from '@zas/plugin-api';
import {
  INTENT_KINDS,
  StoreError,
  admission,
  auditTrail,
  authenticator,
  authorizer,
  blobStore,
  credentials,
  deriveAccountId,
  eventListener,
  metadataStore,
  meter,
  noopMeter,
  credentialRenewal,
  securityTokens,
} from '@zas/plugin-api';
import type { Config } from '@zas/config';
import { ByteBudget, ContentStore, CorruptionLog, HashPool, SessionBytes, WriterEpoch } from '@zas/content-store';
import type { ArtifactRegistry } from '@zas/artifact-registry';
import { PullRecorder } from '@zas/artifact-registry';
import { viewedMetadata } from '@zas/artifact-views';
import type { ObjectStore } from '@zas/object-store';
import { RequestContext, createRequestIds } from '@zas/observability';
import type { PluginHost } from '@zas/plugin-host';
import { documentOnce } from './api-document/document-once.js';
import { ApiCors } from './http/api-cors.js';
import { ClientAddresses } from './http/client-address.js';
import { ClientCertificates } from './http/client-certificates.js';
import type { ConnectionCount } from './http/create-server.js';
import { ExchangeAudit } from './http/exchange-audit.js';
import { Exchanges } from './http/exchanges.js';
import { HttpMeters, meterProcess } from './http/http-meters.js';
import { RateLimits } from './http/rate-limits.js';
import { addFeedDelivery } from './jobs/feed-delivery.js';
import { addHousekeeping } from './jobs/housekeeping.js';
import type { JobRunner } from './jobs/job-runner.js';
import { addRegistryHousekeeping, keepPulls } from './jobs/registry-housekeeping.js';
import { listTokenSecret } from './list-token-secret.js';
import { anonymousSettings } from './oci/anonymous-policy.js';
import { OciDoor } from './oci/oci-door.js';
import { repositoryRules } from './oci/repository-rules.js';
import { TokenDoor } from './oci/token/token-door.js';
import { TokenKeys } from './oci/token/token-keys.js';
import { TokenService } from './oci/token/token-service.js';
import type { PluginCallMeter } from './plugins/plugin-call-meter.js';
import type { ObjectsService } from './plugins/objects-service.js';
import { S3Door } from './s3/s3-door.js';
import { StsDoor } from './sts/sts-door.js';
import { sleepUnless } from './jobs/sleep.js';
import { createRandomText } from './random-text.js';
import type { ServerRuntime } from './server-runtime.js';
import { serverVersion } from './server-version.js';
import { viewAccess } from './view-access.js';

const EPOCH_LEASE_MS = 30_000;

export interface RuntimeParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly plugins: PluginHost;
  readonly jobs: JobRunner;
  readonly objects: ObjectsService;
  readonly calls: PluginCallMeter;
  readonly connections: ConnectionCount;
}

/** The running server behind the doors, and how to end it once the doors are shut. */
export interface BuiltRuntime {
  readonly runtime: ServerRuntime;
  stop(): Promise<void>;
}

/** Puts the started plugins together into stores, doors and jobs. */
export async function buildRuntime(parts: RuntimeParts): Promise<BuiltRuntime> {
  const { config, logger, clock, plugins, jobs } = parts;
  const { limits } = config;
  const points = plugins.points();
  const holder = crypto.randomUUID();
  const requestId = createRequestIds((buffer) => crypto.randomFillSync(buffer));
  const context = new RequestContext({ requestId: requestId(), logger });
  const [metadata, blobs, access] = [points.one(metadataStore), points.one(blobStore), points.optional(authorizer)];
  const missing = INTENT_KINDS.filter((kind) => !metadata.intents.has(kind));
  if (missing.length > 0) throw new StoreError('not-implemented', `The metadata store does not know: ${missing.join(', ')}`);

  const meters = points.optional(meter) ?? noopMeter;
  parts.calls.bind(meters);
  const budget = new ByteBudget(limits.byteBudget, limits.budgetWaitSeconds * 1000);
  const hashes = new HashPool(budget.memory, limits.hashWorkers);
  const epoch = new WriterEpoch(context, {
    metadata,
    clock,
    holder,
    ttlMs: EPOCH_LEASE_MS,
    aroundRenewal: () => {
      const asked = content.doubtful.take();
      return () => content.doubtful.resolve(asked, metadata, blobs, context);
    },
  });
  const { inlineBytes, flushMilliseconds: flushMs, putBytes, objectBytes, minPartBytes, partCount } = limits;
  const corruption = new CorruptionLog(metadata, clock);
  const content = new ContentStore({ blobs, ledger: metadata.blobs, corruption, budget, hashes, epoch, inlineBytes, flushMs });
  await epoch.start();
  const store: ObjectStore = {
    metadata,
    content,
    admissions: points.all(admission),
    clock,
    random: createRandomText((buffer) => crypto.randomFillSync(buffer)),
    limits: { putBytes, objectBytes, minPartBytes, partCount },
  };
  parts.objects.bind(store, access);
  addHousekeeping(jobs, content, { metadata, blobs, clock, graceMs: limits.collectGraceSeconds * 1000, holder }, limits);

  const { perAddress, perPrincipal } = config.http.rateLimits;
  const addresses = new ClientAddresses(config.http.trustedProxies);
  const trail = points.optional(auditTrail);
  const exchanges = new Exchanges({
    logger,
    clock,
    requestId,
    addresses,
    certificates: new ClientCertificates(addresses, config.http.clientCertificateHeader, clock),
    meters: new HttpMeters(meters),
    limits: perAddress || perPrincipal ? new RateLimits(config.http.rateLimits, clock, meters) : undefined,
    audit: trail && new ExchangeAudit(trail, clock),
    requestSeconds: limits.requestSeconds,
    drainBytes: limits.drainBytes,
  });
  const stopMetering = meterProcess(meters, { connections: () => parts.connections.open, budget, corruption });
  const { oci: ociConfig } = config;
  const registry: ArtifactRegistry = {
    metadata,
    content,
    sessions: new SessionBytes(content),
    clock,
    random: store.random,
    limits: { blobBytes: limits.blobBytes, uploadIdleMs: ociConfig.uploadIdleSeconds * 1000, collectDelayMs: ociConfig.collectDelaySeconds * 1000 },
    rulesOf: repositoryRules(ociConfig.repositories),
  };
  addRegistryHousekeeping(jobs, registry, config);
  const lost = (own: CallContext, reason: string) =>
    trail?.note({ at: clock.now(), kind: 'change', outcome: 'failed', action: 'host:DeliverChanges', resource: '*', reason, requestId: own.requestId });
  const delivery = { metadata, clock, pollMs: limits.feedPollMilliseconds, sleep: sleepUnless, lost };
  await addFeedDelivery(jobs, points.all(eventListener), delivery, context);
  jobs.start({ metadata, clock, logger, holder, requestId });
  const pulls = new PullRecorder(metadata);
  const stopPulls = keepPulls(pulls, context);
  const lifetimes = { access: ociConfig.tokenSeconds, refresh: ociConfig.refreshTokenSeconds };
  const keys = new TokenKeys(metadata, clock, Math.max(lifetimes.access, lifetimes.refresh) * 1000);
  const anonymous = anonymousSettings(ociConfig.anonymous);
  const { views } = config;
  const hasViews = views.repositories.length + views.buckets.length > 0;
  // Only the doors see views; jobs work on what is there.
  const viewed = hasViews ? viewedMetadata({ metadata, ...views, access: viewAccess(access, anonymous) }) : metadata;
  const positionSecret = await listTokenSecret(metadata, context);
  const registryDoor = {
    registry: { ...registry, metadata: viewed },
    pulls,
    authenticators: points.all(authenticator),
    authorizer: access,
    tokens: new TokenService(keys, { credentials: points.one(credentials), renewal: points.capability(credentials, credentialRenewal) }, clock, lifetimes),
    settings: {
      region: config.s3.region,
      manifestBytes: limits.manifestBytes,
      positionSecret,
      anonymous,
      rootAccount: deriveAccountId('root'),
    },
    publicUrl: config.http.publicUrl,
  };
  const s3 = new S3Door({
    store: { ...store, metadata: viewed },
    credentials: points.one(credentials),
    authorizer: access,
    clock,
    hostId: crypto.randomBytes(32).toString('base64'),
    settings: {
      region: config.s3.region,
      baseDomains: config.s3.baseDomains,
      publicUrl: config.http.publicUrl,
      presignedV2: config.s3.presignedV2,
      defaultObjectOwnership: config.s3.defaultObjectOwnership,
      defaultPublicAccessBlock: config.s3.defaultPublicAccessBlock,
      ownerDisplayName: config.s3.ownerDisplayName,
      limits,
      tokenSecret: positionSecret,
    },
  });
  const rest = { authenticators: points.all(authenticator), authorizer: access, clock, region: config.s3.region, publicUrl: config.http.publicUrl };
  const cors = config.http.cors.origins.length > 0 ? new ApiCors(config.http.cors) : undefined;
  const temporary = points.optional(securityTokens);
  const sts = temporary && new StsDoor({ tokens: temporary, credentials: points.one(credentials), clock, region: config.s3.region });
  const runtime: ServerRuntime = {
    plugins,
    points,
    exchanges,
    s3,
    sts,
    oci: new OciDoor(registryDoor),
    token: new TokenDoor(registryDoor),
    rest,
    cors,
    registry,
    docs: config.http.apiDocs,
    draining: false,
    routes: [],
    apiDocument: documentOnce(() => ({ routes: runtime.routes, version: serverVersion(), sts: sts !== undefined, baseDomain: config.s3.baseDomains[0] })),
  };
  return {
    runtime,
    stop: async () => {
      stopMetering();
      parts.calls.stop();
      await stopPulls();
      await jobs.drain();
      await epoch.stop();
      await hashes.stop();
    },
  };
}
