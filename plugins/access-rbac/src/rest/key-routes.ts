import { StoreError, type HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import type { KeyRecord } from '../directory/records.js';
import type { AccessParts } from './access-parts.js';
import { changingRoute } from './changing-route.js';
import { accessResource, accountOf, accountQuery, description, policyDocument, requirePolicy, time, timeOf } from './shapes.js';

const keyShape = z.object({
  id: z.string().describe('Access key id, or the public part of an API key'),
  kind: z.enum(['access', 'api']),
  description: z.string(),
  enabled: z.boolean(),
  policy: z.string().optional().describe('Caps the key besides what caps its user'),
  expiresAt: time.optional(),
  createdAt: time,
});
const madeShape = keyShape.extend({ secret: z.string().describe('Secret access key, or the whole API key; shown this once') });

const future = time.describe('RFC 3339; after that the key is good no more');
const creation = z.strictObject({
  kind: z.enum(['access', 'api']).default('access').describe('`access`: a pair of keys for Signature V4; `api`: one token for Basic and Bearer'),
  description: description.optional(),
  policy: policyDocument.optional(),
  expiresAt: future.optional(),
}).meta({ examples: [{ kind: 'api', description: 'for the build' }] });
const change = z.strictObject({ enabled: z.boolean().optional(), description: description.optional(), expiresAt: future.nullable().optional() }).meta({ examples: [{ enabled: false }] });
const rotation = z.strictObject({ graceSeconds: z.number().int().min(0).max(2_592_000).default(0).describe('How long the old one stays good') }).meta({ examples: [{ graceSeconds: 3600 }] });

/** Keys of stored users. A secret is shown when its key is made, and never again. */
export function keyRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { keys, users, clock } = parts;
  const common = { resource: accessResource('user', 'id'), queryInput: z.strictObject(accountQuery) };
  const endOf = (expiresAt: string | undefined): number | undefined => {
    const end = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    if (end !== undefined && end <= clock.now()) throw new StoreError('invalid-argument', 'expiresAt has passed already');
    return end;
  };
  return [
    {
      ...common,
      method: 'GET',
      path: '/users/:id/keys',
      permission: 'rbac:ListKeys',
      body: 'none',
      output: z.object({ keys: z.array(keyShape) }),
      summary: 'Keys of a user, without their secrets',
      operationId: 'listKeys',
      handle: async (context, { params, query }) => {
        const account = accountOf(context, query);
        await users.get(context, account, params['id']!);
        return { status: 200, body: { keys: (await keys.list(context, account, params['id']!)).map(shown) } };
      },
    },
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/users/:id/keys', permission: 'rbac:CreateKey', body: 'json', input: creation, output: madeShape, status: 201, summary: 'Make a key; the answer holds its secret, once', operationId: 'createKey' },
      async (context, account, { params, body }) => {
        const { kind, policy, expiresAt, ...rest } = body as z.output<typeof creation>;
        if (policy !== undefined) requirePolicy(policy);
        const made = await keys.create(context, account, params['id']!, { kind, policy, expiresAt: endOf(expiresAt), ...rest });
        return { status: 201, headers: NO_STORE, body: { ...shown(made.key), secret: made.secret } };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'PUT', path: '/users/:id/keys/:key', permission: 'rbac:UpdateKey', body: 'json', input: change, output: keyShape, summary: 'Disable or enable a key, or set its end', operationId: 'updateKey' },
      async (context, account, { params, body }) => {
        const { expiresAt, ...patch } = body as z.output<typeof change>;
        const end = expiresAt === null ? null : endOf(expiresAt);
        return { status: 200, body: shown(await keys.update(context, account, params['id']!, params['key']!, { ...patch, expiresAt: end })) };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'POST', path: '/users/:id/keys/:key/rotate', permission: 'rbac:RotateKey', body: 'json', input: rotation, output: madeShape, status: 201, summary: 'Make a key in the place of another', operationId: 'rotateKey' },
      async (context, account, { params, body }) => {
        const { graceSeconds } = body as z.output<typeof rotation>;
        const made = await keys.rotate(context, account, params['id']!, params['key']!, graceSeconds * 1_000);
        return { status: 201, headers: NO_STORE, body: { ...shown(made.key), secret: made.secret } };
      },
    ),
    changingRoute(
      parts,
      { ...common, method: 'DELETE', path: '/users/:id/keys/:key', permission: 'rbac:DeleteKey', body: 'none', status: 204, summary: 'Delete a key; what was made with it ends', operationId: 'deleteKey' },
      async (context, account, { params }) => {
        await keys.delete(context, account, params['id']!, params['key']!);
        return { status: 204 };
      },
    ),
  ];
}

const NO_STORE = { 'cache-control': 'no-store' };

function shown({ id, kind, description, enabled, policy, expiresAt, createdAt }: KeyRecord): z.output<typeof keyShape> {
  return {
    id,
    kind,
    description,
    enabled,
    ...(policy === undefined ? {} : { policy }),
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
    createdAt: timeOf(createdAt),
  };
}
