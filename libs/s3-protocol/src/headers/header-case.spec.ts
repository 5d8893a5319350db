import { describe, expect, it } from '@jest/globals';
import { canonicalHeaderCase } from './header-case.js';

describe('canonicalHeaderCase', () => {
  it.each([
    ['etag', 'ETag'],
    ['last-modified', 'Last-Modified'],
    ['CONTENT-TYPE', 'Content-Type'],
    ['access-control-allow-origin', 'Access-Control-Allow-Origin'],
    ['x-amz-version-id', 'x-amz-version-id'],
    ['x-amz-meta-Mixed', 'x-amz-meta-Mixed'],
    ['x-of-ours', 'x-of-ours'],
    ['__proto__', '__proto__'],
  ])('%s', (name, expected) => {
    expect(canonicalHeaderCase(name)).toBe(expected);
  });
});
