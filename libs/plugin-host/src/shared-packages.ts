import { createRequire, type registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolderOf, readManifest } from './find-plugin.js';

/** Packages of which host and plugins must use the same copy: identity of tokens, schemas and decorators hangs on it. */
export const SHARED_PACKAGES = ['@zas/plugin-api', 'tsyringe', 'reflect-metadata', 'zod'] as const;

/** Folders of loaded plugins as URLs, each with a slash at its end. */
const pluginFolders = new Set<string>();

/** Declares a folder as a plugin's, before it is imported: its imports of shared packages go to the host's copies. */
export function sharePackagesWith(folder: string): void {
  pluginFolders.add(`${pathToFileURL(folder).href}/`);
}

/**
 * True when `specifier`, imported from `parentUrl`, must come from the host. What a
 * plugin's own dependencies import stays theirs, except our libraries, which a
 * plugin may have brought along.
 */
export function isShared(specifier: string, parentUrl: string | undefined): boolean {
  if (parentUrl === undefined || !SHARED_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return false;
  for (const folder of pluginFolders) {
    if (!parentUrl.startsWith(folder)) continue;
    const inside = parentUrl.slice(folder.length);
    const dependency = inside.lastIndexOf('node_modules/');
    if (dependency === -1 || inside.startsWith('node_modules/@zas/', dependency)) return true;
  }
  return false;
}

/**
 * Makes import and require of shared packages inside plugin folders resolve to the
 * host's copies. Called once by the host's main, before plugins are loaded; synchronous.
 */
export function installSharedPackages(): void {
  // A runner that replaces node:module has no hooks; a static import of one would not even link there.
  const { registerHooks: register } = process.getBuiltinModule('node:module') as { registerHooks: typeof registerHooks };
  register({
    // Not by another parent URL: require ignores that, and would take the CommonJS twin of a package.
    resolve: (specifier, context, next) =>
      isShared(specifier, context.parentURL) ? { url: import.meta.resolve(specifier), shortCircuit: true } : next(specifier, context),
  });
}

/** Versions of the host's copies, for refusing plugins that need others. */
export function sharedVersions(): ReadonlyMap<string, string> {
  const { resolve } = createRequire(import.meta.url);
  return new Map(
    SHARED_PACKAGES.map((name) => {
      const folder = packageFolderOf(dirname(resolve(name)));
      return [name, (folder === undefined ? undefined : readManifest(folder)?.version) ?? '0.0.0'];
    }),
  );
}
