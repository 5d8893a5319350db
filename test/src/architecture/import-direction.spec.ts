import { describe, expect, it } from '@jest/globals';
import { escapes, importsOf, undeclared, wrongDirections } from './imports.js';
import { isSource, packagesOf, readRepository } from './read-sources.js';
import type { Manifest } from './read-sources.js';

const files = readRepository();
const packages = packagesOf(files);
const sources = files.filter(isSource);
const rootManifest = JSON.parse(files.find(({ path }) => path === 'package.json')!.text) as Manifest;
const rootDev = Object.keys(rootManifest.devDependencies ?? {});

const at = (path: string, text: string) => ({ path, text });

describe('reading imports', () => {
  it('sees every form, and which ones are types', () => {
    const text = [
      `import a from 'a';`,
      `import type { B } from "b";`,
      `import { type C, type D } from 'c';`,
      `import { type E, f } from 'd';`,
      `import {\n  g,\n  h,\n} from './e.js';`,
      `import 'f';`,
      `export * from './g.js';`,
      `export type { I } from 'h';`,
      `const i = await ${'import'}('i');`,
      `const text = Buffer.from('no import');`,
    ].join('\n');
    expect(importsOf(text).map(({ from, typeOnly }) => (typeOnly ? `type ${from}` : from)).sort()).toEqual(
      ['a', 'type b', 'type c', 'd', './e.js', 'f', './g.js', 'type h', 'i'].sort(),
    );
  });
});

describe('imports go one way', () => {
  it('finds the packages and their sources', () => {
    expect(packages.length).toBeGreaterThanOrEqual(15);
    expect(sources.length).toBeGreaterThan(300);
  });

  it('apps → libs → plugin-api; plugins → plugin-api and the libs written for plugins', () => {
    expect(sources.flatMap((file) => wrongDirections(file, packages))).toEqual([]);
  });

  it.each([
    ['libs/plugin-api/src/x.ts', '@zas/observability'],
    ['libs/content-store/src/x.ts', '@zas/object-store'],
    ['libs/object-store/src/x.ts', '@zas/s3-protocol'],
    ['libs/object-store/src/x.ts', '@zas/plugin-testkit'],
    ['libs/object-store/src/x.spec.ts', '@zas/host/app'],
    ['plugins/access-rbac/src/x.ts', '@zas/object-store'],
    ['plugins/access-rbac/src/x.ts', '@zas/storage-filesystem'],
    ['apps/host/src/x.ts', '@zas/storage-filesystem'],
    ['apps/host/src/x.ts', '@zas/plugin-host/dist/guard.js'],
    ['apps/host/src/x.ts', '@zas/absent'],
    ['libs/new-lib/src/x.ts', '@zas/plugin-api'],
  ])('would find %s importing %s', (path, from) => {
    expect(wrongDirections(at(path, `import { x } from '${from}';`), packages)).toHaveLength(1);
  });

  it.each([
    ['libs/object-store/src/x.spec.ts', '@zas/plugin-testkit'],
    ['plugins/metadata-sqlite/src/x.ts', '@zas/metadata-sql/schema'],
    ['apps/host/src/x.ts', '@zas/object-store'],
    ['test/src/x.ts', '@zas/host/app'],
  ])('lets %s import %s', (path, from) => {
    expect(wrongDirections(at(path, `import { x } from '${from}';`), packages)).toEqual([]);
  });
});

describe('packages are walls', () => {
  it('no relative import leaves its package', () => {
    expect(sources.flatMap((file) => escapes(file, packages))).toEqual([]);
    expect(escapes(at('libs/config/src/a.ts', `import { x } from '../../plugin-api/src/x.js';`), packages)).toHaveLength(1);
    expect(escapes(at('libs/config/src/deep/a.ts', `import { x } from '../x.js';`), packages)).toEqual([]);
  });

  it('every imported package is declared by the package that imports it', () => {
    expect(sources.flatMap((file) => undeclared(file, packages, rootDev))).toEqual([]);
    expect(undeclared(at('libs/s3-protocol/src/a.ts', `import { z } from 'zod';`), packages, rootDev)).toHaveLength(1);
    expect(undeclared(at('libs/observability/src/a.ts', `import { it } from '@jest/globals';`), packages, rootDev)).toHaveLength(1);
    expect(undeclared(at('libs/observability/src/a.spec.ts', `import { it } from '@jest/globals';`), packages, rootDev)).toEqual([]);
  });
});
