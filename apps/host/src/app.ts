import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { Server as TlsServer } from 'node:https';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock, Logger } from '@zas/plugin-api';
import { credentials, blobStore, jobs as jobsService, metadataStore, objects as objectsService, systemClock } from '@zas/plugin-api';
import type { LoadedConfig } from '@zas/config';
import { overlayPlugins } from '@zas/config';
import { type OnCall, PluginHost } from '@zas/plugin-host';
import type { ApiDocument } from './api-document/api-document.js';
import { AppModule } from './app.module.js';
import { buildRuntime, type BuiltRuntime } from './build-runtime.js';
import { builtInPlugins } from './built-in-plugins.js';
import { makeDataFolder } from './data-folder.js';
import { classifyRequest } from './http/classify-request.js';
import { ConnectionCount, type WebServer, createServer } from './http/create-server.js';
import { NestLogger } from './http/nest-logger.js';
import { JobRunner } from './jobs/job-runner.js';
import { PluginCallMeter } from './plugins/plugin-call-meter.js';
import { ObjectsService } from './plugins/objects-service.js';
import { rootCredentials, type RootCredentials } from './root-credentials.js';
import { openTls } from './tls/open-tls.js';

export interface ServerOptions {
  readonly loaded: LoadedConfig;
  readonly logger: Logger;
  readonly clock?: Clock;
}

export interface RunningServer {
  readonly url: string;
  readonly root: RootCredentials;
  readonly plugins: PluginHost;
  readonly jobs: JobRunner;
  /** The OpenAPI document of all that it answers. */
  apiDocument(): Promise<ApiDocument>;
  /** Refuses new requests, finishes those that run, stops the plugins. Idempotent. */
  stop(): Promise<void>;
}

/** The plugin host over the built-in set with the config laid over it; nothing is loaded yet. */
export function createPluginHost({ loaded, logger, clock }: ServerOptions, root: RootCredentials, onCall?: OnCall): PluginHost {
  const { config, resolveFrom, pluginEnvironment } = loaded;
  const { startSeconds, drainSeconds, stopSeconds } = config.limits;
  return new PluginHost({
    plugins: overlayPlugins(builtInPlugins(config, root), config.plugins).map((plugin) => ({
      ...plugin,
      places: plugin.builtIn ? { from: import.meta.filename } : undefined,
    })),
    resolveFrom,
    pluginsDir: config.pluginsDir,
    server: import.meta.filename,
    dataDir: config.data.dir,
    logger,
    clock,
    onCall,
    environment: { variables: pluginEnvironment, readFile: (file) => readFileSync(file, 'utf8') },
    limits: { start: startSeconds * 1000, drain: drainSeconds * 1000, stop: stopSeconds * 1000 },
    needed: [metadataStore, blobStore, credentials],
  });
}

/** Starts everything. What had begun is stopped again when it rejects. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { loaded, logger, clock = systemClock } = options;
  const { config } = loaded;
  await makeDataFolder(config.data.dir);
  const root = await rootCredentials(config);
  const tls = await openTls(config, logger);
  const calls = new PluginCallMeter();
  const plugins = createPluginHost(options, root, calls.onCall);
  const [jobs, objects] = [new JobRunner(), new ObjectsService()];
  plugins.provideService(jobsService, jobs);
  plugins.provideService(objectsService, objects);
  await plugins.boot();
  let server: WebServer | undefined;
  let built: BuiltRuntime | undefined;
  let app: NestFastifyApplication | undefined;
  const pidFile = path.join(config.data.dir, 'server.pid');
  const release = async () => {
    tls?.stop();
    await built?.stop();
    await plugins.stop();
    await fs.rm(pidFile, { force: true });
  };
  try {
    const connections = new ConnectionCount();
    built = await buildRuntime({ config, logger, clock, plugins, jobs, objects, calls, connections });
    const { runtime } = built;
    const adapter = new FastifyAdapter({
      // Fastify's type also covers HTTP/2, which this server does not speak.
      serverFactory: (listener: unknown) => (server = createServer(config.limits, listener as RequestListener, connections, tls?.options)),
      rewriteUrl: (request: unknown) => classifyRequest(request as IncomingMessage, config.s3.baseDomains),
    });
    app = await NestFactory.create<NestFastifyApplication>(AppModule.over(runtime), adapter, {
      bodyParser: false,
      logger: new NestLogger(logger),
    });
    await fs.writeFile(pidFile, `${process.pid}\n`);
    await app.listen(config.http.port, config.http.host);
    if (server instanceof TlsServer) tls?.keepCurrent(server);
    const url = (await app.getUrl()).replace(/^http:/, tls ? 'https:' : 'http:');
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      runtime.draining = true;
      const closed = app!.close();
      server!.closeIdleConnections();
      await runtime.exchanges.drain(config.limits.drainSeconds * 1000);
      connections.cut();
      await closed;
      await plugins.drain();
      await release();
    };
    return { url, root, plugins, jobs, apiDocument: () => runtime.apiDocument(), stop: () => (stopping ??= stop()) };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await release();
    throw error;
  }
}
