import type { HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import { BUILT_IN_POLICIES } from '../directory/built-in-roles.js';
import type { PolicyHolder } from '../directory/policies.js';
import type { PolicyRecord } from '../directory/records.js';
import type { AccessParts } from './access-parts.js';
import { changingRoute } from './changing-route.js';
import { recordPage } from './record-page.js';
import { accessResource, accountOf, accountQuery, description, name, pageQuery, policyDocument, requirePolicy, time, timeOf, userName } from './shapes.js';

const policyShape = z.object({
  id: name,
  description: z.string(),
  document: z.string().describe('JSON text, as it was sent'),
  builtIn: z.boolean(),
  createdAt: time.optional(),
  updatedAt: time.optional(),
});

const READ_PHOTOS = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' } };
const creation = z.strictObject({ id: name, description: description.optional(), document: policyDocument }).meta({ examples: [{ id: 'read-photos', document: READ_PHOTOS }] });
const change = z.strictObject({ description: description.optional(), document: policyDocument.optional() }).meta({ examples: [{ document: READ_PHOTOS }] });
const holder = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), id: userName }),
  z.strictObject({ kind: z.literal('group'), id: name }),
  z.strictObject({ kind: z.literal('role'), id: name }),
]).meta({ examples: [{ kind: 'user', id: 'ann' }] });

/** Policies of an account, in AWS's language for both doors. */
export function policyRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { policies, store } = parts;
  const common = { resource: accessResource('policy', 'id'), queryInput: z.strictObject(accountQuery) };
  return [
    {
      method: 'GET',
      path: '/policies',
      permission: 'rbac:ListPolicies',
      resource: accessResource('policy'),
      body: 'none',
      queryInput: z.strictObject(pageQuery),
      output: z.object({ policies: z.array(policyShape), nextCursor: z.string().optional() }),
      summary: 'Policies of the account; the built-in ones stand on the first page',
      operationId: 'listPolicies',
      handle: async (context, { query }) => {
        const { records, isFirst, next } = await recordPage(store, context, 'policies', query);
        const listed = isFirst ? [...BUILT_IN_POLICIES.values(), ...records] : records;
        return { status: 200, body: { policies: listed.map(shown), ...next } };
      },
    },
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/policies', permission: 'rbac:CreatePolicy', resource: accessResource('policy'), body: 'json', input: creation, output: policyShape, status: 201, summary: 'Make a policy', operationId: 'createPolicy' },
      async (context, account, { body }) => {
        const { id, document, ...rest } = body as z.output<typeof creation>;
        return { status: 201, body: shown(await policies.create(context, account, id, { ...rest, document: requirePolicy(document) })) };
      },
    ),
    {
      ...common,
      method: 'GET',
      path: '/policies/:id',
      permission: 'rbac:GetPolicy',
      body: 'none',
      output: policyShape,
      summary: 'One policy',
      operationId: 'getPolicy',
      handle: async (context, { params, query }) => ({ status: 200, body: shown(await policies.get(context, accountOf(context, query), params['id']!)) }),
    },
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/policies/:id', permission: 'rbac:UpdatePolicy', body: 'json', input: change, output: policyShape, summary: 'Change a policy, for all on whom it hangs', operationId: 'updatePolicy' },
      async (context, account, { params, body }) => {
        const patch = body as z.output<typeof change>;
        if (patch.document !== undefined) requirePolicy(patch.document);
        return { status: 200, body: shown(await policies.update(context, account, params['id']!, patch)) };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/policies/:id', permission: 'rbac:DeletePolicy', body: 'none', status: 204, summary: 'Delete a policy that hangs on nothing', operationId: 'deletePolicy' },
      async (context, account, { params }) => {
        await policies.delete(context, account, params['id']!);
        return { status: 204 };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/policies/:id/attach', permission: 'rbac:AttachPolicy', body: 'json', input: holder, status: 204, summary: 'Hang a policy on a user, group or role; idempotent', operationId: 'attachPolicy' },
      async (context, account, { params, body }) => {
        await policies.attach(context, account, params['id']!, body as PolicyHolder);
        return { status: 204 };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/policies/:id/detach', permission: 'rbac:DetachPolicy', body: 'json', input: holder, status: 204, summary: 'Take a policy from a user, group or role; idempotent', operationId: 'detachPolicy' },
      async (context, account, { params, body }) => {
        await policies.detach(context, account, params['id']!, body as PolicyHolder);
        return { status: 204 };
      },
    ),
  ];
}

function shown({ createdAt, updatedAt, ...policy }: PolicyRecord): z.output<typeof policyShape> {
  return {
    ...policy,
    builtIn: BUILT_IN_POLICIES.has(policy.id),
    ...(createdAt === 0 ? {} : { createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) }),
  };
}
