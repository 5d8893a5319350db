import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a plugin's code lies. */
export interface FoundPlugin {
  /** Absolute path of the module to import. */
  readonly file: string;
  /** Absolute path of the package's folder; absent for a lone file. */
  readonly folder?: string;
  readonly manifest?: PackageManifest;
}

export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Why a plugin cannot be found; the message is meant for the reader of the config. */
export class PluginNotFound extends Error {}

/** Where plugins are looked for, in this order; all paths are absolute. */
export interface PluginPlaces {
  /** The config file, which need not exist: packages lie in its folder or above, and paths are relative to that. */
  readonly from: string;
  /** A folder of packages, as themselves or in a `node_modules`; one that is missing holds none. */
  readonly pluginsDir?: string;
  /** A module of the server: packages are then looked for where its own dependencies are. */
  readonly server?: string;
}

/**
 * Finds a plugin by package name, or by path of a file or folder. A folder and a
 * package answer by their `exports` with the conditions of `import`, which
 * `require.resolve` would not honour.
 * @throws PluginNotFound
 */
export function findPlugin(use: string, places: PluginPlaces): FoundPlugin {
  if (use.startsWith('file:')) return findPath(fileURLToPath(use));
  if (use.startsWith('./') || use.startsWith('../') || use === '.' || use === '..' || isAbsolute(use)) {
    return findPath(resolve(dirname(places.from), use));
  }
  return findPackage(use, places);
}

function findPath(path: string): FoundPlugin {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) throw new PluginNotFound('there is no such file or folder');
  if (kind.isDirectory()) return entryOf(path, '.');
  const folder = packageFolderOf(dirname(path));
  return { file: path, folder, manifest: folder === undefined ? undefined : readManifest(folder) };
}

function findPackage(specifier: string, { from, pluginsDir, server }: PluginPlaces): FoundPlugin {
  const [, name, inside] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
  if (name === undefined || specifier.split(/[\\/]/).includes('..')) throw new PluginNotFound('expected a package name or a path');
  const folders = [
    ...modulesAbove(dirname(from)),
    ...(pluginsDir === undefined ? [] : [join(pluginsDir, 'node_modules'), pluginsDir]),
    ...(server === undefined ? [] : modulesAbove(dirname(server))),
  ];
  const home = folders.map((folder) => join(folder, name)).find((folder) => isFile(join(folder, 'package.json')));
  if (home !== undefined) return entryOf(home, inside === undefined ? '.' : `./${inside}`);
  const looked = [
    `${dirname(from)} or above`,
    ...(pluginsDir === undefined ? [] : [isFolder(pluginsDir) ? pluginsDir : `${pluginsDir} (there is no such folder)`]),
    ...(server === undefined ? [] : [`${dirname(server)} or above (the server's own)`]),
  ];
  throw new PluginNotFound(`no package of that name is installed in ${looked.join(', nor in ')}`);
}

/** Every `node_modules` in which Node would look from `folder`. */
function modulesAbove(folder: string): readonly string[] {
  const parent = dirname(folder);
  return [join(folder, 'node_modules'), ...(parent === folder ? [] : modulesAbove(parent))];
}

function entryOf(folder: string, subpath: string): FoundPlugin {
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new PluginNotFound('the folder has no package.json');
  const target = manifest.exports === undefined ? legacyEntry(manifest, subpath) : exported(manifest.exports, subpath);
  if (target === undefined) throw new PluginNotFound(`its package.json exports no "${subpath}"`);
  const file = join(folder, target);
  if (!isFile(file)) throw new PluginNotFound(`its package.json names ${target}, which does not exist (was it built?)`);
  return { file, folder, manifest };
}

function legacyEntry(manifest: PackageManifest, subpath: string): string {
  return subpath === '.' ? (manifest.main ?? 'index.js') : subpath;
}

function exported(exports: unknown, subpath: string): string | undefined {
  const map = exports as Readonly<Record<string, unknown>>;
  const bySubpath = typeof exports === 'object' && exports !== null && Object.keys(map).some((key) => key.startsWith('.'));
  return pick(bySubpath ? map[subpath] : subpath === '.' ? exports : undefined);
}

function pick(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map(pick).find((found) => found !== undefined);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue;
    const found = pick(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The nearest folder from `start` upwards that has a package.json. */
export function packageFolderOf(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isFile(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The package.json of a folder, `undefined` when there is none. */
export function readManifest(folder: string): PackageManifest | undefined {
  const path = join(folder, 'package.json');
  if (!isFile(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PackageManifest;
  } catch {
    throw new PluginNotFound('its package.json is no valid JSON');
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
