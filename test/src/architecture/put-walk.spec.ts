import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importsOf } from './imports.js';
import type { TextFile } from './read-sources.js';
import { packagesOf, readRepository } from './read-sources.js';

const WALK = [
  'apps/host/src/s3/s3.routes.ts',
  'apps/host/src/s3/operations/put-object.ts',
  'libs/object-store/src/put-object.ts',
  'libs/content-store/src/write-body.ts',
];

const files = readRepository();
const packages = packagesOf(files);
const find = (name: string) => files.find((file) => file.path === name);

/** True when `from` imports `to`: directly, or by the name of its package, whose index passes it on. */
function leadsTo(from: TextFile, to: string): boolean {
  const home = packages.find(({ folder }) => to.startsWith(`${folder}/`));
  const index = home && find(`${home.folder}/src/index.ts`);
  const direct = (file: TextFile) =>
    importsOf(file.text).some((one) => !one.typeOnly && path.posix.join(path.posix.dirname(file.path), one.from.replace(/\.js$/, '.ts')) === to);
  const byName = importsOf(from.text).some((one) => one.from === home?.name && !one.typeOnly);
  return direct(from) || (byName && index !== undefined && direct(index));
}

describe('the walk of an S3 PUT', () => {
  it.each(WALK)('%s exists', (name) => {
    expect(find(name)).toBeDefined();
  });

  it.each(WALK.slice(1).map((name, i) => [WALK[i]!, name]))('%s imports %s', (from, to) => {
    expect(leadsTo(find(from)!, to)).toBe(true);
  });

  it.each([
    [WALK[0]!, 'putObject'],
    [WALK[1]!, 'putObject'],
    [WALK[2]!, 'writeBody'],
  ])('%s imports just %s for it', (name, subject) => {
    expect(find(name)!.text).toMatch(new RegExp(`import \\{[^}]*\\b${subject}\\b[^}]*\\}`));
  });

  it('stands in ARCHITECTURE.md', () => {
    const text = find('ARCHITECTURE.md')?.text ?? '';
    expect(WALK.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('can fail', () => {
    expect(leadsTo({ path: WALK[0]!, text: `import { getObject } from './operations/get-object.js';` }, WALK[1]!)).toBe(false);
    expect(leadsTo({ path: WALK[1]!, text: `import type { ObjectStore } from '@zas/object-store';` }, WALK[2]!)).toBe(false);
    expect(leadsTo({ path: WALK[1]!, text: `import { readBody } from '@zas/content-store';` }, WALK[2]!)).toBe(false);
  });
});
