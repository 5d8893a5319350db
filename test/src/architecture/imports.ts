import path from 'node:path';
import type { Package, TextFile } from './read-sources.js';
import { isTest } from './read-sources.js';

/** One import or re-export. */
export interface Import {
  readonly from: string;
  /** Vanishes when compiled. */
  readonly typeOnly: boolean;
}

const FROM = /^(?:import|export)(\s+type)?\s([^;'"]*?)\sfrom\s+['"]([^'"]+)['"]/gm;
const BARE = /^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function importsOf(text: string): readonly Import[] {
  const named = [...text.matchAll(FROM)].map(([, type, what = '', from = '']) => ({ from, typeOnly: type !== undefined || onlyTypes(what) }));
  const bare = [...text.matchAll(BARE)].map(([, first, second]) => ({ from: (first ?? second)!, typeOnly: false }));
  return [...named, ...bare];
}

function onlyTypes(what: string): boolean {
  const names = /^\s*\{([^}]*)\}\s*$/.exec(what)?.[1]?.split(',').filter((name) => name.trim() !== '');
  return names !== undefined && names.length > 0 && names.every((name) => name.trim().startsWith('type '));
}

/** The package part of a specifier; `undefined` for relative ones and Node's own. */
export function packageNameOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Which of our libs each lib may import. */
const LIBS: Readonly<Record<string, readonly string[]>> = {
  'plugin-api': [],
  'content-store': ['plugin-api'],
  's3-protocol': ['plugin-api'],
  'oci-protocol': ['plugin-api'],
  'artifact-registry': ['plugin-api', 'content-store'],
  'artifact-views': ['plugin-api'],
  config: ['plugin-api'],
  observability: ['plugin-api'],
  'object-store': ['plugin-api', 'content-store'],
  'plugin-host': ['plugin-api', 'config', 'observability'],
  'plugin-testkit': ['plugin-api', 'plugin-host', 'observability'],
  'metadata-sql': ['plugin-api'],
};
/** Libs written for plugins. */
const FOR_PLUGINS = ['plugin-api', 'metadata-sql'];

/** Why a file may not import one of our packages; `undefined` when it may. */
function refusal(file: TextFile, target: Package): string | undefined {
  const [group = '', own = ''] = file.path.split('/');
  const [targetGroup, name = ''] = target.folder.split('/');
  if (group === 'test' || group === 'bench') return undefined;
  if (targetGroup === group && name === own) return 'its own package by name';
  if (isTest(file) && name === 'plugin-testkit') return undefined;
  if (group === 'apps') return targetGroup === 'libs' ? undefined : `${target.folder}: apps import libs only`;
  if (targetGroup !== 'libs') return `${target.folder}: only libs may be imported`;
  const allowed = group === 'plugins' ? FOR_PLUGINS : LIBS[own];
  if (!allowed) return `something of ours; give libs/${own} its line in the table of allowed imports`;
  return allowed.includes(name) ? undefined : `${target.folder}: allowed are ${allowed.join(', ') || 'none of ours'}`;
}

/** Imports against the direction of the house: apps → libs → plugin-api, plugins → plugin-api and the libs for plugins. */
export function wrongDirections(file: TextFile, packages: readonly Package[]): readonly string[] {
  return importsOf(file.text).flatMap(({ from }) => {
    const target = packages.find(({ name }) => name === packageNameOf(from));
    if (!target) return packageNameOf(from)?.startsWith('@zas/') ? [`${file.path} imports ${from}, which does not exist`] : [];
    const published = from === target.name || `.${from.slice(target.name.length)}` in (target.manifest.exports ?? {});
    const why = published ? refusal(file, target) : `${from}: an inside of a package`;
    return why === undefined ? [] : [`${file.path} imports ${why}`];
  });
}

/** Relative imports that leave the package's src folder. */
export function escapes(file: TextFile, packages: readonly Package[]): readonly string[] {
  const home = packages.find(({ folder }) => file.path.startsWith(`${folder}/`))?.folder;
  return importsOf(file.text)
    .filter(({ from }) => from.startsWith('.'))
    .filter(({ from }) => !path.posix.join(path.posix.dirname(file.path), from).startsWith(`${home}/src/`))
    .map(({ from }) => `${file.path} leaves its package: ${from}`);
}

/** Imported packages that the importer's package.json does not declare (for tests also as devDependencies, or the root's). */
export function undeclared(file: TextFile, packages: readonly Package[], shared: readonly string[]): readonly string[] {
  const home = packages.find(({ folder }) => file.path.startsWith(`${folder}/`));
  const { dependencies, peerDependencies, devDependencies } = home?.manifest ?? {};
  const shipped = Object.keys({ ...dependencies, ...peerDependencies });
  const declared = new Set(isTest(file) ? [...shipped, ...Object.keys(devDependencies ?? {}), ...shared] : shipped);
  return importsOf(file.text)
    .map(({ from }) => packageNameOf(from))
    .filter((name) => name !== undefined && !declared.has(name))
    .map((name) => `${file.path} imports ${name}, which its package.json does not declare`);
}
