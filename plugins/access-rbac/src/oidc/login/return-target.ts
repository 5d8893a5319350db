/** Where nothing else was asked for: who one is now. */
export const DEFAULT_TARGET = '/rbac/session';

/** The path on this server to which a login returns; `undefined` for anything that could lead elsewhere. */
export function returnTarget(text: string | undefined): string | undefined {
  if (text === undefined) return DEFAULT_TARGET;
  if (text.length > 2_000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)) return undefined;
  const here = 'http://here.invalid';
  const url = URL.canParse(text, here) ? new URL(text, here) : undefined;
  return url?.origin === here && !url.pathname.startsWith('//') ? text : undefined;
}
