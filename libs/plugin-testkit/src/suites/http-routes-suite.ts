import type { HttpRoute, HttpRoutes } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** Routes under test. */
export interface HttpRoutesSubject {
  readonly httpRoutes: HttpRoutes;
  close?(): Promise<void>;
}

const shapeOf = ({ method, path }: HttpRoute): string => `${method} ${path.replace(/:[^/]+/g, ':')}`;

/** Every promise of `http.routes/v1alpha` that needs no knowledge of what a route does. */
export function httpRoutesSuite(runner: Runner, make: () => Promise<HttpRoutesSubject>): void {
  const { describe, it, before, after } = runner;

  describe('http.routes/v1alpha', () => {
    let subject: HttpRoutesSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    it('lists at least one route, the same each time', () => {
      const shapes = subject.httpRoutes.routes().map(shapeOf);
      assert.ok(shapes.length > 0);
      assert.deepEqual(subject.httpRoutes.routes().map(shapeOf), shapes);
    });

    it('has no two routes that answer the same requests', () => {
      const shapes = subject.httpRoutes.routes().map(shapeOf);
      assert.equal(new Set(shapes).size, shapes.length);
    });

    it('describes each route as the host needs it', () => {
      for (const route of subject.httpRoutes.routes()) {
        const label = shapeOf(route);
        assert.ok(['GET', 'PUT', 'POST', 'PATCH', 'DELETE'].includes(route.method), label);
        assert.match(route.path, /^\/(?:$|(?:(?::[A-Za-z]\w*|[A-Za-z0-9._~-]+)(?:\/(?!$)|$))*$)/, label);
        assert.match(route.permission, /^(public|signed-in|[a-z0-9-]+:[A-Za-z0-9*-]+)$/, `${label}: permission`);
        assert.ok(route.summary.length > 0, `${label}: summary`);
        assert.ok(route.body === 'none' || route.input !== undefined, `${label}: a JSON body has a schema`);
        assert.ok(route.body === 'none' || route.method !== 'GET', `${label}: a GET has no body`);
      }
    });

    it('names each operation at most once', () => {
      const names = subject.httpRoutes.routes().flatMap(({ operationId }) => operationId ?? []);
      assert.equal(new Set(names).size, names.length);
    });

    it('answers its public routes without parameters with a status', async () => {
      for (const route of subject.httpRoutes.routes()) {
        if (route.method !== 'GET' || route.permission !== 'public' || route.path.includes(':')) continue;
        const answer = await route.handle(testContext({ principal: undefined }), { params: {}, query: {}, headers: {}, body: undefined });
        assert.ok(Number.isInteger(answer.status) && answer.status >= 200 && answer.status <= 599, shapeOf(route));
      }
    });
  });
}
