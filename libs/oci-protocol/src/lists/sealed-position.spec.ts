import { describe, expect, it } from '@jest/globals';
import { OciError } from '../errors/oci-error.js';
import { openPosition, sealPosition } from './sealed-position.js';

const secret = Buffer.alloc(32, 1);
const name = 'a/name/that/nobody/learns';

describe('a sealed position', () => {
  it('is opened with the same secret', () => {
    for (const one of [name, 'a', 'x'.repeat(255)]) expect(openPosition(secret, sealPosition(secret, one))).toBe(one);
  });

  it('does not show the name', () => {
    expect(Buffer.from(sealPosition(secret, name), 'base64url').toString('latin1')).not.toContain('name');
    expect(sealPosition(secret, name)).not.toBe(sealPosition(secret, name));
  });

  it('is nobody else’s to make or change', () => {
    const sealed = Buffer.from(sealPosition(secret, name), 'base64url');
    const altered = [0, 12, sealed.length - 1].map((at) => {
      const copy = Buffer.from(sealed);
      copy[at]! ^= 1;
      return copy.toString('base64url');
    });
    const foreign = sealPosition(Buffer.alloc(32, 2), name);
    for (const text of [...altered, foreign, '', 'x', 'A'.repeat(100_000), sealed.toString('base64url').slice(4), sealed.subarray(0, 28).toString('base64url')]) {
      expect(() => openPosition(secret, text)).toThrow(OciError);
    }
  });
});
