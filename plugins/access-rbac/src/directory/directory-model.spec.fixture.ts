import type { PlainPolicy } from '../plain-evaluator.spec.fixture.js';

/** Operations are data, so that a list of them can be run again, and shortened. */
export type Operation =
  | { readonly kind: 'create-user' | 'update-user'; readonly id: string; readonly patch: UserPatch }
  | { readonly kind: 'create-group' | 'update-group'; readonly id: string; readonly patch: GroupPatch }
  | { readonly kind: 'create-role' | 'update-role'; readonly id: string; readonly patch: { readonly policies?: readonly string[]; readonly revokeSessions?: boolean } }
  | { readonly kind: 'create-policy' | 'update-policy'; readonly id: string; readonly policy: PlainPolicy }
  | { readonly kind: 'delete-user' | 'delete-group' | 'delete-role' | 'delete-policy'; readonly id: string }
  | { readonly kind: 'attach' | 'detach'; readonly id: string; readonly holder: { readonly kind: 'user' | 'group' | 'role'; readonly id: string } }
  | { readonly kind: 'create-key'; readonly user: string; readonly policy?: PlainPolicy; readonly lasts?: number }
  | { readonly kind: 'update-key'; readonly nth: number; readonly enabled?: boolean; readonly lasts?: number | null }
  | { readonly kind: 'rotate-key'; readonly nth: number; readonly grace: number }
  | { readonly kind: 'delete-key'; readonly nth: number };

export interface UserPatch {
  readonly enabled?: boolean;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly policies?: readonly string[];
  readonly boundary?: string | null;
}
export interface GroupPatch {
  readonly roles?: readonly string[];
  readonly policies?: readonly string[];
}
interface User {
  enabled: boolean;
  roles: readonly string[];
  groups: readonly string[];
  policies: readonly string[];
  boundary?: string;
}
interface Group {
  roles: readonly string[];
  policies: readonly string[];
}
interface Role {
  policies: readonly string[];
  madeAt: number;
  revokedAt?: number;
}
export interface ModelKey {
  readonly id: string;
  readonly secret: string;
  readonly user: string;
  readonly policy?: PlainPolicy;
  enabled: boolean;
  expiresAt?: number;
}

const EVERYTHING: PlainPolicy = [{ Effect: 'Allow', Action: ['*'], Resource: ['*'], Condition: {} }];
const NOT_FOUND = 'not-found';

/** One account as plain records: nothing is kept, nothing is compiled, nothing happens at once. */
export class DirectoryModel {
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly roles = new Map<string, Role>([['admin', { policies: ['admin'], madeAt: 0 }]]);
  readonly policies = new Map<string, PlainPolicy>([['admin', EVERYTHING]]);
  readonly keys: ModelKey[] = [];

  copy(): DirectoryModel {
    return Object.assign(new DirectoryModel(), structuredClone({ ...this }));
  }

  get hasAdministrator(): boolean {
    return [...this.users.values()].some(({ enabled, boundary, roles, groups }) => enabled && boundary === undefined && [...roles, ...groups.flatMap((id) => this.groups.get(id)?.roles ?? [])].includes('admin'));
  }

  /** What the operation comes to; `''`: it is done. @param made the key that it made, where it did */
  apply(operation: Operation, now: number, made?: { readonly id: string; readonly secret: string }): string {
    const had = this.hasAdministrator;
    const before = this.copy();
    const answer = this.#change(operation, now, made);
    if (answer !== '' || !had || this.hasAdministrator) return answer;
    Object.assign(this, before);
    return 'conflict last-administrator';
  }

