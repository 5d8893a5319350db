import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';
import { helpText } from './help.js';
import { configJsonSchema } from './json-schema.js';
import { loadConfig, type ConfigSources } from './load-config.js';
import { redact } from './redact.js';
import { configSchema } from './schema.js';
import { settingsOf, upperSnake } from './settings.js';

function load(sources: Partial<ConfigSources> & { files?: Record<string, string> } = {}) {
  const { files = {}, ...rest } = sources;
  return loadConfig({
    argv: [],
    env: {},
    cwd: '/srv',
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return text;
    },
    ...rest,
  });
}

function fromYaml(text: string, rest: Partial<ConfigSources> = {}) {
  return load({ argv: ['--config', 'zas.yaml'], files: { '/srv/zas.yaml': text }, ...rest });
}

function problemsOf(attempt: () => unknown): readonly string[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('expected a ConfigError');
}

describe('loadConfig', () => {
  it('answers sane defaults', () => {
    const { config, warnings, configFile, resolveFrom } = load();
    expect(config).toMatchObject({
      http: { host: '127.0.0.1', port: 9000, trustedProxies: [] },
      data: { dir: '/srv/data' },
      pluginsDir: '/plugins',
      s3: { region: 'us-east-1', baseDomains: [] },
      log: { level: 'info' },
      identities: [],
      plugins: [],
      limits: { byteBudget: 64 * 2 ** 20, inlineBytes: 32_768, deleteKeys: 1000, partCount: 10_000 },
    });
    expect(config.limits.multipartExpirySeconds).toBeUndefined();
    expect({ warnings, configFile, resolveFrom }).toEqual({ warnings: [], configFile: undefined, resolveFrom: '/srv/zas.yaml' });
  });

  it('lets a flag win over a variable, a variable over the file, the file over the default', () => {
    const files = { '/srv/conf/zas.yaml': 'http: { host: file, port: 1 }\ns3: { region: from-file }\ndata: { dir: /file }' };
    const env = { ZAS_HTTP_HOST: 'variable', ZAS_HTTP_PORT: '2', ZAS_DATA_DIR: '/variable', ZAS_PLUGINS_DIR: 'packages' };
    const { config, configFile } = load({ argv: ['--config=conf/zas.yaml', '--port', '3', '--data-dir=rel'], env, files });
    expect(config).toMatchObject({ http: { host: 'variable', port: 3 }, s3: { region: 'from-file' }, data: { dir: '/srv/rel' }, pluginsDir: '/srv/packages' });
    expect(configFile).toBe('/srv/conf/zas.yaml');
    expect(load({ env: { ZAS_CONFIG: 'conf/zas.yaml' }, files }).config.http.host).toBe('file');
  });

  it('reads lists, sizes, objects and files from variables', () => {
    const identity = { id: 'a', displayName: 'A', accessKeyId: 'AAA', secretAccessKey: 'hush-hush' };
    const { config } = load({
      env: {
        ZAS_HTTP_PUBLIC_URL: 'https://store.example',
        ZAS_HTTP_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
        ZAS_S3_BASE_DOMAINS: 's3.example,s3.internal',
        ZAS_LIMITS_BYTE_BUDGET: '64MiB',
        ZAS_LIMITS_INLINE_BYTES: '1024',
        ZAS_IDENTITIES: JSON.stringify([identity]),
        ZAS_PLUGINS: '[{"use":"./mine"}]',
        ZAS_ROOT_ACCESS_KEY: 'ROOT',
        ZAS_ROOT_SECRET_KEY_FILE: '/run/secret',
        ZAS_S3_REGION: '',
      },
      files: { '/run/secret': 'from-a-file\n' },
    });
    expect(config.http).toMatchObject({ publicUrl: 'https://store.example', trustedProxies: ['10.0.0.0/8', '::1'] });
    expect(config.s3).toMatchObject({ region: 'us-east-1', baseDomains: ['s3.example', 's3.internal'] });
    expect(config.limits).toMatchObject({ byteBudget: 2 ** 26, inlineBytes: 1024 });
    expect(config.identities).toEqual([{ ...identity, account: '634844962250' }]);
    expect(config.plugins).toEqual([{ use: './mine', enabled: true }]);
    expect(config.root).toEqual({ accessKey: 'ROOT', secretKey: 'from-a-file' });
  });

  it('warns of unknown variables and passes those of plugins on', () => {
    const { warnings, pluginEnvironment } = load({ env: { ZAS_HTTP_PROT: '1', ZAS_PLUGIN_X_Y: '2', PATH: '/bin' } });
    expect(warnings).toEqual(['ZAS_HTTP_PROT: no such setting (did you mean "ZAS_HTTP_PORT"?)']);
    expect(pluginEnvironment).toEqual({ ZAS_PLUGIN_X_Y: '2' });
  });

  it('reports everything that is wrong, unknown keys at any depth with the nearest known one', () => {
    const text = `
htpp: {}
http: { prot: 1, port: ninety }
limits: { byteBudgte: 1MiB, inlineBytes: lots, requestSeconds: 90000 }
identities: [{ id: a, displayName: A, accessKeyId: AAA, secretAccesKey: hush-hush }]
plugins: [{ use: x, conifg: {} }]
root: { accessKey: AAA }
`;
    const problems = problemsOf(() => fromYaml(text, { env: { ZAS_HTTP_PORT: 'x', ZAS_PLUGINS: '[hush-hush' } })).join('\n');
    for (const expected of [
      'htpp: unknown key (did you mean "http"?)',
      'http.prot: unknown key (did you mean "port"?)',
      'limits.byteBudgte: unknown key (did you mean "byteBudget"?)',
      'limits.inlineBytes: expected a number of bytes',
      'identities[0].secretAccesKey: unknown key (did you mean "secretAccessKey"?)',
      'identities[0].secretAccessKey: ',
      'plugins[0].conifg: unknown key (did you mean "config"?)',
      'ZAS_HTTP_PORT: expected a number',
      'ZAS_PLUGINS: expected one JSON value',
    ]) {
      expect(problems).toContain(expected);
    }
    expect(problems).not.toContain('hush-hush');
    expect(problemsOf(() => fromYaml('root: { accessKey: AAA }'))).toEqual(['root: set accessKey and secretKey, or neither']);
    expect(problemsOf(() => fromYaml('limits: { requestSeconds: 90000 }'))).toEqual([
      'limits.collectGraceSeconds: must be longer than limits.requestSeconds',
    ]);
  });

  it('names files that cannot be read or are no YAML, without quoting them', () => {
    expect(problemsOf(() => load({ argv: ['--config', 'none.yaml'] }))).toEqual(['/srv/none.yaml: cannot be read (ENOENT)']);
    expect(problemsOf(() => fromYaml('a: 1\nsecret: "hush'))[0]).toMatch(/^\/srv\/zas\.yaml, line 2: no valid YAML/);
    expect(problemsOf(() => fromYaml('http: {}\nhttp: {}'))[0]).toContain('DUPLICATE_KEY');
    expect(problemsOf(() => fromYaml('[1, 2]'))).toHaveLength(1);
    expect(problemsOf(() => fromYaml(`a: &a [x]\nb: [${'*a,'.repeat(200)}]\nc: &c [*a,*a]\n`)).length).toBeGreaterThan(0);
    expect(problemsOf(() => load({ env: { ZAS_ROOT_SECRET_KEY_FILE: '/nowhere' } }))).toEqual(['ZAS_ROOT_SECRET_KEY_FILE: cannot be read (ENOENT)']);
    expect(problemsOf(() => load({ env: { ZAS_HTTP_PORT: '1', ZAS_HTTP_PORT_FILE: '/x' }, files: { '/x': '2' } }))).toEqual([
      'ZAS_HTTP_PORT: set it or ZAS_HTTP_PORT_FILE, not both',
    ]);
  });

  it('names every flag that is wrong', () => {
    expect(problemsOf(() => load({ argv: ['--prot', '--port', 'x', '--help=1', 'word', '--host', 'a', '--host', 'b', '--config'] }))).toEqual([
      '--prot: unknown flag (did you mean "--port"?)',
      '--help: takes no value',
      '"word": expected a flag',
      '--host: given twice',
      '--config: expected FILE',
      '--port: expected a number',
    ]);
  });

  it('reads nothing for --help', () => {
    expect(load({ argv: ['-h', '--config', 'none.yaml'], env: { ZAS_HTTP_PORT: 'x' } }).flags.help).toBe(true);
  });
});

