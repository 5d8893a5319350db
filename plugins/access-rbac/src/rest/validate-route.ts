import type { Authenticator, HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import { isRevoked } from '../directory/stored-policies.js';
import type { AccessParts } from './access-parts.js';
import { accessResource, time, timeOf } from './shapes.js';

const input = z.strictObject({ token: z.string().min(1).max(16_384).describe('A bearer token: of an issuer, or an API key') }).meta({ examples: [{ token: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' }] });
const output = z.object({
  active: z.boolean(),
  principal: z.string().optional(),
  account: z.string().optional(),
  credential: z.string().optional().describe('Id of the key or token; no secret'),
  roles: z.array(z.string()).optional().describe('All that count now: of the token, the user and his groups'),
  groups: z.array(z.string()).optional(),
  policies: z.array(z.string()).optional(),
  issuedAt: time.optional(),
  expiresAt: time.optional(),
  reason: z.string().optional().describe('Why it is not good'),
});

/** Looks at a token for whoever got one from somebody (as RFC 7662 does). */
export function validateRoute(parts: AccessParts, authenticators: () => Authenticator): HttpRoute {
  return {
    method: 'POST',
    path: '/validate',
    permission: 'rbac:ValidateToken',
    resource: accessResource('session'),
    body: 'json',
    input,
    output,
    summary: 'Whose a token is, with which roles, and until when',
    operationId: 'validateToken',
    handle: async (context, { body }) => {
      const { token } = body as z.output<typeof input>;
      const request = { method: 'GET', path: '/', query: '', headers: { authorization: `Bearer ${token}` }, peerAddress: context.address ?? '' };
      const answer = await authenticators().authenticate(context, request);
      if (answer.outcome !== 'accepted') {
        return { status: 200, headers: NO_STORE, body: { active: false, reason: answer.outcome === 'rejected' ? answer.reason : 'no issuer is known for it' } };
      }
      const { principal } = answer;
      const asker = context.principal;
      // Nobody sees what another account gave to whom (RFC 7662, 2.2).
      if (asker?.serverRoot !== true && asker?.account.id !== principal.account.id) {
        return { status: 200, headers: NO_STORE, body: { active: false, reason: 'it is of another account' } };
      }
      const { user, roles, groups, policies } = await parts.source.holding(context, principal);
      const problem = user?.enabled === false ? 'the user is disabled' : isRevoked(principal, user?.revokedBefore) ? 'it was revoked' : undefined;
      const shown = {
        active: problem === undefined,
        principal: principal.id,
        account: principal.account.id,
        credential: principal.credentialId,
        roles,
        groups,
        policies,
        ...(principal.issuedAt === undefined ? {} : { issuedAt: timeOf(principal.issuedAt) }),
        ...(principal.expiresAt === undefined ? {} : { expiresAt: timeOf(principal.expiresAt) }),
        ...(problem === undefined ? {} : { reason: problem }),
      };
      return { status: 200, headers: NO_STORE, body: shown };
    },
  };
}

const NO_STORE = { 'cache-control': 'no-store' };
