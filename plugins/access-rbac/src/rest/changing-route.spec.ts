import { describe, expect, it } from '@jest/globals';
import type { HttpRouteRequest } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import type { AccessParts } from './access-parts.js';
import { changingRoute, POLICIES } from './changing-route.js';
import { accessResource } from './shapes.js';

const asked: string[] = [];
const parts = {
  clock: { now: () => 0, monotonic: () => 0 },
  source: { of: () => ({ policies: [] }) },
  store: { findOwned: async () => ({ record: { policies: ['kept', 'gone'] }, revision: 1 }) },
  authorizer: {
    decide: async (_context: unknown, { action, resource }: { action: string; resource: { kind: string; name: string } }) => {
      asked.push(`${action} ${resource.kind}/${resource.name}`);
      return { allow: true, reason: 'test' };
    },
  },
} as unknown as AccessParts;
const request: HttpRouteRequest = { params: { id: 'ann' }, query: {}, headers: {}, body: { policies: ['kept', 'come'] } };
const routeThat = (work: Parameters<typeof changingRoute>[2]) =>
  changingRoute(parts, { method: 'PUT', path: '/users/:id', permission: 'rbac:UpdateUser', resource: accessResource('user', 'id'), body: 'json', summary: 'test' }, work, { policies: POLICIES });

describe('a list that is set as a whole', () => {
  it('takes the action of each single change, and of no other', async () => {
    asked.length = 0;
    await routeThat(async () => ({ status: 200 })).handle(testContext(), request);
    expect(asked).toEqual(['rbac:AttachPolicy user/ann', 'rbac:AttachPolicy policy/come', 'rbac:DetachPolicy policy/gone']);
  });

  it('is not set over another one than was asked about', async () => {
    const answer = routeThat(async (_context, _account, _request, sameAsSeen) => (sameAsSeen({ policies: ['kept', 'gone', 'leash'] }), { status: 200 })).handle(testContext(), request);
    await expect(answer).rejects.toMatchObject({ code: 'conflict', details: { retriable: true } });
  });
});
