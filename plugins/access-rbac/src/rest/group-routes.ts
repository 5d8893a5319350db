import type { HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import type { GroupRecord } from '../directory/records.js';
import type { AccessParts } from './access-parts.js';
import { changingRoute, POLICIES, ROLES } from './changing-route.js';
import { recordPage } from './record-page.js';
import { accessResource, accountOf, accountQuery, cursorOf, readCursor, type PageQueryInput, description, name, names, pageQuery, time, timeOf, userName } from './shapes.js';

const groupShape = z.object({ id: name, description: z.string(), roles: z.array(z.string()), policies: z.array(z.string()), createdAt: time });
const fields = { description: description.optional(), roles: names.optional(), policies: names.optional() };
const creation = z.strictObject({ id: name, ...fields }).meta({ examples: [{ id: 'team-blue', roles: ['write'] }] });
const change = z.strictObject(fields).meta({ examples: [{ description: 'Who builds the app' }] });

/** What its members may is not changed by who may change only its description. */
const FIELDS = { roles: ROLES, policies: POLICIES };

/** Groups of an account and who is in them. */
export function groupRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { groups, users, store } = parts;
  const common = { resource: accessResource('group', 'id'), queryInput: z.strictObject(accountQuery) };
  return [
    {
      method: 'GET',
      path: '/groups',
      permission: 'rbac:ListGroups',
      resource: accessResource('group'),
      body: 'none',
      queryInput: z.strictObject(pageQuery),
      output: z.object({ groups: z.array(groupShape), nextCursor: z.string().optional() }),
      summary: 'Groups of the account',
      operationId: 'listGroups',
      handle: async (context, { query }) => {
        const { records, next } = await recordPage(store, context, 'groups', query);
        return { status: 200, body: { groups: records.map(shown), ...next } };
      },
    },
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/groups', permission: 'rbac:CreateGroup', resource: accessResource('group'), body: 'json', input: creation, output: groupShape, status: 201, summary: 'Make a group', operationId: 'createGroup' },
      async (context, account, { body }) => {
        const { id, ...patch } = body as z.output<typeof creation>;
        return { status: 201, body: shown(await groups.create(context, account, id, patch)) };
      },
      FIELDS,
    ),
    {
      ...common,
      method: 'GET',
      path: '/groups/:id',
      permission: 'rbac:GetGroup',
      body: 'none',
      output: groupShape,
      summary: 'One group',
      operationId: 'getGroup',
      handle: async (context, { params, query }) => ({ status: 200, body: shown(await groups.get(context, accountOf(context, query), params['id']!)) }),
    },
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/groups/:id', permission: 'rbac:UpdateGroup', body: 'json', input: change, output: groupShape, summary: 'Change a group; what is absent stays', operationId: 'updateGroup' },
      async (context, account, { params, body }, sameAsSeen) => {
        const edit = (group: GroupRecord) => (sameAsSeen(group), body as z.output<typeof change>);
        return { status: 200, body: shown(await groups.update(context, account, params['id']!, edit)) };
      },
      FIELDS,
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/groups/:id', permission: 'rbac:DeleteGroup', body: 'none', status: 204, summary: 'Delete a group that nobody is in', operationId: 'deleteGroup' },
      async (context, account, { params }) => {
        await groups.delete(context, account, params['id']!);
        return { status: 204 };
      },
    ),
    {
      ...common,
      method: 'GET',
      path: '/groups/:id/members',
      permission: 'rbac:ListGroupMembers',
      body: 'none',
      queryInput: z.strictObject(pageQuery),
      output: z.object({ members: z.array(userName), nextCursor: z.string().optional() }),
      summary: 'Stored users in the group; those whose tokens say so are not known here',
      operationId: 'listGroupMembers',
      handle: async (context, { params, query }) => {
        const account = accountOf(context, query);
        await groups.get(context, account, params['id']!);
        const { limit, cursor } = query as unknown as PageQueryInput;
        const members: string[] = [];
        for await (const user of store.allOwned(context, 'users', account, readCursor(cursor))) {
          if (!user.groups.includes(params['id']!)) continue;
          members.push(user.id);
          if (members.length === limit) return { status: 200, body: { members, nextCursor: cursorOf(user.id) } };
        }
        return { status: 200, body: { members } };
      },
    },
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/groups/:id/members/:user', permission: 'rbac:AddGroupMember', body: 'none', status: 204, summary: 'Put a user into the group; idempotent', operationId: 'addGroupMember' },
      async (context, account, { params }) => {
        const id = params['id']!;
        await groups.get(context, account, id);
        await users.update(context, account, params['user']!, (user) => ({ groups: [...new Set([...user.groups, id])] }));
        return { status: 204 };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/groups/:id/members/:user', permission: 'rbac:RemoveGroupMember', body: 'none', status: 204, summary: 'Take a user out of the group; idempotent', operationId: 'removeGroupMember' },
      async (context, account, { params }) => {
        await users.update(context, account, params['user']!, (user) => ({ groups: user.groups.filter((group) => group !== params['id']) }));
        return { status: 204 };
      },
    ),
  ];
}

function shown({ createdAt, roles, policies, ...group }: GroupRecord): z.output<typeof groupShape> {
  return { ...group, roles: [...roles], policies: [...policies], createdAt: timeOf(createdAt) };
}
