import type { HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import { BUILT_IN_ROLES } from '../directory/built-in-roles.js';
import type { RoleRecord } from '../directory/records.js';
import { requireTrustPolicy } from '../tokens/trust-policy.js';
import type { AccessParts } from './access-parts.js';
import { changingRoute, POLICIES } from './changing-route.js';
import { recordPage } from './record-page.js';
import { accessResource, accountOf, accountQuery, description, name, names, pageQuery, policyDocument, time, timeOf } from './shapes.js';

const roleShape = z.object({
  id: name,
  description: z.string(),
  policies: z.array(z.string()),
  trustPolicy: z.string().optional(),
  maxSessionSeconds: z.number().int(),
  builtIn: z.boolean(),
  revokedBefore: time.optional(),
  createdAt: time.optional(),
});

const fields = {
  description: description.optional(),
  policies: names.optional(),
  maxSessionSeconds: z.number().int().min(900).max(43_200).optional(),
};
const creation = z.strictObject({ id: name, ...fields, trustPolicy: policyDocument.optional() }).meta({ examples: [{ id: 'deployer', policies: ['write'], maxSessionSeconds: 3600 }] });
const change = z.strictObject({ ...fields, trustPolicy: policyDocument.nullable().optional(), revokeSessions: z.boolean().optional() }).meta({ examples: [{ policies: ['read'], revokeSessions: true }] });

/** What a role brings, and to whom, is not changed by who may change only its description. */
const FIELDS = { policies: POLICIES, trustPolicy: 'rbac:SetTrustPolicy', revokeSessions: 'rbac:RevokeSessions' };

/** Roles of an account. */
export function roleRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { roles, store } = parts;
  const common = { resource: accessResource('role', 'id'), queryInput: z.strictObject(accountQuery) };
  return [
    {
      method: 'GET',
      path: '/roles',
      permission: 'rbac:ListRoles',
      resource: accessResource('role'),
      body: 'none',
      queryInput: z.strictObject(pageQuery),
      output: z.object({ roles: z.array(roleShape), nextCursor: z.string().optional() }),
      summary: 'Roles of the account; the built-in ones stand on the first page',
      operationId: 'listRoles',
      handle: async (context, { query }) => {
        const { records, isFirst, next } = await recordPage(store, context, 'roles', query);
        const listed = isFirst ? [...BUILT_IN_ROLES.values(), ...records] : records;
        return { status: 200, body: { roles: listed.map(shown), ...next } };
      },
    },
    changingRoute(
      parts,
      {
        method: 'POST',
        path: '/roles',
        permission: 'rbac:CreateRole',
        resource: accessResource('role'),
        body: 'json',
        input: creation,
        queryInput: common.queryInput,
        output: roleShape,
        status: 201,
        summary: 'Make a role',
        operationId: 'createRole',
      },
      async (context, account, { body }) => {
        const { id, ...patch } = body as z.output<typeof creation>;
        if (patch.trustPolicy !== undefined) requireTrustPolicy(patch.trustPolicy);
        return { status: 201, body: shown(await roles.create(context, account, id, patch)) };
      },
      FIELDS,
    ),
    {
      ...common,
      method: 'GET',
      path: '/roles/:id',
      permission: 'rbac:GetRole',
      body: 'none',
      output: roleShape,
      summary: 'One role',
      operationId: 'getRole',
      handle: async (context, { params, query }) => ({ status: 200, body: shown(await roles.get(context, accountOf(context, query), params['id']!)) }),
    },
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/roles/:id', permission: 'rbac:UpdateRole', body: 'json', input: change, output: roleShape, summary: 'Change a role; what is absent stays', operationId: 'updateRole' },
      async (context, account, { params, body }, sameAsSeen) => {
        const patch = body as z.output<typeof change>;
        if (typeof patch.trustPolicy === 'string') requireTrustPolicy(patch.trustPolicy);
        return { status: 200, body: shown(await roles.update(context, account, params['id']!, (role) => (sameAsSeen(role), patch))) };
      },
      FIELDS,
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/roles/:id', permission: 'rbac:DeleteRole', body: 'none', status: 204, summary: 'Delete a role that nobody has; its sessions end', operationId: 'deleteRole' },
      async (context, account, { params }) => {
        await roles.delete(context, account, params['id']!);
        return { status: 204 };
      },
    ),
  ];
}

function shown({ createdAt, revokedBefore, ...role }: RoleRecord): z.output<typeof roleShape> {
  return {
    ...role,
    policies: [...role.policies],
    builtIn: BUILT_IN_ROLES.has(role.id),
    ...(revokedBefore === undefined ? {} : { revokedBefore: timeOf(revokedBefore) }),
    ...(createdAt === 0 ? {} : { createdAt: timeOf(createdAt) }),
  };
}
