const POOL = 512;

/**
 * Makes request ids as AWS shows them: 16 upper-case hexadecimal digits.
 * @param fill fills a buffer with random bytes, for example `crypto.randomFillSync`; called once in 64 ids
 */
export function createRequestIds(fill: (buffer: Uint8Array) => void): () => string {
  const pool = Buffer.alloc(POOL);
  let offset = POOL;
  return () => {
    if (offset === POOL) {
      fill(pool);
      offset = 0;
    }
    const id = pool.toString('hex', offset, offset + 8).toUpperCase();
    offset += 8;
    return id;
  };
}
