import path from 'node:path';
import type { Package } from './read-sources.js';

/** As far as the checks read it. */
export interface TsConfig {
  readonly references?: readonly { readonly path: string }[];
}

function difference(what: string, wanted: readonly string[], present: readonly string[]): readonly string[] {
  return [
    ...wanted.filter((one) => !present.includes(one)).map((one) => `${what} lacks ${one}`),
    ...present.filter((one) => !wanted.includes(one)).map((one) => `${what} has ${one} for nothing`),
    ...present.filter((one, i) => present.indexOf(one) !== i).map((one) => `${what} names ${one} twice`),
  ];
}

/** Where a package's tsconfig references and its dependencies among our packages differ. */
export function referenceDifferences(own: Package, config: TsConfig, packages: readonly Package[]): readonly string[] {
  const { dependencies, peerDependencies, devDependencies } = own.manifest;
  const declared = Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies });
  const wanted = packages.filter(({ name }) => declared.includes(name)).map(({ folder }) => folder);
  const present = (config.references ?? []).map((reference) => path.posix.join(own.folder, reference.path));
  return difference(`${own.folder}/tsconfig.json`, wanted, present);
}

/** Where the root's references and the workspaces differ. */
export function rootDifferences(config: TsConfig, packages: readonly Package[]): readonly string[] {
  const present = (config.references ?? []).map((reference) => path.posix.normalize(reference.path));
  return difference('tsconfig.json', packages.map(({ folder }) => folder), present);
}

/** Where Nest's list of projects and the apps, libs and plugins differ. */
export function nestDifferences(config: { readonly projects: Readonly<Record<string, { readonly root: string }>> }, packages: readonly Package[]): readonly string[] {
  const wanted = packages.map(({ folder }) => folder).filter((folder) => folder !== 'test' && folder !== 'bench');
  return difference('nest-cli.json', wanted, Object.values(config.projects).map(({ root }) => root));
}
