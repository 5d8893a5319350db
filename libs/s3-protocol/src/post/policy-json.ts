import { s3Error } from '../errors/s3-error.js';

/** Deepest nesting of a policy: document, conditions, condition. */
const MAX_DEPTH = 3;

/** The `InvalidPolicyDocument` of what is wrong with a policy, in AWS's manner. */
export function invalidPolicy(problem: string, cause?: unknown): Error {
  return s3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${problem}`, cause });
}

/**
 * Parses a policy, which is JSON and a little more: `\$` and `\v` are escapes (POST
 * Policy, "Character escaping"), and a comma may stand in front of a closing
 * bracket, as in AWS's own examples.
 * @throws S3Error `InvalidPolicyDocument`, also when nested deeper than any policy is
 */
export function parsePolicyJson(text: string): unknown {
  try {
    return JSON.parse(toStrictJson(text)) as unknown;
  } catch (cause) {
    throw invalidPolicy('Invalid JSON.', cause);
  }
}

function toStrictJson(text: string): string {
  let strict = '';
  /** Where what is not yet taken begins. */
  let from = 0;
  let depth = 0;
  let comma = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') {
      const end = endOfString(text, at);
      strict += text.slice(from, at) + toStrictString(text.slice(at, end));
      from = end;
      at = end - 1;
      comma = -1;
    } else if (character === ',') {
      comma = at;
    } else if (character === ']' || character === '}') {
      depth--;
      if (comma >= 0) {
        strict += text.slice(from, comma);
        from = at;
      }
      comma = -1;
    } else if (character === '[' || character === '{') {
      if (++depth > MAX_DEPTH) throw new RangeError('nested too deep');
      comma = -1;
    } else if (!' \t\r\n'.includes(character)) {
      comma = -1;
    }
  }
  return strict + text.slice(from);
}

/** Behind the quote that ends the string beginning at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  throw new SyntaxError('a string without end');
}

function toStrictString(text: string): string {
  return text.includes('\\') ? text.replace(/\\[\s\S]/g, toStrictEscape) : text;
}

function toStrictEscape(escape: string): string {
  if (escape === '\\$') return '$';
  return escape === '\\v' ? '\\u000b' : escape;
}
