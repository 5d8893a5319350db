import type { CallContext, Principal } from '@zas/plugin-api';
import { NO_POLICIES, type IdentityPolicies } from '../decision/caller.js';
import { compileIdentityPolicy } from '../identity-policies.js';
import type { Policy } from '../policy/policy.js';
import type { PolicySource } from '../policy-source.js';
import type { AccessStore } from './access-store.js';
import type { Generation } from './generation.js';
import { Kept } from './kept.js';
import type { GroupRecord, RoleRecord, UserRecord } from './records.js';

const KEPT = 10_000;
/** Roles and groups that count of one token. */
const MOST_NAMES = 200;
const LOCAL = 'local:';

/** Allows nothing: of who is disabled, and where a policy that caps cannot be found or read. */
const NOTHING = compiled('{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}');
const SHUT: IdentityPolicies = Object.freeze({ policies: [], boundary: NOTHING });

/** What a principal has in force, by name. */
export interface Holding {
  /** `undefined`: nothing is stored of him. */
  readonly user: UserRecord | undefined;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** With those of roles and groups. */
  readonly policies: readonly string[];
}

/** Records with something different in them, for what-if questions. */
export interface Overlay {
  /** By name; `null`: it is gone. */
  readonly policies?: ReadonlyMap<string, string | null>;
  readonly user?: UserRecord;
}

/**
 * What hangs on a principal: the config's policies, and what is stored of him, his groups and
 * roles. Read once per generation of the records.
 */
export class StoredPolicies implements PolicySource {
  readonly #config: ReadonlyMap<string, IdentityPolicies>;
  readonly #store: AccessStore;
  readonly #generation: Generation;
  readonly #own = new WeakMap<Principal, { readonly generation: number; readonly policies: IdentityPolicies }>();
  /** The same for principals that say the same, as each token makes a new one. */
  readonly #kept = new Kept<string, IdentityPolicies>(KEPT);
  readonly #texts = new Map<string, Policy>();

  /** @param config by the principals' ids */
  constructor(config: ReadonlyMap<string, IdentityPolicies>, store: AccessStore, generation: Generation) {
    this.#config = config;
    this.#store = store;
    this.#generation = generation;
  }

  of(context: CallContext, principal: Principal): IdentityPolicies | Promise<IdentityPolicies> {
    if (principal.serverRoot) return this.#config.get(principal.id) ?? NO_POLICIES;
    const generation = this.#generation.fresh;
    const known = generation === undefined ? undefined : this.#own.get(principal);
    return known?.generation === generation && known !== undefined ? known.policies : this.#find(context, principal);
  }

