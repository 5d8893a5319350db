import { loadForCheck } from '../../check-config.js';
import { type Check, good, problem, warning } from './finding.js';

/** Whether every plugin is found, fits this server and accepts its configuration; the files of TLS as well. */
export const checkPlugins: Check = async ({ loaded, logger }) => {
  const warnings = loaded.warnings.map((says) => warning('configuration', says, 'Remove it or write it as it is meant.'));
  try {
    const plugins = (await loadForCheck(loaded, logger)).inventory();
    return [...warnings, good('configuration', loaded.configFile ?? 'no file, defaults'), ...plugins.map(({ name, version }) => good('plugin', `${name} ${version}`))];
  } catch (error) {
    return [...warnings, problem('configuration', (error as Error).message, 'See docs/troubleshooting.md, and zas check-config for this alone.')];
  }
};
