import type { HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import type { AccessParts } from './access-parts.js';
import { changingRoute, ROLES } from './changing-route.js';
import { accessResource, accountOf, accountQuery, name, names } from './shapes.js';

const rolesOfUser = z.object({ roles: z.array(z.string()) });
const one = z.strictObject({ role: name }).meta({ examples: [{ role: 'read' }] });
const all = z.strictObject({ roles: names }).meta({ examples: [{ roles: ['read', 'write'] }] });

/** Which roles a user has, himself; those of his groups come on top. */
export function assignmentRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { users } = parts;
  const common = { resource: accessResource('user', 'id'), queryInput: z.strictObject(accountQuery), output: rolesOfUser };
  return [
    {
      ...common,
      method: 'GET',
      path: '/users/:id/roles',
      permission: 'rbac:GetUser',
      body: 'none',
      summary: 'Roles of a user',
      operationId: 'listRolesOfUser',
      handle: async (context, { params, query }) => ({ status: 200, body: { roles: (await users.get(context, accountOf(context, query), params['id']!)).roles } }),
    },
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/users/:id/roles', permission: 'rbac:AssignRole', body: 'json', input: one, summary: 'Give a user a role; idempotent', operationId: 'assignRole' },
      async (context, account, { params, body }) => {
        const { role } = body as z.output<typeof one>;
        const user = await users.update(context, account, params['id']!, ({ roles }) => ({ roles: [...new Set([...roles, role])] }));
        return { status: 200, body: { roles: user.roles } };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/users/:id/roles', permission: 'rbac:AssignRole', body: 'json', input: all, summary: 'Give a user exactly these roles', operationId: 'setRolesOfUser' },
      async (context, account, { params, body }, sameAsSeen) => {
        const user = await users.update(context, account, params['id']!, (present) => (sameAsSeen(present), body as z.output<typeof all>));
        return { status: 200, body: { roles: user.roles } };
      },
      { roles: ROLES },
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/users/:id/roles/:role', permission: 'rbac:UnassignRole', body: 'none', summary: 'Take a role from a user; idempotent', operationId: 'unassignRole' },
      async (context, account, { params }) => {
        const user = await users.update(context, account, params['id']!, ({ roles }) => ({ roles: roles.filter((role) => role !== params['role']) }));
        return { status: 200, body: { roles: user.roles } };
      },
    ),
  ];
}
