/** A stretch of stored bytes: of a content, or a whole inline body. */
export interface Piece {
  readonly length: number;
  readonly inlineId: number | null;
  readonly contentId: number | null;
  /** Within the content; 0 for an inline body. */
  readonly offset: number;
}

/** Part of a piece, `offset` being counted from the source's first byte. */
export interface Slice {
  readonly piece: Piece;
  readonly offset: number;
  readonly length: number;
}

/** What of `pieces`, laid end to end, touches `[from, from + length)`; never an empty slice. */
export function slicePieces(pieces: readonly Piece[], from: number, length: number): Slice[] {
  const slices: Slice[] = [];
  let start = 0;
  for (const piece of pieces) {
    const skip = Math.max(0, from - start);
    const end = Math.min(piece.length, from + length - start);
    if (skip < end) slices.push({ piece, offset: piece.offset + skip, length: end - skip });
    start += piece.length;
  }
  return slices;
}
