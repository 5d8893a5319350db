/** Bytes of bodies after which their pieces are freed: as much as fits the processor's caches. */
const EVERY_BYTES = 4 * 1024 * 1024;

/** Calls `collect` each time that so many bytes were counted. */
export function pieceCounter(collect: () => void): (bytes: number) => void {
  let received = 0;
  return (bytes) => {
    received += bytes;
    if (received < EVERY_BYTES) return;
    received = 0;
    collect();
  };
}

/**
 * Counts a piece of a body, and frees those that were read, now and then.
 *
 * Node gives each piece of a socket memory of its own outside of the heap. The heap
 * hardly grows by them, so the collector comes late, and then marks everything; a look
 * at the young generation, half a millisecond, frees them as well. Does nothing where
 * the process runs without `--expose-gc`.
 */
export const freePieces = pieceCounter(() => globalThis.gc?.({ type: 'minor' }));
