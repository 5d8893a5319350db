import { badRequest } from '../errors/oci-error.js';
import { isRepositoryName } from '../names/names.js';

/** What may be done with a repository. `*` stands for everything. */
export const REPOSITORY_ACTIONS = ['pull', 'push', 'delete', '*'] as const;

export type RepositoryAction = (typeof REPOSITORY_ACTIONS)[number];

/** Actions on one resource. */
export type ResourceScope =
  | { readonly type: 'repository'; readonly name: string; readonly actions: readonly RepositoryAction[] }
  | { readonly type: 'registry'; readonly name: 'catalog'; readonly actions: readonly ['*'] };

/** Most scopes of one request, and longest text of one. */
const MAX_SCOPES = 100;
const MAX_SCOPE_LENGTH = 512;

/**
 * Reads scopes: `repository:team/app:pull,push`, `registry:catalog:*`, as repeated
 * parameters, with spaces between, or both (Distribution, "Resource Scope Grammar").
 * A resource class, as in `repository(plugin)`, is ignored, as the grammar says.
 * Types, names and actions that this registry does not have are left out: they are
 * asked for, not granted. Scopes of one resource become one.
 * @throws OciError `UNSUPPORTED` 400 for more than 100 scopes or one of more than 512 characters
 */
export function parseScopes(values: readonly string[]): readonly ResourceScope[] {
  const texts: string[] = [];
  for (const value of values) {
    texts.push(...value.split(' ', MAX_SCOPES + 1).filter((text) => text !== ''));
    if (texts.length > MAX_SCOPES) throw badRequest('too many scopes', { limit: MAX_SCOPES });
  }
  const byName = new Map<string, Set<RepositoryAction>>();
  let catalog = false;
  for (const text of texts) {
    if (text.length > MAX_SCOPE_LENGTH) throw badRequest('scope too long', { limit: MAX_SCOPE_LENGTH });
    const { type, name, actions } = split(text);
    if (type === 'registry') catalog ||= name === 'catalog' && actions.includes('*');
    if (type !== 'repository' || !isRepositoryName(name)) continue;
    const known = byName.get(name) ?? new Set();
    for (const action of actions) if (isRepositoryAction(action)) known.add(action);
    if (known.size > 0) byName.set(name, known);
  }
  const scopes: ResourceScope[] = [...byName].map(([name, actions]) => ({ type: 'repository', name, actions: [...actions] }));
  return catalog ? [...scopes, { type: 'registry', name: 'catalog', actions: ['*'] }] : scopes;
}

const TYPE = /^([a-z0-9]+)(?:\([a-z0-9]+\))?$/;

/** A name may hold a colon, in front of a port: so the first one ends the type, and the last one begins the actions. */
function split(text: string): { type: string; name: string; actions: readonly string[] } {
  const first = text.indexOf(':');
  const last = text.lastIndexOf(':');
  const type = first < 0 || first === last ? undefined : TYPE.exec(text.slice(0, first))?.[1];
  return { type: type ?? '', name: text.slice(first + 1, last), actions: text.slice(last + 1).split(',') };
}

function isRepositoryAction(action: string): action is RepositoryAction {
  return (REPOSITORY_ACTIONS as readonly string[]).includes(action);
}

/** The scopes as one text, with spaces between: for a challenge, or `scope` of a token's answer. */
export function formatScopes(scopes: readonly ResourceScope[]): string {
  return scopes.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`).join(' ');
}

/** True when the scopes hold an action on a repository. */
export function scopesAllow(scopes: readonly ResourceScope[], name: string, action: RepositoryAction): boolean {
  return scopes.some(
    (scope) => scope.type === 'repository' && scope.name === name && (scope.actions.includes(action) || scope.actions.includes('*')),
  );
}
