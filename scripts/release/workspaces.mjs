import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Packages that plugin authors install; all others are parts of the server. */
export const PUBLISHED = ['plugin-api', 'plugin-testkit', 'plugin-host', 'config', 'observability'];

/** Paths of all package.json files of ours: the root's first. */
export function manifestFiles(root = ROOT) {
  const inside = ['apps', 'libs', 'plugins'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)));
  return [root, ...inside, join(root, 'test'), join(root, 'bench')].map((folder) => join(folder, 'package.json')).filter((file) => existsSync(file));
}

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
