import { FLAGS } from './flags.js';
import { configSchema } from './schema.js';
import { settingsOf, upperSnake } from './settings.js';

/** What `--help` prints: every flag, setting, variable and default. */
export function helpText(): string {
  const flags = FLAGS.map((flag) => `  ${`${flag.name}${'argument' in flag ? ` ${flag.argument}` : ''}`.padEnd(20)} ${flag.does}`);
  const settings = settingsOf(configSchema).flatMap((setting) => [
    `  ${setting.path.join('.')}   ZAS_${upperSnake(...setting.path)}${setting.secret ? '   (secret)' : ''}`,
    `      ${setting.description ?? ''}${setting.default === undefined ? '' : ` [${showDefault(setting.default)}]`}`,
  ]);
  return [
    'Usage: npm start -- [flags]',
    '',
    'Flags:',
    ...flags,
    '',
    'Settings, as they stand in the file and as environment variables [default].',
    'A flag wins over a variable, a variable over the file, the file over the default.',
    'Sizes take units (96MiB). In variables, lists are comma separated; lists of',
    'objects are one JSON value; with _FILE behind its name a variable names a file',
    'that holds the value. An empty variable counts as not set.',
    '',
    ...settings,
    '',
    '  plugins[].config   ZAS_PLUGIN_<NAME>_<PATH>',
    '      One setting of one plugin, for example ZAS_PLUGIN_METRICS_PROMETHEUS_PROCESS_METRICS',
    '',
  ].join('\n');
}

function showDefault(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return String(value);
}
