const MOST = 128;
const PLAIN = /[A-Za-z0-9.-]/;

/**
 * The tag that stands for a key, one for each: what a tag may not hold, and `_`, is
 * written `_` and two hex digits a byte, and so is a `.` or `-` at the start.
 * @returns `undefined` for a key whose tag would be too long: it has none
 */
export function tagOfKey(key: string): string | undefined {
  let tag = '';
  for (const byte of Buffer.from(key)) {
    const character = String.fromCharCode(byte);
    const plain = PLAIN.test(character) && (tag !== '' || /[A-Za-z0-9]/.test(character));
    tag += plain ? character : `_${byte.toString(16).padStart(2, '0')}`;
    if (tag.length > MOST) return undefined;
  }
  return tag === '' ? undefined : tag;
}

/** The key that a tag stands for; `undefined` for a tag that stands for none. */
export function keyOfTag(tag: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < tag.length; at++) {
    if (tag[at] !== '_') {
      bytes.push(tag.charCodeAt(at));
      continue;
    }
    const hex = tag.slice(at + 1, at + 3);
    if (!/^[0-9a-f]{2}$/.test(hex)) return undefined;
    bytes.push(Number.parseInt(hex, 16));
    at += 2;
  }
  const key = Buffer.from(bytes).toString();
  // Bytes that are no text, and escapes that need not be, stand for nothing: each key has one tag.
  return tagOfKey(key) === tag ? key : undefined;
}
