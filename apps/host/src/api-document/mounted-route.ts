import type { HttpRoute } from '@zas/plugin-api';

/** A REST route where it is answered, with its whole path. */
export interface MountedRoute {
  /** `admin`, `health`, or the plugin's name. */
  readonly owner: string;
  readonly route: HttpRoute;
}

const PERMISSION = /^(public|signed-in|[a-z0-9-]+:[A-Za-z0-9*-]+)$/;

/** Throws for a route that does not say who may use it: the server does not start then. */
export function requireDeclared({ owner, route }: MountedRoute): void {
  if (typeof route.permission === 'string' && PERMISSION.test(route.permission)) return;
  throw new Error(`${owner}: ${route.method} ${route.path} declares no permission`);
}
