import { ROOT } from './read-sources.js';
import type { TextFile } from './read-sources.js';

const CODE = /\.(ts|mts|cts|js|mjs|cjs|py|sh)$/;
const NAMELESS = /(^|[-./])(utils?|commons?|helpers?|managers?)([-./]|$)/i;
const REGISTRIES =
  /\b(registry\.(npmjs|yarnpkg)\.(org|com)|registry\.npmmirror\.com|npm\.pkg\.github\.com|(files\.pythonhosted|pypi)\.org|proxy\.golang\.org|(deb|security)\.debian\.org|crates\.io|rubygems\.org)\b/gi;
const HOMES = /(?<![\w.@~-])\/(root|Users|home\/\w+)\//g;

/** Files that have grown into gravity. */
export function tooLong({ path, text }: TextFile, most = 500): readonly string[] {
  const lines = text.split('\n').length - 1;
  return CODE.test(path) && lines > most ? [`${path} has ${lines} lines`] : [];
}

/** Files and folders named for no subject. */
export function namedForNothing({ path }: TextFile): readonly string[] {
  return CODE.test(path) && NAMELESS.test(path) ? [`${path} is named for no subject`] : [];
}

/** Hosts of package registries: which one is used is the machine's affair. */
export function registryHosts({ path, text }: TextFile): readonly string[] {
  return [...text.matchAll(REGISTRIES)].map(([host]) => `${path} names ${host}`);
}

/** Paths that exist on one machine only: somebody's home, or where this checkout lies. */
export function machinePaths({ path, text }: TextFile): readonly string[] {
  const homes = [...text.matchAll(HOMES)].map(([found]) => `${path} holds ${found}`);
  // A short root, such as /src, would be found in any path.
  const telling = ROOT.split(/[\\/]/).length > 2;
  return telling && text.includes(`${ROOT}/`) ? [...homes, `${path} holds the place of this checkout`] : homes;
}

/** Specs that check nothing themselves and run no contract suite that would. */
export function withoutExpectation({ path, text }: TextFile): readonly string[] {
  const isSpec = /\.(spec|test)\.ts$/.test(path);
  const asserts = /\bexpect\(|\bassert(\.\w+)*\(|\b\w+Suite\(/.test(text);
  return isSpec && !asserts ? [`${path} expects nothing`] : [];
}
