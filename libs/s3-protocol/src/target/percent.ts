import { s3Error } from '../errors/s3-error.js';

const HEX = '0123456789ABCDEF';

/** 1 where the byte stands for itself in AWS's URI encoding: letters, digits, `-._~`. */
const UNRESERVED = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  UNRESERVED[character.charCodeAt(0)] = 1;
}

const PERCENT = 0x25;
const PLUS = 0x2b;
const SLASH = 0x2f;

/** Value of an ASCII hex digit, or -1. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}

/**
 * The bytes that percent-encoded text stands for.
 * @param raw as on the wire, one character per byte
 * @throws S3Error `InvalidURI` for `%` without two hex digits
 */
export function percentDecodeBytes(raw: string, plusIsSpace: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(raw.length);
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code === PERCENT) {
      const high = hexDigit(raw.charCodeAt(i + 1));
      const low = hexDigit(raw.charCodeAt(i + 2));
      if (high < 0 || low < 0) throw s3Error('InvalidURI');
      bytes[length++] = high * 16 + low;
      i += 2;
    } else if (code > 0xff) {
      throw s3Error('InvalidURI');
    } else {
      bytes[length++] = plusIsSpace && code === PLUS ? 0x20 : code;
    }
  }
  return bytes.subarray(0, length);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text that percent-encoded UTF-8 stands for.
 * @throws S3Error `InvalidURI` for bad escapes and for bytes that are no UTF-8
 */
export function percentDecode(raw: string, plusIsSpace: boolean): string {
  if (isPlain(raw, plusIsSpace)) return raw;
  const bytes = percentDecodeBytes(raw, plusIsSpace);
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw s3Error('InvalidURI', { cause });
  }
}

/** True when the text stands for itself. */
function isPlain(raw: string, plusIsSpace: boolean): boolean {
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code === PERCENT || code > 0x7f || (plusIsSpace && code === PLUS)) return false;
  }
  return true;
}

function encodeBytes(bytes: Uint8Array, keepSlash: boolean): string {
  let text = '';
  for (const byte of bytes) {
    text +=
      UNRESERVED[byte] === 1 || (keepSlash && byte === SLASH)
        ? String.fromCharCode(byte)
        : `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
  }
  return text;
}

/** AWS's `UriEncode` of a text's UTF-8 bytes. */
export function percentEncode(text: string, keepSlash: boolean): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f || !(UNRESERVED[code] === 1 || (keepSlash && code === SLASH))) {
      return encodeBytes(Buffer.from(text, 'utf8'), keepSlash);
    }
  }
  return text;
}

/**
 * Brings percent-encoded text into the one form that signatures are made over:
 * what a client encoded lazily, or in lower-case hex, comes out as if decoded and
 * encoded anew. Costs one pass when the text has that form already.
 * @throws S3Error `InvalidURI`
 */
export function percentNormalise(raw: string, options: { keepSlash: boolean; plusIsSpace: boolean }): string {
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code < 0x80 && (UNRESERVED[code] === 1 || (options.keepSlash && code === SLASH))) continue;
    if (code === PERCENT && isCanonicalEscape(raw, i, options.keepSlash)) {
      i += 2;
      continue;
    }
    return encodeBytes(percentDecodeBytes(raw, options.plusIsSpace), options.keepSlash);
  }
  return raw;
}

function isCanonicalEscape(raw: string, at: number, keepSlash: boolean): boolean {
  const first = raw.charCodeAt(at + 1);
  const second = raw.charCodeAt(at + 2);
  if (first >= 0x61 || second >= 0x61) return false;
  const high = hexDigit(first);
  const low = hexDigit(second);
  if (high < 0 || low < 0) return false;
  const byte = high * 16 + low;
  return UNRESERVED[byte] !== 1 && !(keepSlash && byte === SLASH);
}
