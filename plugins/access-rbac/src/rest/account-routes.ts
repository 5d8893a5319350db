import { StoreError, type HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import { MOST_ACCOUNTS } from '../directory/account-directory.js';
import type { Accounts } from '../directory/accounts.js';
import type { AccessParts } from './access-parts.js';
import { changingRoute } from './changing-route.js';

const accountId = z.string().regex(/^\d{12}$/, 'expected 12 digits');
const accountShape = z.object({
  id: accountId,
  canonicalId: z.string(),
  displayName: z.string(),
  configured: z.boolean().describe('It comes from the config, which alone can change it'),
});
const creation = z.strictObject({ id: accountId, displayName: z.string().min(1).max(256) }).meta({ examples: [{ id: '123456789012', displayName: 'Team Blue' }] });

const accounts = { resource: () => ({ type: 'access', account: '', kind: 'account', name: '*' }) as const };
const account = {
  resource: (_context: unknown, { params }: { params: Readonly<Record<string, string>> }) => ({ type: 'access', account: params['id']!, kind: 'account', name: params['id']! }) as const,
};

/** Accounts of the server: the server root's alone. */
export function accountRoutes(parts: AccessParts, directory: Accounts): readonly HttpRoute[] {
  return [
    {
      ...accounts,
      method: 'GET',
      path: '/accounts',
      permission: 'rbac:ListAccounts',
      body: 'none',
      output: z.object({ accounts: z.array(accountShape) }),
      summary: `Accounts of the server, ${MOST_ACCOUNTS} at most`,
      operationId: 'listAccounts',
      handle: async (context) => ({ status: 200, body: { accounts: await directory.list(context) } }),
    },
    changingRoute(
      parts,
      { ...accounts, method: 'POST', path: '/accounts', permission: 'rbac:CreateAccount', body: 'json', input: creation, output: accountShape, status: 201, summary: 'Make an account; users are made in it next', operationId: 'createAccount' },
      async (context, _account, { body }) => {
        const { id, displayName } = body as z.output<typeof creation>;
        return { status: 201, body: await directory.create(context, id, displayName) };
      },
    ),
    {
      ...account,
      method: 'GET',
      path: '/accounts/:id',
      permission: 'rbac:GetAccount',
      body: 'none',
      output: accountShape,
      summary: 'One account',
      operationId: 'getAccount',
      handle: async (context, { params }) => {
        const found = await directory.find(context, params['id']!);
        if (found === undefined) throw new StoreError('not-found', 'There is no such account');
        return { status: 200, body: found };
      },
    },
    changingRoute(
      parts,
      { ...account, method: 'DELETE', path: '/accounts/:id', permission: 'rbac:DeleteAccount', body: 'none', status: 204, summary: 'Delete an account that owns nothing and has no users', operationId: 'deleteAccount' },
      async (context, _account, { params }) => {
        await directory.delete(context, params['id']!);
        return { status: 204 };
      },
    ),
  ];
}