  /** Roles, groups and policies that count for a principal. */
  async holding(context: CallContext, principal: Principal, overlay: Overlay = {}): Promise<Holding> {
    const account = principal.account.id;
    if (principal.assumedRole !== undefined) {
      const role = (await this.#store.findOwned(context, 'roles', account, principal.assumedRole))?.record;
      return { user: undefined, roles: role ? [role.id] : [], groups: [], policies: role?.policies ?? [] };
    }
    const user = overlay.user ?? (await this.#store.findOwned(context, 'users', account, userIdOf(principal)))?.record;
    // What is stored counts in any case: a policy that denies may hang on it.
    const groups = named([...(user?.groups ?? []), ...principal.groups.slice(0, MOST_NAMES)]);
    const groupRecords = await this.#all<GroupRecord>(groups, async (id) => (await this.#store.findOwned(context, 'groups', account, id))?.record);
    const roles = named([...(user?.roles ?? []), ...groupRecords.flatMap((group) => group.roles), ...principal.roles.slice(0, MOST_NAMES)]);
    const roleRecords = await this.#all<RoleRecord>(roles, async (id) => (await this.#store.findOwned(context, 'roles', account, id))?.record);
    const policies = [user, ...groupRecords, ...roleRecords].flatMap((holder) => holder?.policies ?? []);
    return { user, roles: roleRecords.map(({ id }) => id), groups, policies: named(policies) };
  }

  /** As {@link StoredPolicies.of}, from the store and with something different. */
  async read(context: CallContext, principal: Principal, overlay: Overlay = {}): Promise<IdentityPolicies> {
    const { user, policies } = await this.holding(context, principal, overlay);
    const configured = this.#config.get(principal.id) ?? NO_POLICIES;
    if (principal.serverRoot) return configured;
    if (user !== undefined && (!user.enabled || isRevoked(principal, user.revokedBefore))) return SHUT;
    if (principal.assumedRole !== undefined && (await this.#roleIsRevoked(context, principal))) return SHUT;
    const account = principal.account.id;
    const found = await this.#all(policies, (name) => this.#policy(context, account, name, overlay));
    const boundary = user?.boundary === undefined ? undefined : ((await this.#policy(context, account, user.boundary, overlay)) ?? NOTHING);
    return Object.freeze({
      policies: [...configured.policies, ...found],
      ...both(configured.boundary, boundary),
    });
  }

  async #find(context: CallContext, principal: Principal): Promise<IdentityPolicies> {
    const generation = this.#generation.fresh ?? (await this.#generation.check(context));
    const name = nameOfHolder(principal);
    let policies = this.#kept.get(generation, name);
    if (policies === undefined) {
      policies = await this.read(context, principal);
      this.#kept.set(generation, name, policies);
    }
    this.#own.set(principal, { generation, policies });
    return policies;
  }

  async #policy(context: CallContext, account: string, name: string, { policies }: Overlay): Promise<Policy | undefined> {
    const changed = policies?.get(name);
    if (changed === null) return undefined;
    const document = changed ?? (await this.#store.findOwned(context, 'policies', account, name))?.record.document;
    return document === undefined ? undefined : this.#compiled(document, name);
  }

  /** What an older server took and this one does not may be a Deny: then nothing is allowed. */
  #compiled(document: string, name: string): Policy {
    const key = `${name}\n${document}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const policy = compileIdentityPolicy(document).policy?.named(name) ?? NOTHING;
    if (this.#texts.size >= KEPT) this.#texts.clear();
    this.#texts.set(key, policy);
    return policy;
  }

  async #roleIsRevoked(context: CallContext, principal: Principal): Promise<boolean> {
    const role = (await this.#store.findOwned(context, 'roles', principal.account.id, principal.assumedRole as string))?.record;
    return role === undefined || hasEnded(principal, role);
  }

  async #all<T>(names: readonly string[], read: (name: string) => Promise<T | undefined>): Promise<readonly T[]> {
    const found = await Promise.all(names.map(read));
    return found.filter((one) => one !== undefined);
  }
}

/** Under which id records know a principal. */
export function userIdOf({ id }: Pick<Principal, 'id'>): string {
  return id.startsWith(LOCAL) ? id.slice(LOCAL.length) : id;
}

/** The principal of a user. */
export function principalIdOf(user: string): string {
  return user.includes(':') ? user : LOCAL + user;
}

/** What was made in the very millisecond may have been made before. */
export function isRevoked({ issuedAt }: Pick<Principal, 'issuedAt'>, revokedBefore: number | undefined): boolean {
  return revokedBefore !== undefined && issuedAt !== undefined && issuedAt <= revokedBefore;
}

/** Whether a session of the role is good no more; one older than the role is of another that had its name. */
export function hasEnded({ issuedAt }: Pick<Principal, 'issuedAt'>, { createdAt, revokedBefore }: RoleRecord): boolean {
  return isRevoked({ issuedAt }, revokedBefore) || (issuedAt !== undefined && issuedAt < createdAt);
}

function named(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function nameOfHolder({ id, account, roles, groups, assumedRole, issuedAt }: Principal): string {
  return JSON.stringify([id, account.id, roles, groups, assumedRole, issuedAt]);
}

/** Two caps are one more policy that must allow. */
function both(one: Policy | undefined, other: Policy | undefined): Pick<IdentityPolicies, 'boundary' | 'sessions'> {
  if (one === undefined || other === undefined) {
    const boundary = one ?? other;
    return boundary === undefined ? {} : { boundary };
  }
  return { boundary: one, sessions: [other] };
}

function compiled(document: string): Policy {
  const { policy, problem } = compileIdentityPolicy(document);
  if (policy === undefined) throw new Error(problem);
  return policy;
}
