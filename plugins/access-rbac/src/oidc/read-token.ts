import { parseJson, type Json } from '../policy/parse-json.js';

/** Longer tokens are refused before anything in them is read. */
export const TOKEN_BYTES = 16 * 1024;

/** What a token says of itself, unverified. */
export interface UnverifiedToken {
  readonly header: ReadonlyMap<string, Json>;
  readonly claims: ReadonlyMap<string, Json>;
}

const PART = /^[A-Za-z0-9_-]+$/;

/** @returns `undefined` for what is no signed JWT, for one that is too long, and for one in which a name stands twice */
export function readToken(token: string): UnverifiedToken | undefined {
  if (token.length > TOKEN_BYTES) return undefined;
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.slice(0, 2).every((part) => PART.test(part))) return undefined;
  const [header, claims] = parts.slice(0, 2).map(objectIn);
  return header && claims && { header, claims };
}

function objectIn(part: string): ReadonlyMap<string, Json> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
    const value = parseJson(text);
    return value instanceof Map ? (value as ReadonlyMap<string, Json>) : undefined;
  } catch {
    return undefined;
  }
}
