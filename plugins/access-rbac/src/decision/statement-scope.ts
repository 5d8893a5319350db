import { NO, YES } from '../policy/certainty.js';
import type { Condition } from '../policy/conditions/condition.js';
import { namingOf, reaches } from '../policy/match-principal.js';
import type { Applicable, Statement } from '../policy/policy.js';
import { S3_OBJECT_ACTIONS } from '../policy/s3-actions.js';
import type { Wildcard } from '../policy/wildcard.js';
import type { AccessRequest } from './access-request.js';
import { ANYTHING, EVERYTHING, intersection, isEmpty, NOTHING, union, type PrefixSet } from './prefix-set.js';

export const OBJECT_ACTIONS: ReadonlySet<string> = new Set(S3_OBJECT_ACTIONS.map((name) => `s3:${name}`));

/** Which keys, or which repositories, a policy's statements reach, when neither key nor prefix nor name is fixed. */
export interface PolicyScope {
  readonly denied: PrefixSet;
  readonly allowed: PrefixSet;
  readonly delegated: PrefixSet;
}

export function scopeOf(applicable: Applicable, request: AccessRequest): PolicyScope {
  const { denies, allows } = request.resource.type === 'repository' ? apartFromPlain(applicable) : applicable;
  const naming = (statement: Statement) => (statement.principals === undefined ? 'direct' : namingOf(statement.principals, request.caller));
  const reach = (statements: readonly Statement[]): PrefixSet => union(statements.map((statement) => keysOf(statement, request)));
  const varying = {
    denied: reach(denies.filter(({ principals }) => principals === undefined || reaches(principals, request.caller))),
    allowed: reach(allows.filter((statement) => naming(statement) === 'direct')),
    delegated: reach(allows.filter((statement) => naming(statement) === 'account')),
  };
  if (request.resource.type !== 'repository') return varying;
  const plain = plainScope(applicable, request);
  return { ...varying, denied: union([plain.denied, varying.denied]), allowed: union([plain.allowed, varying.allowed]) };
}

const PLAIN = new WeakMap<Applicable, Pick<PolicyScope, 'denied' | 'allowed'>>();
const APART = new WeakMap<Applicable, Applicable>();

/** What hangs on nobody and nothing: of all repositories it is the same for every question, and told once. */
function plainScope(applicable: Applicable, request: AccessRequest): Pick<PolicyScope, 'denied' | 'allowed'> {
  let found = PLAIN.get(applicable);
  if (found === undefined) {
    const reach = (statements: readonly Statement[]): PrefixSet => union(statements.filter(isPlain).map((statement) => keysOfResources(statement, request)));
    found = { denied: reach(applicable.denies), allowed: reach(applicable.allows) };
    PLAIN.set(applicable, found);
  }
  return found;
}

function apartFromPlain(applicable: Applicable): Applicable {
  let found = APART.get(applicable);
  if (found === undefined) {
    const varying = (statement: Statement): boolean => !isPlain(statement);
    found = { denies: applicable.denies.filter(varying), allows: applicable.allows.filter(varying) };
    APART.set(applicable, found);
  }
  return found;
}

function isPlain({ principals, conditions, resources }: Statement): boolean {
  return principals === undefined && conditions.length === 0 && resources.templates.every(({ fixed }) => fixed !== undefined);
}

/** Where `s3:prefix`, or for actions on objects the resource, says which keys a statement is about. */
function keysOf(statement: Statement, request: AccessRequest): PrefixSet {
  if (request.ownerUnknown && readsOwner(statement)) return ANYTHING;
  const namesThem = OBJECT_ACTIONS.has(request.action) || request.resource.type === 'repository';
  let keys = namesThem ? keysOfResources(statement, request) : statement.resources.matches(request) === NO ? NOTHING : EVERYTHING;
  for (const condition of statement.conditions) {
    if (isEmpty(keys)) return NOTHING;
    keys = intersection(keys, condition.key.lower === 's3:prefix' ? keysOfCondition(condition, statement.effect, request) : keysAt(condition.test(request)));
  }
  return keys;
}

function keysAt(sure: number): PrefixSet {
  return sure === NO ? NOTHING : sure === YES ? EVERYTHING : ANYTHING;
}

function keysOfCondition({ name, negated, comparisons }: Condition, effect: Statement['effect'], request: AccessRequest): PrefixSet {
  const plain = !negated && name.set === undefined && !name.ifExists && (name.base === 'StringEquals' || name.base === 'StringLike');
  if (!plain) return ANYTHING;
  return union(comparisons.map(({ template }) => (template === undefined ? ANYTHING : keysOfPattern(template.resolve(request), effect))));
}

/** Who may list below exactly this prefix sees all that is there; who may not, may list below longer ones. */
function keysOfPattern(pattern: Wildcard | undefined, effect: Statement['effect']): PrefixSet {
  if (pattern === undefined) return NOTHING;
  return { prefixes: [pattern.head], names: [], rough: pattern.prefix === undefined && (pattern.exact === undefined || effect === 'Deny') };
}

function keysOfResources({ resources }: Statement, request: AccessRequest): PrefixSet {
  if (resources.negated) return ANYTHING;
  const repositories = request.resource.type === 'repository';
  const base = repositories ? request.arn : `${request.arn}/`;
  return union(
    resources.templates.map((template) => {
      const pattern = template.resolve(request);
      if (pattern === undefined || !pattern.canBegin(base)) return NOTHING;
      if (base.startsWith(pattern.head)) return pattern.prefix === undefined ? ANYTHING : EVERYTHING;
      if (repositories && pattern.exact !== undefined) return { prefixes: [], names: [pattern.exact.slice(base.length)], rough: false };
      return { prefixes: [pattern.head.slice(base.length)], names: [], rough: pattern.prefix === undefined };
    }),
  );
}

const OWNER_KEYS: ReadonlySet<string> = new Set(['aws:resourceaccount', 's3:resourceaccount']);
const OWNER_VARIABLE = /\$\{(?:aws|s3):resourceaccount\b/i;

function readsOwner({ conditions, resources }: Statement): boolean {
  return resources.texts.some((text) => OWNER_VARIABLE.test(text)) || conditions.some(({ key, texts }) => OWNER_KEYS.has(key.lower) || texts.some((text) => OWNER_VARIABLE.test(text)));
}
