import { loadForCheck } from '../../check-config.js';
import type { ConfiguredCall, Outcome } from '../outcome.js';

/** Loads configuration, files of TLS and plugins, and starts nothing. */
export async function checkConfig({ loaded, logger }: ConfiguredCall): Promise<Outcome> {
  const { configFile: file, warnings } = loaded;
  try {
    const plugins = (await loadForCheck(loaded, logger)).inventory().map(({ name, version }) => ({ name, version }));
    const lines = [
      `The configuration is good${file === undefined ? '; no file was named' : `: ${file}`}.`,
      ...warnings.map((warning) => `  warning: ${warning}`),
      ...plugins.map(({ name, version }) => `  plugin ${name} ${version}`),
    ];
    return { good: true, text: lines.join('\n'), value: { file, warnings, plugins } };
  } catch (error) {
    const { message, problems = [message] } = error as { message: string; problems?: readonly string[] };
    return { good: false, text: message, value: { file, warnings, problems } };
  }
}
