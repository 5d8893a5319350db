import type { CallContext, HttpRoute, HttpRouteRequest, HttpRouteResponse, Resource } from '@zas/plugin-api';
import { isStoreError, StoreError } from '@zas/plugin-api';
import type { AccessParts } from './access-parts.js';
import { accountOf } from './shapes.js';
import { requireUncapped } from './capped.js';

/** Throws `conflict` when lists of the record are not those that the caller was allowed to replace. */
type SameAsSeen = (record: object) => void;

type Work = (context: CallContext, account: string, request: HttpRouteRequest, sameAsSeen: SameAsSeen) => Promise<HttpRouteResponse>;

/** Actions that a list in the body takes: for each name that it adds or removes, what the route for that single change takes. */
export interface ListPermissions {
  readonly add: string;
  readonly remove: string;
  /** Of what is named, about which is asked; absent: about whose list it is. */
  readonly kind?: 'group' | 'policy';
}

/** Which actions the caller must be allowed besides the route's own, by the field of the body that asks for them. */
export type FieldPermissions = Readonly<Record<string, string | ListPermissions>>;

export const ROLES: ListPermissions = { add: 'rbac:AssignRole', remove: 'rbac:UnassignRole' };
export const POLICIES: ListPermissions = { add: 'rbac:AttachPolicy', remove: 'rbac:DetachPolicy', kind: 'policy' };

/**
 * A route that changes who may what: never by who is capped, and audited before and
 * after. Where the audit trail must be written and cannot be, nothing is changed.
 */
export function changingRoute(parts: AccessParts, route: Omit<HttpRoute, 'handle'>, work: Work, fields: FieldPermissions = {}): HttpRoute {
  return {
    ...route,
    handle: async (context, request) => {
      await requireUncapped(parts.source, context);
      const seen = await requireAll(parts, route, context, request, fields);
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
        const answer = await work(context, account, request, (record) => requireSame(seen, record));
        parts.audit?.note({ ...event('allowed', 'done'), status: answer.status });
        return answer;
      } catch (error) {
        parts.audit?.note(event('failed', isStoreError(error) ? error.code : 'internal'));
        throw error;
      }
    },
  };
}

/** Throws `access-denied` for the first thing that the caller may not. Conditions see the request as they do for the route's own action. */
async function requireAll(parts: AccessParts, route: Omit<HttpRoute, 'handle'>, context: CallContext, request: HttpRouteRequest, fields: FieldPermissions): Promise<ListsSeen> {
  const { attributes } = request;
  const require = async (action: string, resource: Resource, what: string): Promise<void> => {
    const { allow, reason } = await parts.authorizer.decide(context, { principal: context.principal, action, resource, attributes });
    if (!allow) throw new StoreError('access-denied', `${what}: ${reason}`);
  };
  const resource = resourceOf(route, context, request);
  const made = madeBy(resource, request);
  // Before the body was read nobody knew what is to be made.
  if (made !== undefined) await require(route.permission, made, made.name);
  const subject = made ?? resource;
  const seen = new Map<string, readonly string[]>();
  for (const [field, wanted] of Object.entries(fields)) {
    const value = (request.body as Readonly<Record<string, unknown>>)[field];
    if (value === undefined) continue;
    await require(typeof wanted === 'string' ? wanted : wanted.add, subject, field);
    if (typeof wanted === 'string' || subject.type !== 'access') continue;
    const [before, after] = [await listNow(parts, context, subject, field), value as readonly string[]];
    if (made === undefined) seen.set(field, before);
    const item = (name: string): Resource => (wanted.kind === undefined ? subject : { ...subject, kind: wanted.kind, name });
    for (const name of after) if (!before.includes(name)) await require(wanted.add, item(name), `${field}, ${name}`);
    for (const name of before) if (!after.includes(name)) await require(wanted.remove, item(name), `${field}, ${name}`);
  }
  return seen;
}

type ListsSeen = ReadonlyMap<string, readonly string[]>;

function requireSame(seen: ListsSeen, record: object): void {
  for (const [field, before] of seen) {
    const now = (record as Readonly<Record<string, readonly string[] | undefined>>)[field] ?? [];
    const same = now.length === before.length && now.every((name) => before.includes(name));
    if (!same) throw new StoreError('conflict', 'Others change the same record at the moment', { details: { retriable: true } });
  }
}

type AccessResource = Extract<Resource, { type: 'access' }>;

const COLLECTIONS = { user: 'users', group: 'groups', role: 'roles' } as const;

async function listNow({ store }: AccessParts, context: CallContext, { kind, account, name }: AccessResource, field: string): Promise<readonly string[]> {
  const found = kind === 'user' || kind === 'group' || kind === 'role' ? await store.findOwned(context, COLLECTIONS[kind], account, name) : undefined;
  return ((found?.record as Readonly<Record<string, unknown>> | undefined)?.[field] as readonly string[] | undefined) ?? [];
}

function resourceOf(route: Omit<HttpRoute, 'handle'>, context: CallContext, request: HttpRouteRequest): Resource {
  return route.resource?.(context, request) ?? { type: 'admin', name: route.path };
}

/** What a route makes that is about all of a kind. */
function madeBy(resource: Resource, { body }: HttpRouteRequest): AccessResource | undefined {
  if (resource.type !== 'access' || resource.name !== '*') return undefined;
  const { id } = (body ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? { ...resource, name: id } : undefined;
}

function resourceText(route: Omit<HttpRoute, 'handle'>, context: CallContext, request: HttpRouteRequest): string {
  const resource = resourceOf(route, context, request);
  const subject = madeBy(resource, request) ?? resource;
  return subject.type === 'access' ? `arn:zas:rbac::${subject.account}:${subject.kind}/${subject.name}` : route.path;
}
