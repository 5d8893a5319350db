import { importsOf } from './imports.js';
import type { TextFile } from './read-sources.js';
import { isTest } from './read-sources.js';

const ENVIRONMENT = /\bprocess\s*\??\.\s*env\b|\bprocess\s*\[\s*['"]env['"]|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/;
const CONSOLE = /\bconsole\s*\??\.\s*\w/;

/** Reads the environment elsewhere than in `libs/config`. Tests may. */
export function environmentOutsideConfig(file: TextFile): readonly string[] {
  if (isTest(file) || file.path.startsWith('libs/config/') || !ENVIRONMENT.test(file.text)) return [];
  return [`${file.path} reads the environment`];
}

/** Uses containers elsewhere than in `libs/plugin-host`; the contract in plugin-api may name the type. */
export function containersOutsidePluginHost(file: TextFile): readonly string[] {
  if (file.path.startsWith('libs/plugin-host/') || isTest(file)) return [];
  return importsOf(file.text)
    .filter(({ from }) => from === 'tsyringe' || from.startsWith('tsyringe/'))
    .filter(({ typeOnly }) => !(typeOnly && file.path.startsWith('libs/plugin-api/')))
    .map(() => `${file.path} imports tsyringe`);
}

/** Uses Nest outside `apps/`. */
export function nestOutsideApps(file: TextFile): readonly string[] {
  if (file.path.startsWith('apps/')) return [];
  return importsOf(file.text)
    .filter(({ from }) => from.startsWith('@nestjs/'))
    .map(({ from }) => `${file.path} imports ${from}`);
}

/** Writes to the console instead of the logger. */
export function consoleCalls(file: TextFile): readonly string[] {
  return !isTest(file) && CONSOLE.test(file.text) ? [`${file.path} uses console`] : [];
}
