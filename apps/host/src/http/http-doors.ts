import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { HttpRoute } from '@zas/plugin-api';
import { healthProbe } from '@zas/plugin-api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MountedRoute } from '../api-document/mounted-route.js';
import { requireDeclared } from '../api-document/mounted-route.js';
import { adminRoutes } from '../admin/admin-routes.js';
import { registryRoutes } from '../admin/registry-routes.js';
import { healthRoutes } from '../admin/health-routes.js';
import { docsRoutes } from '../docs/docs-routes.js';
import { pluginRoutes } from '../plugins/plugin-routes.js';
import type { ServerRuntime } from '../server-runtime.js';
import { RUNTIME } from '../server-runtime.js';
import type { Door } from './door.js';
import { TOKEN_PATH } from '../oci/token/token-realm.js';
import { OCI_PATH, S3_PATH, STS_PATH, sentUrl } from './classify-request.js';
import { CorsDoor } from './cors-door.js';
import { RestDoor } from './rest-door.js';
import { allowedMethods, methodNotAllowedRoute, notFoundRoute } from './unanswered-routes.js';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH'];

/**
 * Puts the doors on Fastify. Every route hands the raw request to Exchanges before
 * Fastify parses anything: keys, content types and bodies reach a door as sent.
 */
@Injectable()
export class HttpDoors implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost,
    @Inject(RUNTIME) private readonly runtime: ServerRuntime,
    @Inject(HealthCheckService) private readonly terminus: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  onModuleInit(): void {
    const { runtime } = this;
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    this.mount(fastify, METHODS, S3_PATH, () => runtime.s3);
    this.mount(fastify, METHODS, OCI_PATH, () => this.open(runtime.oci));
    this.mount(fastify, METHODS, STS_PATH, () => runtime.sts ?? runtime.s3);
    this.mount(fastify, METHODS, TOKEN_PATH, () => this.open(runtime.token));
    const mounted = this.restRoutes();
    mounted.forEach(requireDeclared);
    runtime.routes = mounted;
    for (const { owner, route } of mounted) this.mountRest(fastify, route, owner);
    const allowed = allowedMethods(mounted.map(({ route }) => route));
    this.mount(fastify, METHODS, '/*', ({ url }) => {
      const methods = allowed(url.split('?', 1)[0]!);
      return this.rest(methods.length === 0 ? notFoundRoute : methodNotAllowedRoute(methods), 'not-found', {});
    });
  }

  private restRoutes(): readonly MountedRoute[] {
    const { runtime } = this;
    const probes = runtime.points.all(healthProbe);
    const own = (owner: string, routes: readonly HttpRoute[]): MountedRoute[] => routes.map((route) => ({ owner, route }));
    return [
      ...own('health', healthRoutes(this.terminus, this.indicators, probes, runtime)),
      ...own('admin', [...adminRoutes(() => runtime.plugins.inventory()), ...registryRoutes(runtime.registry)]),
      ...(runtime.docs ? own('docs', docsRoutes(() => runtime.apiDocument())) : []),
      ...pluginRoutes(runtime.plugins).map(({ plugin, route }) => ({ owner: plugin, route })),
    ];
  }

  private mountRest(fastify: FastifyInstance, route: HttpRoute, owner: string): void {
    const operation = `${owner}:${route.method} ${route.path}`;
    const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    this.mount(fastify, methods, route.path, (request) => this.rest(route, operation, { ...(request.params as object) }));
  }

  private rest(route: HttpRoute, operation: string, params: Readonly<Record<string, string>>): Door {
    return this.open(new RestDoor(this.runtime.rest, route, operation, params));
  }

  /** To pages of the origins that the config lists. S3 has rules of its own, by bucket. */
  private open(door: Door): Door {
    const { cors } = this.runtime;
    return cors ? new CorsDoor(door, cors) : door;
  }

  private mount(fastify: FastifyInstance, method: string[], url: string, door: (request: FastifyRequest) => Door): void {
    fastify.route({
      method,
      url,
      onRequest: (request: FastifyRequest, reply: FastifyReply) => {
        reply.hijack();
        const raw = request.raw as IncomingMessage;
        void this.runtime.exchanges.run(door(request), raw, reply.raw, sentUrl(raw));
      },
      // Never reached: the hook above has answered.
      handler: () => undefined,
    });
  }
}
