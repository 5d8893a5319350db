import crypto from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createRandomText } from './random-text.js';

describe('createRandomText', () => {
  it('gives texts of the alphabet that do not repeat, over many refills', () => {
    let fills = 0;
    const random = createRandomText((buffer) => {
      fills++;
      crypto.randomFillSync(buffer);
    });
    const texts = Array.from({ length: 2000 }, () => random(16));
    expect(new Set(texts).size).toBe(2000);
    for (const text of texts) expect(text).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
    expect(fills).toBe(Math.ceil((2000 * 16) / 4096));
  });
});
