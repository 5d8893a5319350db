import type { CallContext, HttpRoute, HttpRouteResponse, HttpRoutes } from '@zas/plugin-api';
import type { Registry } from 'prom-client';

/** The text that Prometheus scrapes, at the prefix that the host grants (`/metrics`). */
export class MetricsRoutes implements HttpRoutes {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  routes(): readonly HttpRoute[] {
    return [
      {
        method: 'GET',
        path: '/',
        permission: 'public',
        body: 'none',
        outputType: 'text/plain',
        summary: 'Metrics in the text format of Prometheus',
        handle: async (_context: CallContext): Promise<HttpRouteResponse> => ({
          status: 200,
          headers: { 'content-type': this.#registry.contentType },
          body: await this.#registry.metrics(),
        }),
      },
    ];
  }
}
