import { describe, expect, it } from '@jest/globals';
import type { Package } from './read-sources.js';
import { packagesOf, readRepository } from './read-sources.js';
import type { TsConfig } from './references.js';
import { nestDifferences, referenceDifferences, rootDifferences } from './references.js';

const files = readRepository();
const packages = packagesOf(files);
const json = <T>(name: string) => JSON.parse(files.find(({ path }) => path === name)!.text) as T;

const sample = (folder: string, dependencies: Record<string, string> = {}): Package => {
  const name = `@zas/${folder.split('/').at(-1)}`;
  return { name, folder, manifest: { name, dependencies } };
};
const house = [sample('libs/a'), sample('libs/b'), sample('apps/c', { '@zas/a': '1' })];
const references = (...paths: string[]): TsConfig => ({ references: paths.map((path) => ({ path })) });

describe('the compiler sees the packages as npm does', () => {
  it.each(packages.map((own) => [own.folder, own] as const))('%s references exactly what it depends on', (folder, own) => {
    expect(referenceDifferences(own, json<TsConfig>(`${folder}/tsconfig.json`), packages)).toEqual([]);
  });

  it('the root references every package', () => {
    expect(rootDifferences(json<TsConfig>('tsconfig.json'), packages)).toEqual([]);
  });

  it('nest-cli.json names every app, lib and plugin', () => {
    expect(nestDifferences(json('nest-cli.json'), packages)).toEqual([]);
  });

  it('can fail', () => {
    expect(referenceDifferences(house[2]!, references('../../libs/a'), house)).toEqual([]);
    expect(referenceDifferences(house[2]!, references(), house)).toEqual(['apps/c/tsconfig.json lacks libs/a']);
    expect(referenceDifferences(house[2]!, references('../../libs/a', '../../libs/b'), house)).toEqual(['apps/c/tsconfig.json has libs/b for nothing']);
    expect(rootDifferences(references('./libs/a', 'libs/b'), house)).toEqual(['tsconfig.json lacks apps/c']);
    expect(nestDifferences({ projects: { a: { root: 'libs/a' }, b: { root: 'libs/b' }, d: { root: 'libs/d' } } }, house)).toEqual([
      'nest-cli.json lacks apps/c',
      'nest-cli.json has libs/d for nothing',
    ]);
  });
});
