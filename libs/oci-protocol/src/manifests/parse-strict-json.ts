import { isUtf8 } from 'node:buffer';
import type { ManifestLimits } from './manifest-limits.js';
import { manifestInvalid } from './manifest-invalid.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

type JsonLimits = Pick<ManifestLimits, 'depth' | 'keys' | 'values'>;

/**
 * Parses JSON so that every reader must see the same in it: valid UTF-8 without a
 * byte order mark, no key twice in one object, bounded depth and numbers of keys and values.
 * `JSON.parse` reads it, with keys such as `__proto__` as plain keys; a pass over
 * the bytes before it bounds the work.
 * @throws OciError `MANIFEST_INVALID`
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  if (!isUtf8(bytes)) throw manifestInvalid('not UTF-8');
  const members = countMembers(bytes, limits);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    throw manifestInvalid('not JSON');
  }
  // Of two members with one key, one is lost in parsing.
  if (countKeys(value) !== members) throw manifestInvalid('a key comes twice in one object');
  return value;
}

/** How many `key: value` pairs are written. Means something for well-formed JSON only, and ends for any bytes. */
function countMembers(bytes: Uint8Array, limits: JsonLimits): number {
  let members = 0;
  let values = 1;
  let depth = 0;
  /** Members of each open object. */
  const own = new Uint32Array(limits.depth + 1);
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE:
        for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
        break;
      case COLON:
        members++;
        own[depth] = (own[depth] ?? 0) + 1;
        if ((own[depth] ?? 0) > limits.keys) throw manifestInvalid(`an object has more than ${limits.keys} keys`);
        break;
      case COMMA:
        values++;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        values++;
        if (++depth > limits.depth) throw manifestInvalid(`nested deeper than ${limits.depth}`);
        own[depth] = 0;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
      default:
    }
  }
  if (values > limits.values) throw manifestInvalid(`more than ${limits.values} values`);
  return members;
}

/** How many keys all objects within a value have together. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) if (typeof inner === 'object') keys += countKeys(inner);
  return keys;
}
