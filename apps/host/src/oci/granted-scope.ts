import type { RepositoryAction, ResourceScope } from '@zas/oci-protocol';
import { scopesAllow } from '@zas/oci-protocol';

/** A scope of a token, with what was asked for and not given: asking again does not help. */
export type GrantedScope = ResourceScope & { readonly refused?: readonly RepositoryAction[] };

/** The token was made with that in mind, whether it was given or not. */
export function mentions(scopes: readonly GrantedScope[], name: string, action: RepositoryAction): boolean {
  const refused = (scope: GrantedScope) => scope.type === 'repository' && scope.name === name && scope.refused?.includes(action) === true;
  return scopesAllow(scopes, name, action) || scopes.some(refused);
}

/** Another token could hold more of what is wanted. */
export function couldGrow(scopes: readonly GrantedScope[], wanted: readonly ResourceScope[]): boolean {
  return wanted.some((want) => {
    if (want.type === 'registry') return !scopes.some(({ type }) => type === 'registry');
    return want.actions.some((action) => !mentions(scopes, want.name, action));
  });
}
