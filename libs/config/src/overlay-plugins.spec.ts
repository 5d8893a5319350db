import { describe, expect, it } from '@jest/globals';
import { overlayPlugins } from './overlay-plugins.js';

const BUILT_INS = [
  { use: '@zas/storage-filesystem', name: 'storage-filesystem', config: { tuning: { a: 1, b: 2 }, dir: 'x' } },
  { use: '@zas/access-rbac', name: 'access-rbac' },
];

describe('overlayPlugins', () => {
  it('leaves the built-in set alone when nothing is configured', () => {
    expect(overlayPlugins(BUILT_INS, [])).toEqual(BUILT_INS.map((plugin) => ({ ...plugin, config: plugin.config, builtIn: true })));
  });

  it('adds to the config of a built-in named by package or id', () => {
    for (const use of ['@zas/storage-filesystem', 'storage-filesystem']) {
      const [first] = overlayPlugins(BUILT_INS, [{ use, config: { tuning: { b: 3 } } }]);
      expect(first).toEqual({ ...BUILT_INS[0], config: { tuning: { a: 1, b: 3 }, dir: 'x' }, builtIn: true });
    }
  });

  it('disables a built-in, and drops what is disabled', () => {
    const selected = overlayPlugins(BUILT_INS, [{ use: 'access-rbac', enabled: false }, { use: 'other', enabled: false }]);
    expect(selected.map(({ name }) => name)).toEqual(['storage-filesystem']);
  });

  it('takes others as they are, listed ones first and in order; a new name makes a second instance', () => {
    const selected = overlayPlugins(BUILT_INS, [{ use: './mine' }, { use: 'access-rbac' }, { use: 'access-rbac', name: 'second' }]);
    expect(selected.map(({ use, name, builtIn }) => [use, name, builtIn])).toEqual([
      ['./mine', undefined, false],
      ['@zas/access-rbac', 'access-rbac', true],
      ['@zas/access-rbac', 'second', false],
      ['@zas/storage-filesystem', 'storage-filesystem', true],
    ]);
  });
});
