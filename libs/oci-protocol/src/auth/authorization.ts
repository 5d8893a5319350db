import { hasControlCharacters } from '../names/control-characters.js';

/** What an `Authorization` header says. */
export type Authorization =
  /** No header. */
  | { readonly kind: 'none' }
  /** Both empty: some clients send that for "anonymous". */
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  /** A scheme that is none of these. */
  | { readonly kind: 'other'; readonly scheme: string }
  | { readonly kind: 'malformed' };

/** Longest header that is looked at. */
const MAX_LENGTH = 16_384;

const SCHEME = /^([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64})(?: +|$)/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const MALFORMED: Authorization = { kind: 'malformed' };

/** Splits an `Authorization` header of Basic (RFC 7617, in UTF-8) or Bearer (RFC 6750, 2.1). Total: throws nothing. */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined) return { kind: 'none' };
  const match = header.length > MAX_LENGTH ? null : SCHEME.exec(header);
  if (match === null) return MALFORMED;
  const [all, name = ''] = match;
  const credentials = header.slice(all.length).trim();
  const scheme = name.toLowerCase();
  if (scheme === 'basic') return parseBasic(credentials);
  if (scheme !== 'bearer') return { kind: 'other', scheme };
  return BEARER.test(credentials) ? { kind: 'bearer', token: credentials } : MALFORMED;
}

function parseBasic(credentials: string): Authorization {
  if (credentials === '' || !BASE64.test(credentials)) return MALFORMED;
  let text: string;
  try {
    text = strictUtf8.decode(Buffer.from(credentials, 'base64'));
  } catch {
    return MALFORMED;
  }
  const colon = text.indexOf(':');
  if (colon < 0 || hasControlCharacters(text)) return MALFORMED;
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** True for Basic with neither name nor password, which means nobody. */
export function isEmptyBasic(authorization: Authorization): boolean {
  return authorization.kind === 'basic' && authorization.username === '' && authorization.password === '';
}
