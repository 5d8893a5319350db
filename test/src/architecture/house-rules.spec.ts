import { describe, expect, it } from '@jest/globals';
import { machinePaths, namedForNothing, registryHosts, tooLong, withoutExpectation } from './house-rules.js';
import { ROOT, readRepository } from './read-sources.js';

const files = readRepository();

describe('house rules', () => {
  it.each([
    ['no source file over 500 lines', tooLong],
    ['every file is named for its subject', namedForNothing],
    ['no registry is named', registryHosts],
    ['no path of a machine', machinePaths],
    ['every spec expects something', withoutExpectation],
  ])('%s', (_, rule) => {
    expect(files.flatMap((file) => rule(file))).toEqual([]);
  });

  it('can fail', () => {
    const at = (path: string, text = '') => ({ path, text });
    expect(tooLong(at('libs/config/src/a.ts', 'x\n'.repeat(501)))).toHaveLength(1);
    expect(tooLong(at('libs/config/src/a.ts', 'x\n'.repeat(500)))).toEqual([]);
    expect(tooLong(at('package-lock.json', 'x\n'.repeat(9000)))).toEqual([]);
    for (const name of ['utils.ts', 'http-helpers.ts', 'common/a.ts', 'plugin-manager.ts', 'util.mjs']) {
      expect(namedForNothing(at(`libs/config/src/${name}`))).toHaveLength(1);
    }
    expect(namedForNothing(at('libs/config/src/uncommon.ts'))).toEqual([]);
    expect(registryHosts(at('.npmrc', ['registry=https://registry', 'npmjs', 'org'].join('.')))).toHaveLength(1);
    expect(registryHosts(at('a.py', ['https://pypi', 'org/simple'].join('.')))).toHaveLength(1);
    expect(machinePaths(at('a.ts', `const folder = '${['', 'root', 'x'].join('/')}';`))).toHaveLength(1);
    expect(machinePaths(at('a.ts', `const folder = '${ROOT}/libs';`))).toHaveLength(ROOT.split(/[\\/]/).length > 2 ? 1 : 0);
    expect(machinePaths(at('a.ts', `const url = 'https://host${['', 'root', 'x'].join('/')}';`))).toEqual([]);
    expect(withoutExpectation(at('libs/a/src/a.spec.ts', `it('runs', () => run());`))).toHaveLength(1);
    expect(withoutExpectation(at('libs/a/src/a.spec.ts', `blobStoreSuite(runner, make);`))).toEqual([]);
  });
});
