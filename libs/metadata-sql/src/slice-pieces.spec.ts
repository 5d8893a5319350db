import { describe, expect, it } from '@jest/globals';
import { slicePieces, type Piece } from './slice-pieces.js';

const content = (contentId: number, length: number, offset: number): Piece => ({ length, inlineId: null, contentId, offset });

describe('slicePieces', () => {
  const pieces = [content(1, 5, 100), content(2, 3, 0), content(3, 4, 7)];
  const slice = (from: number, length: number) =>
    slicePieces(pieces, from, length).map(({ piece, offset, length: size }) => [piece.contentId, offset, size]);

  it('cuts inside, across and at the borders of pieces', () => {
    expect(slice(0, 12)).toEqual([[1, 100, 5], [2, 0, 3], [3, 7, 4]]);
    expect(slice(1, 2)).toEqual([[1, 101, 2]]);
    expect(slice(5, 3)).toEqual([[2, 0, 3]]);
    expect(slice(4, 5)).toEqual([[1, 104, 1], [2, 0, 3], [3, 7, 1]]);
  });

  it('answers nothing for an empty or far range', () => {
    expect(slice(5, 0)).toEqual([]);
    expect(slice(12, 9)).toEqual([]);
  });
});
