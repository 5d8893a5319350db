const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const POOL = 4096;

/**
 * Makes random characters of the version-id alphabet, 5 bits each.
 * @param fill fills a buffer with random bytes; called once in thousands of characters, as each call costs microseconds
 */
export function createRandomText(fill: (buffer: Uint8Array) => void): (length: number) => string {
  const pool = new Uint8Array(POOL);
  let next = POOL;
  return (length) => {
    let text = '';
    for (let i = 0; i < length; i++) {
      if (next === POOL) {
        fill(pool);
        next = 0;
      }
      text += ALPHABET[pool[next++]! & 31];
    }
    return text;
  };
}
