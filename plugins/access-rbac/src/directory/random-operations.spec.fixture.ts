import { compileIdentityPolicy } from '../identity-policies.js';
import type { PlainPolicy } from '../plain-evaluator.spec.fixture.js';
import { policyOf, type Random } from '../random-cases.spec.fixture.js';
import type { Operation } from './directory-model.spec.fixture.js';

export const USERS = ['ann', 'bob', 'keycloak:alice'];
export const GROUPS = ['g', 'h'];
export const ROLES = ['deploy', 'other', 'admin'];
export const POLICIES = ['p', 'q', 's', 'admin'];

export const textOf = (policy: PlainPolicy): string => JSON.stringify({ Version: '2012-10-17', Statement: policy });

export function randomPolicy(random: Random): PlainPolicy {
  for (;;) {
    const policy = policyOf(random, false);
    if (compileIdentityPolicy(textOf(policy)).problem === undefined) return policy;
  }
}

export function randomOperation(random: Random): Operation {
  const { chance, pick } = random;
  const maybe = <T>(likely: number, make: () => T): T | undefined => (chance(likely) ? make() : undefined);
  const few = (names: readonly string[]) => names.filter(() => chance(0.3));
  const defined = <T extends object>(patch: T) => Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as T;
  const holds = () => ({ roles: maybe(0.5, () => few(ROLES)), policies: maybe(0.4, () => few(POLICIES)) });
  const nth = Math.floor(random.pick([0, 1, 2, 3, 5, 8]));
  const kind = pick<Operation['kind']>([
    ...(['create-user', 'update-user', 'update-user', 'delete-user', 'create-group', 'update-group', 'delete-group'] as const),
    ...(['create-role', 'update-role', 'delete-role', 'create-policy', 'create-policy', 'update-policy', 'update-policy', 'delete-policy'] as const),
    ...(['attach', 'attach', 'attach', 'detach', 'create-key', 'create-key', 'update-key', 'rotate-key', 'delete-key'] as const),
  ]);
  switch (kind) {
    case 'create-user':
    case 'update-user':
      return { kind, id: pick(USERS), patch: defined({ ...holds(), groups: maybe(0.5, () => few(GROUPS)), enabled: maybe(0.3, () => chance(0.6)), boundary: maybe(0.2, () => (kind === 'update-user' && chance(0.5) ? null : pick(POLICIES))) as string | undefined }) };
    case 'create-group':
    case 'update-group':
      return { kind, id: pick(GROUPS), patch: defined(holds()) };
    case 'create-role':
    case 'update-role':
      return { kind, id: pick(ROLES), patch: defined({ policies: maybe(0.7, () => few(POLICIES)), revokeSessions: maybe(0.2, () => true) }) };
    case 'create-policy':
    case 'update-policy':
      return { kind, id: pick(POLICIES), policy: randomPolicy(random) };
    case 'delete-user':
      return { kind, id: pick(USERS) };
    case 'delete-group':
      return { kind, id: pick(GROUPS) };
    case 'delete-role':
      return { kind, id: pick(ROLES) };
    case 'delete-policy':
      return { kind, id: pick(POLICIES) };
    case 'attach':
    case 'detach':
      return { kind, id: pick(POLICIES), holder: pick([{ kind: 'user', id: pick(USERS) }, { kind: 'group', id: pick(GROUPS) }, { kind: 'role', id: pick(ROLES) }] as const) };
    case 'create-key':
      return defined({ kind, user: pick(USERS), policy: maybe(0.3, () => randomPolicy(random)), lasts: maybe(0.4, () => pick([2, 5, 2_500])) });
    case 'update-key':
      return defined({ kind, nth, enabled: maybe(0.6, () => chance(0.5)), lasts: maybe(0.4, () => pick([1, 5, null])) });
    case 'rotate-key':
      return { kind, nth, grace: pick([0, 3, 3_000]) };
    case 'delete-key':
      return { kind, nth };
  }
}
