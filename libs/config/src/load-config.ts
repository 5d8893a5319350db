import { deriveAccountId } from '@zas/plugin-api';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ConfigError } from './config-error.js';
import { describeIssues } from './describe-issues.js';
import { overlayEnvironment, type Environment, type ReadFile } from './environment.js';
import { parseFlags, type Flags } from './flags.js';
import { configSchema, type Config } from './schema.js';
import type { TlsConfig } from './tls.js';

const PREFIX = 'ZAS_';
const PLUGIN_PREFIX = 'ZAS_PLUGIN_';
const CONFIG_VARIABLE = 'ZAS_CONFIG';
const MAX_FILE = 4 * 2 ** 20;

export interface ConfigSources {
  /** Arguments behind the program's name. */
  readonly argv: readonly string[];
  /** What `readEnvironment()` answers. */
  readonly env: Environment;
  readonly readFile: ReadFile;
  /** Absolute path of the working directory. */
  readonly cwd: string;
}

export interface LoadedConfig {
  /** `data.dir`, `pluginsDir` and the files of `http.tls` are absolute and every identity has its account. */
  readonly config: Config;
  readonly flags: Flags;
  /** For the log: things that look wrong but do not stop the server. */
  readonly warnings: readonly string[];
  /** Absolute path of the file that was read, if one was. */
  readonly configFile?: string;
  /** Absolute path from which plugins are found: the config file, or where one would stand. */
  readonly resolveFrom: string;
  /** `ZAS_PLUGIN_…` variables, to be laid over plugin configs once their schemas are loaded. */
  readonly pluginEnvironment: Environment;
}

/**
 * Reads flags, environment and file, in that order of precedence, over the defaults.
 * With `--help` or `--version` nothing else is read and the defaults are answered.
 * @throws ConfigError with everything that is wrong
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const flags = parseFlags(sources.argv);
  const quiet = flags.help || flags.version;
  const env: Environment = quiet ? {} : sources.env;
  const named = flags.config ?? (env[CONFIG_VARIABLE] || undefined);
  const configFile = quiet || named === undefined ? undefined : resolve(sources.cwd, named);

  const file = configFile === undefined ? {} : readYaml(configFile, sources.readFile);
  const overlaid = overlayEnvironment(configSchema, file, env, {
    prefix: PREFIX,
    readFile: (path) => sources.readFile(resolve(sources.cwd, path)),
    ignore: (name) => name === CONFIG_VARIABLE || name.startsWith(PLUGIN_PREFIX),
  });
  const parsed = configSchema.safeParse(overlayFlags(overlaid.value, flags));
  const problems = [...overlaid.problems, ...(parsed.success ? [] : describeIssues(configSchema, parsed.error.issues))];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  return {
    config: complete(parsed.data, sources.cwd),
    flags,
    warnings: overlaid.warnings,
    configFile,
    resolveFrom: configFile ?? resolve(sources.cwd, 'zas.yaml'),
    pluginEnvironment: Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith(PLUGIN_PREFIX))),
  };
}

function readYaml(path: string, readFile: ReadFile): unknown {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    throw new ConfigError([`${path}: cannot be read (${(error as { code?: string }).code ?? 'error'})`]);
  }
  if (text.length > MAX_FILE) throw new ConfigError([`${path}: larger than ${MAX_FILE} characters`]);
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    // No excerpt of the text: it may hold secrets.
    throw new ConfigError(
      document.errors.map((error) => {
        const line = text.slice(0, error.pos[0]).split('\n').length;
        return `${path}, line ${line}: no valid YAML (${error.code})`;
      }),
    );
  }
  try {
    return (document.toJS({ maxAliasCount: 100 }) as unknown) ?? {};
  } catch {
    throw new ConfigError([`${path}: no valid YAML (too many or unknown aliases)`]);
  }
}

function overlayFlags(value: unknown, flags: Flags): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { http, data } = value as { http?: object; data?: object };
  const result: Record<string, unknown> = { ...value };
  if (flags.host !== undefined) result.http = { ...http, host: flags.host };
  if (flags.port !== undefined) result.http = { ...(result.http as object | undefined), port: flags.port };
  if (flags.dataDir !== undefined) result.data = { ...data, dir: flags.dataDir };
  return result;
}

function complete(config: Config, cwd: string): Config {
  return {
    ...config,
    http: { ...config.http, tls: config.http.tls && resolveTls(config.http.tls, cwd) },
    data: { ...config.data, dir: resolve(cwd, config.data.dir) },
    pluginsDir: resolve(cwd, config.pluginsDir),
    identities: config.identities.map((identity) => ({ ...identity, account: identity.account ?? deriveAccountId(identity.id) })),
  };
}

function resolveTls(tls: TlsConfig, cwd: string): TlsConfig {
  const { certFile, keyFile, clientCa } = tls;
  return { ...tls, certFile: resolve(cwd, certFile), keyFile: resolve(cwd, keyFile), ...(clientCa !== undefined && { clientCa: resolve(cwd, clientCa) }) };
}
