import type { CallContext, HttpRoute, HttpRouteRequest, HttpRouteResponse } from '@zas/plugin-api';
import { isStoreError, StoreError } from '@zas/plugin-api';
import type { AccessParts } from './access-parts.js';
import { accountOf } from './shapes.js';
import { requireUncapped } from './capped.js';

type Work = (context: CallContext, account: string, request: HttpRouteRequest) => Promise<HttpRouteResponse>;

/** Which action the caller must be allowed besides the route's own, by the field of the body that asks for it. */
export type FieldPermissions = Readonly<Record<string, string>>;

/**
 * A route that changes who may what: never by who is capped, and audited before and
 * after. Where the audit trail must be written and cannot be, nothing is changed.
 */
export function changingRoute(parts: AccessParts, route: Omit<HttpRoute, 'handle'>, work: Work, fields: FieldPermissions = {}): HttpRoute {
  return {
    ...route,
    handle: async (context, request) => {
      await requireUncapped(parts.source, context);
      await requireFields(parts, route, context, request, fields);
      const account = accountOf(context, request.query);
      const event = (outcome: 'allowed' | 'failed', reason?: string) => ({
        at: parts.clock.now(),
        kind: 'change' as const,
        outcome,
        action: route.permission,
        resource: resourceText(route, context, request),
        principal: context.principal?.id,
        credentialId: context.principal?.credentialId,
        account,
        address: context.address,
        requestId: context.requestId,
        ...(reason === undefined ? {} : { reason }),
      });
      await parts.audit?.record(context, event('allowed', 'begun'));
      try {
        const answer = await work(context, account, request);
        parts.audit?.note({ ...event('allowed', 'done'), status: answer.status });
        return answer;
      } catch (error) {
        parts.audit?.note(event('failed', isStoreError(error) ? error.code : 'internal'));
        throw error;
      }
    },
  };
}

/** Throws `access-denied` for the first field that the caller may not set. */
async function requireFields({ authorizer }: AccessParts, route: Omit<HttpRoute, 'handle'>, context: CallContext, request: HttpRouteRequest, fields: FieldPermissions): Promise<void> {
  for (const [field, action] of Object.entries(fields)) {
    if ((request.body as Readonly<Record<string, unknown>>)[field] === undefined) continue;
    const resource = route.resource?.(context, request) ?? { type: 'admin' as const, name: route.path };
    const { allow, reason } = await authorizer.decide(context, { principal: context.principal, action, resource });
    if (!allow) throw new StoreError('access-denied', `${field}: ${reason}`);
  }
}

function resourceText(route: Omit<HttpRoute, 'handle'>, context: CallContext, request: HttpRouteRequest): string {
  const resource = route.resource?.(context, request);
  if (resource?.type !== 'access') return route.path;
  const named = resource.name === '*' ? (request.body as { id?: unknown } | undefined)?.id : undefined;
  return `arn:zas:rbac::${resource.account}:${resource.kind}/${typeof named === 'string' ? named : resource.name}`;
}
