import type { HttpRoute } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { jsonError } from './json-errors.js';

/** Answers what no route answers. */
export const notFoundRoute: HttpRoute = {
  method: 'GET',
  path: '/*',
  permission: 'public',
  body: 'none',
  summary: 'Nothing is here',
  handle: async () => {
    throw new StoreError('not-found', 'Nothing is here');
  },
};

/** Answers methods that a path does not have, with those that it has (RFC 9110, 15.5.6). */
export function methodNotAllowedRoute(allowed: readonly string[]): HttpRoute {
  return {
    ...notFoundRoute,
    summary: 'Not with this method',
    handle: async ({ requestId }) => {
      const { headers, body } = jsonError(new StoreError('not-implemented', 'There is no such method here'), requestId, []);
      return { status: 405, headers: { ...(headers as Record<string, string>), allow: allowed.join(', ') }, body };
    },
  };
}

/** Answers which methods the routes have for a path; none for a path of no route. */
export function allowedMethods(routes: readonly HttpRoute[]): (path: string) => readonly string[] {
  const patterns = routes.map(({ method, path }) => ({ pattern: patternOf(path), methods: method === 'GET' ? ['GET', 'HEAD'] : [method] }));
  return (path) => [...new Set(patterns.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])))];
}

/** `/rbac/users/:id/*` → whatever the router takes for that path. */
function patternOf(path: string): RegExp {
  const source = path
    .split(/(:[A-Za-z0-9_]+|\*)/)
    .map((piece) => (piece === '*' ? '.*' : piece.startsWith(':') ? '[^/]+' : piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}
