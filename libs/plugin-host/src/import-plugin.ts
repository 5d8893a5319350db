import { isPlugin, type PluginDefinition } from '@zas/plugin-api';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import semver from 'semver';
import { findPlugin, PluginNotFound, type PackageManifest, type PluginPlaces } from './find-plugin.js';
import { sharedVersions, sharePackagesWith } from './shared-packages.js';

/** A plugin's definition, or why there is none. */
export type ImportedPlugin = { readonly definition: PluginDefinition } | { readonly problems: readonly string[] };

/** Finds and imports one plugin; never throws for what the plugin does wrong. */
export async function importPlugin(use: string, places: PluginPlaces): Promise<ImportedPlugin> {
  let file: string;
  try {
    const found = findPlugin(use, places);
    const mismatches = found.manifest === undefined ? [] : sharedMismatches(found.manifest);
    if (mismatches.length > 0) return { problems: mismatches.map((mismatch) => `plugin "${use}" ${mismatch}`) };
    // As import sees it: a linked package's modules carry the URL of the real folder.
    sharePackagesWith(realpathSync(found.folder ?? dirname(found.file)));
    file = found.file;
  } catch (error) {
    if (error instanceof PluginNotFound) return { problems: [`plugin "${use}" was not found: ${error.message}`] };
    const { code, message } = error as NodeJS.ErrnoException;
    // Such as a mounted folder that the server's user may not enter.
    if (code !== undefined) return { problems: [`plugin "${use}" cannot be read: ${message}`] };
    throw error;
  }
  try {
    const definition = defaultExport((await import(pathToFileURL(file).href)) as Record<string, unknown>);
    if (definition !== undefined) return { definition };
    return { problems: [`"${use}" is no plugin: its default export was not made by definePlugin`] };
  } catch (error) {
    return { problems: [`plugin "${use}" cannot be imported: ${(error as Error | undefined)?.message ?? String(error)}`] };
  }
}

/** Shared packages of which the plugin needs another version than the host has. */
function sharedMismatches(manifest: PackageManifest): readonly string[] {
  const wanted = { ...manifest.dependencies, ...manifest.peerDependencies };
  return [...sharedVersions()]
    .filter(([name, version]) => {
      const range = wanted[name];
      return range !== undefined && semver.validRange(range) !== null && !semver.satisfies(version, range, { includePrerelease: true });
    })
    .map(([name, version]) => `needs ${name} ${wanted[name]}, the host has ${version}`);
}

/** Also looks one level deeper: what a compiler to CommonJS makes of a default export. */
function defaultExport(module: Record<string, unknown>): PluginDefinition | undefined {
  const outer = module.default;
  if (isPlugin(outer)) return outer;
  const inner = (outer as { default?: unknown } | null | undefined)?.default;
  return isPlugin(inner) ? inner : undefined;
}
