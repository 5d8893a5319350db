import type { HttpRoute, HttpRoutes } from '@zas/plugin-api';

/** Routes that were put together before. */
export class AccessRoutes implements HttpRoutes {
  readonly #groups: readonly (() => readonly HttpRoute[])[];

  constructor(groups: readonly (() => readonly HttpRoute[])[]) {
    this.#groups = groups;
  }

  routes(): readonly HttpRoute[] {
    return this.#groups.flatMap((group) => group());
  }
}
