import type { CallContext, Principal } from '@zas/plugin-api';
import { NO_POLICIES, type IdentityPolicies } from '../decision/caller.js';
import { compileIdentityPolicy } from '../identity-policies.js';
import type { Policy } from '../policy/policy.js';
import type { PolicySource } from '../policy-source.js';
import type { AccessStore } from './access-store.js';
import { BUILT_IN_ROLES } from './built-in-roles.js';
import type { Generation } from './generation.js';
import { Kept } from './kept.js';
import type { GroupRecord, RoleRecord, UserRecord } from './records.js';

const KEPT = 10_000;
/** Names of groups or roles that are looked up one by one; of more, those that there are. */
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

/** What hangs on a principal whatever its credential is, and which credentials may use it. */
interface Held {
  readonly policies: IdentityPolicies;
  /** For credentials of that time. */
  readonly isOver: (issuedAt: number | undefined) => boolean;
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
  readonly #kept = new Kept<string, Held>(KEPT);
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
    const groups = await this.#present(context, 'groups', account, [...principal.groups, ...(user?.groups ?? [])]);
    const groupRecords = await this.#all<GroupRecord>(groups, async (id) => (await this.#store.findOwned(context, 'groups', account, id))?.record);
    const roles = await this.#present(context, 'roles', account, [...principal.roles, ...(user?.roles ?? []), ...groupRecords.flatMap((group) => group.roles)]);
    const roleRecords = await this.#all<RoleRecord>(roles, async (id) => (await this.#store.findOwned(context, 'roles', account, id))?.record);
    const policies = [user, ...groupRecords, ...roleRecords].flatMap((holder) => holder?.policies ?? []);
    return { user, roles: roleRecords.map(({ id }) => id), groups, policies: [...new Set(policies)] };
  }

  /** As {@link StoredPolicies.of}, from the store and with something different. */
  async read(context: CallContext, principal: Principal, overlay: Overlay = {}): Promise<IdentityPolicies> {
    return principal.serverRoot ? (this.#config.get(principal.id) ?? NO_POLICIES) : policiesNow(await this.#hold(context, principal, overlay), principal);
  }

  async #hold(context: CallContext, principal: Principal, overlay: Overlay = {}): Promise<Held> {
    const { user, policies } = await this.holding(context, principal, overlay);
    const configured = this.#config.get(principal.id) ?? NO_POLICIES;
    if (user?.enabled === false) return { policies: SHUT, isOver: () => false };
    const account = principal.account.id;
    const { assumedRole } = principal;
    const role = assumedRole === undefined ? undefined : (await this.#store.findOwned(context, 'roles', account, assumedRole))?.record;
    const isOver: Held['isOver'] = assumedRole === undefined ? (issuedAt) => isRevoked({ issuedAt }, user?.revokedBefore) : (issuedAt) => isRoleOver(role, issuedAt);
    const found = await this.#all(policies, (name) => this.#policy(context, account, name, overlay));
    const boundary = user?.boundary === undefined ? undefined : ((await this.#policy(context, account, user.boundary, overlay)) ?? NOTHING);
    return { policies: Object.freeze({ policies: [...configured.policies, ...found], ...both(configured.boundary, boundary) }), isOver };
  }

  async #find(context: CallContext, principal: Principal): Promise<IdentityPolicies> {
    const generation = this.#generation.fresh ?? (await this.#generation.check(context));
    const name = nameOfHolder(principal);
    let held = this.#kept.get(generation, name);
    if (held === undefined) {
      held = await this.#hold(context, principal);
      this.#kept.set(generation, name, held);
    }
    const policies = policiesNow(held, principal);
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

  /** None is left out, for it may deny: a token with very many names costs one look at all that there are. */
  async #present(context: CallContext, collection: 'groups' | 'roles', account: string, names: readonly string[]): Promise<readonly string[]> {
    const wanted = new Set(names);
    if (wanted.size <= MOST_NAMES) return [...wanted];
    const present = collection === 'roles' ? [...BUILT_IN_ROLES.keys()].filter((id) => wanted.has(id)) : [];
    for await (const { id } of this.#store.allOwned(context, collection, account)) if (wanted.has(id)) present.push(id);
    return present;
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

/** What was made in the very moment of revoking counts as made before. */
export function isRevoked({ issuedAt }: Pick<Principal, 'issuedAt'>, revokedBefore: number | undefined): boolean {
  return revokedBefore !== undefined && issuedAt !== undefined && issuedAt <= revokedBefore;
}

/** For a session of then: its role is gone, is another one of that name, or its sessions were revoked. */
export function isRoleOver(role: RoleRecord | undefined, issuedAt: number | undefined): boolean {
  return role === undefined || (issuedAt !== undefined && issuedAt < role.createdAt) || isRevoked({ issuedAt }, role.revokedBefore);
}

function nameOfHolder({ id, account, roles, groups, assumedRole }: Principal): string {
  // Role sessions of all names have the same.
  return JSON.stringify(assumedRole === undefined ? [id, account.id, roles, groups] : [account.id, assumedRole]);
}

function policiesNow({ policies, isOver }: Held, { issuedAt }: Principal): IdentityPolicies {
  return isOver(issuedAt) ? SHUT : policies;
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
