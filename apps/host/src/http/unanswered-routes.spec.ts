import type { HttpRoute } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { describe, expect, it } from '@jest/globals';
import { allowedMethods, methodNotAllowedRoute, notFoundRoute } from './unanswered-routes.js';

const route = (method: HttpRoute['method'], path: string): HttpRoute => ({ ...notFoundRoute, method, path });
const allowed = allowedMethods([
  route('GET', '/rbac/users'),
  route('POST', '/rbac/users'),
  route('PUT', '/rbac/users/:id'),
  route('DELETE', '/rbac/users/:id/keys/:key'),
  route('GET', '/rbac/users/me'),
  route('POST', '/_/mirror/a.b/*'),
]);

describe('allowedMethods', () => {
  it.each([
    ['/rbac/users', ['GET', 'HEAD', 'POST']],
    ['/rbac/users/x%2Fy', ['PUT']],
    ['/rbac/users/me', ['PUT', 'GET', 'HEAD']],
    ['/rbac/users/a/keys/b', ['DELETE']],
    ['/_/mirror/a.b/c/d', ['POST']],
    ['/_/mirror/aXb/c', []],
    ['/rbac/users/', []],
    ['/rbac/users/a/b', []],
    ['/rbac', []],
    ['', []],
  ])('of %s are %j', (path, methods) => {
    expect(allowed(path)).toEqual(methods);
  });
});

describe('methodNotAllowedRoute', () => {
  it('names the methods', async () => {
    const request = { params: {}, query: {}, headers: {}, body: undefined };
    const { status, headers, body } = await methodNotAllowedRoute(['GET', 'HEAD']).handle(testContext(), request);
    expect([status, headers?.['allow'], JSON.parse(String(body)).error.code]).toEqual([405, 'GET, HEAD', 'not-implemented']);
  });
});
