import { describe, expect, it } from '@jest/globals';
import { TokenNeeded, checkKnown } from './denial.js';

describe('checkKnown', () => {
  const wanted = (kind: 'base' | 'catalog') => {
    try {
      checkKnown(kind, { kind: 'none' });
    } catch (error) {
      if (error instanceof TokenNeeded) return error.scopes;
      throw error;
    }
    return undefined;
  };

  it('asks who comes without a credential to the base or the catalog for one, for clients send theirs only then', () => {
    expect(wanted('base')).toEqual([]);
    expect(wanted('catalog')).toEqual([{ type: 'registry', name: 'catalog', actions: ['*'] }]);
  });

  it('is content with a token of nobody', () => {
    expect(() => checkKnown('catalog', { kind: 'token', scopes: [] })).not.toThrow();
  });

  it('leaves what belongs to a repository to its policies', () => {
    expect(() => checkKnown('tags', { kind: 'none' })).not.toThrow();
  });
});