  #change(operation: Operation, now: number, made: { readonly id: string; readonly secret: string } | undefined): string {
    switch (operation.kind) {
      case 'create-user':
      case 'update-user': {
        const { id, patch, kind } = operation;
        const present = this.users.get(id);
        if (kind === 'create-user' && present) return 'already-exists';
        if (kind === 'update-user' && !present) return NOT_FOUND;
        const { boundary, ...given } = patch;
        const next: User = { ...(present ?? { enabled: true, roles: [], groups: [], policies: [] }), ...given };
        if (boundary === null) delete next.boundary;
        else if (boundary !== undefined) next.boundary = boundary;
        const known = next.roles.every((one) => this.roles.has(one)) && next.groups.every((one) => this.groups.has(one)) && [...next.policies, ...(next.boundary ? [next.boundary] : [])].every((one) => this.policies.has(one));
        if (!known) return NOT_FOUND;
        this.users.set(id, next);
        return '';
      }
      case 'create-group':
      case 'update-group': {
        const { id, patch, kind } = operation;
        const present = this.groups.get(id);
        if (kind === 'create-group' && present) return 'already-exists';
        if (kind === 'update-group' && !present) return NOT_FOUND;
        const next: Group = { ...(present ?? { roles: [], policies: [] }), ...patch };
        if (!next.roles.every((one) => this.roles.has(one)) || !next.policies.every((one) => this.policies.has(one))) return NOT_FOUND;
        this.groups.set(id, next);
        return '';
      }
      case 'create-role':
      case 'update-role': {
        const { id, patch, kind } = operation;
        const present = this.roles.get(id);
        if (kind === 'create-role' && present) return 'already-exists';
        if (kind === 'update-role' && id === 'admin') return 'conflict built-in';
        if (kind === 'update-role' && !present) return NOT_FOUND;
        const { policies = present?.policies ?? [], revokeSessions } = patch;
        if (!policies.every((one) => this.policies.has(one))) return NOT_FOUND;
        this.roles.set(id, { ...(present ?? { madeAt: now }), policies, ...(revokeSessions === true && { revokedAt: now }) });
        return '';
      }
      case 'create-policy':
      case 'update-policy': {
        const { id, policy, kind } = operation;
        if (kind === 'create-policy' && this.policies.has(id)) return 'already-exists';
        if (kind === 'update-policy' && id === 'admin') return 'conflict built-in';
        if (kind === 'update-policy' && !this.policies.has(id)) return NOT_FOUND;
        this.policies.set(id, policy);
        return '';
      }
      case 'delete-user': {
        if (!this.users.delete(operation.id)) return NOT_FOUND;
        for (const key of this.keys.filter(({ user }) => user === operation.id)) this.keys.splice(this.keys.indexOf(key), 1);
        return '';
      }
      case 'delete-group':
        if (!this.groups.has(operation.id)) return NOT_FOUND;
        if ([...this.users.values()].some(({ groups }) => groups.includes(operation.id))) return 'conflict in-use';
        this.groups.delete(operation.id);
        return '';
      case 'delete-role':
        if (operation.id === 'admin') return 'conflict built-in';
        if (!this.roles.has(operation.id)) return NOT_FOUND;
        if ([...this.users.values(), ...this.groups.values()].some(({ roles }) => roles.includes(operation.id))) return 'conflict in-use';
        this.roles.delete(operation.id);
        return '';
      case 'delete-policy': {
        if (operation.id === 'admin') return 'conflict built-in';
        if (!this.policies.has(operation.id)) return NOT_FOUND;
        const used = [...this.users.values(), ...this.groups.values(), ...this.roles.values()].some(({ policies }) => policies.includes(operation.id));
        if (used || [...this.users.values()].some(({ boundary }) => boundary === operation.id)) return 'conflict in-use';
        this.policies.delete(operation.id);
        return '';
      }
      case 'attach':
      case 'detach': {
        const { id, holder, kind } = operation;
        if (!this.policies.has(id)) return NOT_FOUND;
        if (holder.kind === 'role' && holder.id === 'admin') return 'conflict built-in';
        const found = { user: this.users, group: this.groups, role: this.roles }[holder.kind].get(holder.id);
        if (found === undefined) return NOT_FOUND;
        const rest = found.policies.filter((one) => one !== id);
        if (kind === 'detach') found.policies = rest;
        else if (!found.policies.includes(id)) found.policies = [...rest, id];
        return '';
      }
      case 'create-key': {
        const { user, policy, lasts } = operation;
        if (user.includes(':') || !this.users.has(user)) return NOT_FOUND;
        if (!this.#makeRoom(user, now)) return 'conflict';
        if (made) this.keys.push({ ...made, user, enabled: true, ...(policy && { policy }), ...(lasts !== undefined && { expiresAt: now + lasts }) });
        return '';
      }
      case 'update-key': {
        const key = this.nth(operation.nth);
        if (!key) return NOT_FOUND;
        if (operation.enabled !== undefined) key.enabled = operation.enabled;
        if (operation.lasts === null) delete key.expiresAt;
        else if (operation.lasts !== undefined) key.expiresAt = now + operation.lasts;
        return '';
      }
      case 'rotate-key': {
        const key = this.nth(operation.nth);
        if (!key) return NOT_FOUND;
        if (!key.enabled || !this.#makeRoom(key.user, now, key)) return 'conflict';
        if (made) this.keys.push({ ...key, ...made });
        key.expiresAt = Math.min(now + operation.grace, key.expiresAt ?? Infinity);
        return '';
      }
      case 'delete-key': {
        const key = this.nth(operation.nth);
        if (!key) return NOT_FOUND;
        this.keys.splice(this.keys.indexOf(key), 1);
        return '';
      }
    }
  }

  /** Keys that have ended go, where there would be too many else. */
  #makeRoom(user: string, now: number, kept?: ModelKey): boolean {
    if (this.#keysOf(user) < 20) return true;
    const ended = this.keys.filter((key) => key.user === user && key !== kept && (key.expiresAt ?? Infinity) <= now);
    for (const key of ended) this.keys.splice(this.keys.indexOf(key), 1);
    return ended.length > 0;
  }

  nth(place: number): ModelKey | undefined {
    return this.keys.length === 0 ? undefined : this.keys[place % this.keys.length];
  }

  /** Whether the key lets its user in. */
  isGood({ user, enabled, expiresAt = Infinity }: ModelKey, now: number): boolean {
    return enabled && expiresAt > now && this.users.get(user)?.enabled === true;
  }

  /** `undefined`: he may nothing, whatever policies say. */
  policiesOfUser(id: string, token: { readonly roles: readonly string[]; readonly groups: readonly string[] }): { identity: readonly PlainPolicy[]; boundary: PlainPolicy | undefined } | undefined {
    const user = this.users.get(id);
    if (user && !user.enabled) return undefined;
    const groups = [...token.groups, ...(user?.groups ?? [])].flatMap((one) => this.groups.get(one) ?? []);
    const roles = [...token.roles, ...(user?.roles ?? []), ...groups.flatMap((group) => group.roles)].flatMap((one) => this.roles.get(one) ?? []);
    const names = [...(user?.policies ?? []), ...[...groups, ...roles].flatMap(({ policies }) => policies)];
    return { identity: names.flatMap((name) => [this.policies.get(name) ?? []].filter((policy) => policy.length > 0)), boundary: user?.boundary === undefined ? undefined : this.policies.get(user.boundary) };
  }

  policiesOfRole(id: string, since: number): readonly PlainPolicy[] | undefined {
    const role = this.roles.get(id);
    if (!role || since < role.madeAt || since <= (role.revokedAt ?? -Infinity)) return undefined;
    return role.policies.flatMap((name) => [this.policies.get(name) ?? []].filter((policy) => policy.length > 0));
  }

  #keysOf(name: string): number {
    return this.keys.filter(({ user }) => user === name).length;
  }
}