describe('helpText', () => {
  it('names every flag, setting and variable', () => {
    const help = helpText();
    for (const { path } of settingsOf(configSchema)) {
      expect(help).toContain(`${path.join('.')} `);
      expect(help).toContain(`ZAS_${upperSnake(...path)}`);
    }
    expect(help).toContain('ZAS_HTTP_PUBLIC_URL');
    expect(help).toContain('[64MiB]');
    for (const flag of ['--config FILE', '--check-config', '--print-config', '--port NUMBER']) expect(help).toContain(flag);
    expect(settingsOf(configSchema).filter(({ description }) => description === undefined)).toEqual([]);
  });
});

describe('redact', () => {
  it('prints stars for secrets, in the server\'s part and in fragments', () => {
    const { config } = fromYaml(`
identities: [{ id: a, displayName: A, accessKeyId: AKIA, secretAccessKey: hush-hush }]
root: { accessKey: ROOT, secretKey: hush-hush }
plugins:
  - { use: known, config: { url: "https://user:hush-hush@host", region: eu } }
  - { use: unknown, config: { nested: { apiKey: hush-hush, password: { a: [hush-hush] } }, plain: visible } }
`);
    const marked = configSchema.shape.identities.def.innerType.element.shape.secretAccessKey;
    const known = configSchema.shape.root.def.innerType.extend({ url: marked, region: configSchema.shape.s3 });
    const text = redact(config, configSchema, new Map([['known', known]]));
    expect(text).not.toContain('hush-hush');
    for (const shown of ['AKIA', 'ROOT', 'eu', 'visible', '***']) expect(text).toContain(shown);
  });
});

describe('configJsonSchema', () => {
  it('names every setting and refuses others', () => {
    const schema = configJsonSchema() as { properties: Record<string, { properties: object }>; additionalProperties: boolean };
    expect(Object.keys(schema.properties)).toEqual(['http', 'data', 's3', 'oci', 'views', 'identities', 'root', 'log', 'plugins', 'pluginsDir', 'limits']);
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties.limits?.properties ?? {})).toContain('byteBudget');
  });
});
