/** A token's content. */
export type Claims = Readonly<Record<string, unknown>>;

/** What stands at a path such as `/realm_access/roles`; only what the token itself has, never what objects inherit. */
export function claimAt(claims: Claims, path: string): unknown {
  let at: unknown = claims;
  for (const part of path.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** The texts at a path: one, or those of a list. Anything else there counts as none. */
export function textsAt(claims: Claims, path: string): readonly string[] {
  return [claimAt(claims, path)].flat().filter((value): value is string => typeof value === 'string' && value !== '' && value.length <= 1_024);
}
