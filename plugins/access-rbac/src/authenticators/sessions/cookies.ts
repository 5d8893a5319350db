/** A cookie that only this server's own pages send, and no script can read. */
export interface OwnCookie {
  /** Over TLS it begins with `__Host-`: nobody but this very host can have set it. */
  readonly name: string;
  readonly sameSite: 'Strict' | 'Lax';
}

export const SESSION_COOKIE: OwnCookie = { name: 'zas-session', sameSite: 'Strict' };
/** Comes back with a redirect from elsewhere, hence Lax. */
export const LOGIN_COOKIE: OwnCookie = { name: 'zas-login', sameSite: 'Lax' };

const nameOf = ({ name }: OwnCookie, secure: boolean): string => (secure ? `__Host-${name}` : name);

export function setCookie(cookie: OwnCookie, value: string, seconds: number, secure: boolean): string {
  return `${nameOf(cookie, secure)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=${cookie.sameSite}${secure ? '; Secure' : ''}`;
}

export function clearCookie(cookie: OwnCookie, secure: boolean): string {
  return setCookie(cookie, '', 0, secure);
}

/** @returns `undefined` when there is none, or when there are several: which one counts, nobody could tell */
export function readCookie(cookie: OwnCookie, headers: Readonly<Record<string, string | string[] | undefined>>, secure: boolean): string | undefined {
  const name = `${nameOf(cookie, secure)}=`;
  const found = [headers['cookie'] ?? []]
    .flat()
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(name));
  return found.length === 1 && found[0]!.length > name.length ? found[0]!.slice(name.length) : undefined;
}
