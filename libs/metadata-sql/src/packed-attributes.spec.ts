import { describe, expect, it } from '@jest/globals';
import { packAttributes, unpackAttributes } from './packed-attributes.js';

const lean = { etag: 'e', owner: '111111111111', storageClass: 'STANDARD', headers: {}, userMetadata: {} };

describe('packed attributes', () => {
  it('are lean when there is nothing to say', () => {
    expect(packAttributes(lean).rest).toBeNull();
    expect(unpackAttributes(packAttributes(lean))).toEqual({ ...lean, checksum: undefined });
  });

  it('come back as they were', () => {
    const full = {
      ...lean,
      headers: { contentType: 'text/plain', expires: 'x' },
      userMetadata: JSON.parse('{"__proto__":"kept","a":"\\u00fc"}') as Record<string, string>,
      checksum: { algorithm: 'SHA256', type: 'COMPOSITE', value: 'v-2' } as const,
    };
    const packed = packAttributes(full);
    expect(packed.checksumAlgorithm).toBe('SHA256');
    expect(unpackAttributes(packed)).toEqual(full);
    expect(Object.keys(unpackAttributes(packed).userMetadata)).toEqual(['__proto__', 'a']);
  });
});
