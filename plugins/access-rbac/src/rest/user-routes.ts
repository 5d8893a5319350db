import type { HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import type { UserRecord } from '../directory/records.js';
import { principalIdOf } from '../directory/stored-policies.js';
import type { AccessParts } from './access-parts.js';
import { changingRoute, POLICIES, ROLES, type FieldPermissions } from './changing-route.js';
import { recordPage } from './record-page.js';
import { accessResource, accountOf, accountQuery, name, names, pageQuery, time, timeOf, userName } from './shapes.js';

const userShape = z.object({
  id: z.string(),
  principal: z.string().describe('As which policies and the audit trail know the user'),
  displayName: z.string(),
  email: z.string().optional(),
  enabled: z.boolean(),
  roles: z.array(z.string()),
  groups: z.array(z.string()),
  policies: z.array(z.string()),
  boundary: z.string().optional(),
  revokedBefore: time.optional(),
  createdAt: time,
});

const fields = {
  displayName: z.string().min(1).max(256).optional(),
  email: z.email().max(256).optional(),
  enabled: z.boolean().optional(),
  roles: names.optional(),
  groups: names.optional(),
  policies: names.optional(),
  boundary: name.optional(),
};
const creation = z.strictObject({ id: userName, ...fields }).meta({ examples: [{ id: 'ann', displayName: 'Ann', roles: ['write'] }] });
const change = z
  .strictObject({ ...fields, email: fields.email.nullable(), boundary: fields.boundary.nullable(), revokeSessions: z.boolean().optional() })
  .meta({ examples: [{ enabled: false, revokeSessions: true }] });

/** What a user may is not changed by who may change only his name. */
const FIELDS: FieldPermissions = {
  roles: ROLES,
  groups: { add: 'rbac:AddGroupMember', remove: 'rbac:RemoveGroupMember', kind: 'group' },
  policies: POLICIES,
  boundary: 'rbac:SetBoundary',
  enabled: 'rbac:EnableUser',
  revokeSessions: 'rbac:RevokeSessions',
};

/** Users of an account. */
export function userRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { users, store } = parts;
  const common = { resource: accessResource('user', 'id'), queryInput: z.strictObject(accountQuery) };
  return [
    {
      method: 'GET',
      path: '/users',
      permission: 'rbac:ListUsers',
      resource: accessResource('user'),
      body: 'none',
      queryInput: z.strictObject(pageQuery),
      output: z.object({ users: z.array(userShape), nextCursor: z.string().optional() }),
      summary: 'Stored users of the account, and what is stored of principals that come from elsewhere',
      operationId: 'listUsers',
      handle: async (context, { query }) => {
        const { records, next } = await recordPage(store, context, 'users', query);
        return { status: 200, body: { users: records.map(shown), ...next } };
      },
    },
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/users', permission: 'rbac:CreateUser', resource: accessResource('user'), body: 'json', input: creation, output: userShape, status: 201, summary: 'Make a user', operationId: 'createUser' },
      async (context, account, { body }) => {
        const { id, ...patch } = body as z.output<typeof creation>;
        return { status: 201, body: shown(await users.create(context, account, id, patch)) };
      },
      FIELDS,
    ),
    {
      ...common,
      method: 'GET',
      path: '/users/:id',
      permission: 'rbac:GetUser',
      body: 'none',
      output: userShape,
      summary: 'One user',
      operationId: 'getUser',
      handle: async (context, { params, query }) => ({ status: 200, body: shown(await users.get(context, accountOf(context, query), params['id']!)) }),
    },
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/users/:id', permission: 'rbac:UpdateUser', body: 'json', input: change, output: userShape, summary: 'Change a user; what is absent stays', operationId: 'updateUser' },
      async (context, account, { params, body }, sameAsSeen) => {
        const edit = (user: UserRecord) => (sameAsSeen(user), body as z.output<typeof change>);
        return { status: 200, body: shown(await users.update(context, account, params['id']!, edit)) };
      },
      FIELDS,
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/users/:id', permission: 'rbac:DeleteUser', body: 'none', status: 204, summary: 'Delete a user with all keys', operationId: 'deleteUser' },
      async (context, account, { params }) => {
        await users.delete(context, account, params['id']!);
        return { status: 204 };
      },
    ),
  ];
}

function shown({ createdAt, revokedBefore, roles, groups, policies, ...user }: UserRecord): z.output<typeof userShape> {
  return {
    ...user,
    principal: principalIdOf(user.id),
    roles: [...roles],
    groups: [...groups],
    policies: [...policies],
    ...(revokedBefore === undefined ? {} : { revokedBefore: timeOf(revokedBefore) }),
    createdAt: timeOf(createdAt),
  };
}
