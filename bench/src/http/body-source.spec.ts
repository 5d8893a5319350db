import crypto from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { largeBodies, smallBodies } from './body-source.js';

const digest = (pieces: readonly Buffer[]) => crypto.hash('sha256', Buffer.concat(pieces), 'hex');

describe('bodies', () => {
  it('says the digest and the length of what it sends', () => {
    const next = largeBodies(100_000);
    for (const body of [...smallBodies(4096).slice(0, 3), next(), next()]) {
      expect(body.sha256).toBe(digest(body.pieces));
      expect(body.length).toBe(Buffer.concat(body.pieces).length);
    }
  });

  it('never makes a large one twice', () => {
    const next = largeBodies(100_000);
    expect(next().sha256).not.toBe(next().sha256);
  });
});
