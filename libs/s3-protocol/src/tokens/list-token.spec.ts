import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { openToken, sealToken } from './list-token.js';

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as S3Error).code;
  }
  return undefined;
}

describe('listing tokens', () => {
  const token = sealToken('secret', 'objects:7', 'a/ä\u0000😀');

  it.each(['', 'a', 'a/ä\u0000😀', 'x'.repeat(1024)])('give back %j', (after) => {
    const sealed = sealToken('secret', 's', after);
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(openToken('secret', 's', sealed)).toBe(after);
  });

  it('are refused in another bucket, under another secret, or with scope and text shifted', () => {
    expect(codeOf(() => openToken('secret', 'objects:8', token))).toBe('InvalidArgument');
    expect(codeOf(() => openToken('other', 'objects:7', token))).toBe('InvalidArgument');
    expect(sealToken('secret', 'ab', 'c').slice(0, 20)).not.toBe(sealToken('secret', 'a', 'bc').slice(0, 20));
  });

  it('are refused when one character is changed, cut off or made up', () => {
    for (let i = 0; i < token.length - 1; i++) {
      const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(codeOf(() => openToken('secret', 'objects:7', changed))).toBe('InvalidArgument');
    }
    for (const made of ['', 'x', token.slice(0, -4), 'A'.repeat(5000), '!!!!']) {
      expect(codeOf(() => openToken('secret', 'objects:7', made))).toBe('InvalidArgument');
    }
  });
});
