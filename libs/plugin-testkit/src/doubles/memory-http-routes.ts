import type { HttpRoute, HttpRoutes } from '@zas/plugin-api';

/** Routes that are put in by hand. */
export class MemoryHttpRoutes implements HttpRoutes {
  readonly #routes: HttpRoute[] = [];

  add(route: HttpRoute): this {
    this.#routes.push(route);
    return this;
  }

  routes(): readonly HttpRoute[] {
    return this.#routes;
  }
}
