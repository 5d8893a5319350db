/**
 * Keys are stored as the bytes of their UTF-8 form and compared as bytes. UTF-8
 * has no byte 0xFF (nor 0xF5 to 0xFE), so a prefix always has a successor.
 */

/** The smallest bytes greater than everything that starts with `prefix`; `undefined` for an empty prefix: no upper bound. */
export function prefixEnd(prefix: string): Buffer | undefined {
  if (prefix === '') return undefined;
  const end = Buffer.from(prefix);
  end[end.length - 1]!++;
  return end;
}

/** Greater than every key. */
export const BEYOND_ALL_KEYS: Buffer = Buffer.from([0xff]);
