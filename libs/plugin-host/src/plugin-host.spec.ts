import { createLogger } from '@zas/observability';
import {
  authorizer,
  blobStore,
  credentials,
  definePlugin,
  definePoint,
  defineService,
  healthProbe,
  provide,
  secret,
  type PluginDefinition,
  type PluginInstance,
  type Point,
} from '@zas/plugin-api';
import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PluginHost, type PluginHostOptions } from './plugin-host.js';
import type { PluginHostError } from './plugin-host-error.js';
import type { PluginSource } from './load-plugins.js';

const first = definePoint<{ ask(): Promise<string> }>('test.first/v1', 'one');
const second = definePoint<{ ask(): Promise<string> }>('test.second/v1', 'one');
const ordered = definePoint<{ name: string }>('test.ordered/v1', 'ordered');

function plugin(id: string, overrides: Partial<PluginDefinition> & { hooks?: Partial<PluginInstance> } = {}): PluginDefinition {
  const { hooks, ...rest } = overrides;
  const provides = rest.provides ?? [];
  return definePlugin({
    id,
    apiVersion: '^0.1.0',
    version: '1.0.0',
    config: z.strictObject({}),
    setup: () => ({ provide: provides.map((point) => provide(point, { name: id, ask: async () => id })), ...hooks }),
    ...rest,
    provides,
  });
}

function hostOf(sources: readonly (PluginDefinition | PluginSource)[], options: Partial<PluginHostOptions> = {}) {
  const lines: string[] = [];
  const host = new PluginHost({
    plugins: sources.map((source) => ('use' in source ? source : { use: source })),
    resolveFrom: join(tmpdir(), 'zas.yaml'),
    dataDir: join(tmpdir(), 'never-made'),
    logger: createLogger({ level: 'debug', write: (line) => lines.push(line), clock: { now: () => 0 } }),
    limits: { start: 50, drain: 50, stop: 50 },
    ...options,
  });
  return { host, log: () => lines.join('') };
}

async function problemsOf(running: Promise<unknown>): Promise<readonly string[]> {
  try {
    await running;
  } catch (error) {
    return (error as PluginHostError).problems;
  }
  throw new Error('expected a failure');
}

describe('the life of plugins', () => {
  it('starts what others require first and stops it last', async () => {
    const events: string[] = [];
    const recorded = (id: string): Partial<PluginInstance> => ({
      start: async () => void events.push(`start ${id}`),
      drain: async () => void events.push(`drain ${id}`),
      stop: async () => void events.push(`stop ${id}`),
    });
    const { host } = hostOf([
      plugin('user', { requires: [first], hooks: recorded('user') }),
      plugin('provider', { provides: [first], hooks: recorded('provider') }),
    ]);
    await host.boot();
    expect(host.inventory()).toMatchObject([
      { name: 'provider', provides: [first.key], state: 'started', builtIn: false, version: '1.0.0' },
      { name: 'user', requires: [first.key], state: 'started' },
    ]);
    await expect(host.points().one(first).ask()).resolves.toBe('provider');
    await host.drain();
    await host.drain();
    await Promise.all([host.stop(), host.stop()]);
    expect(events).toEqual(['start provider', 'start user', 'drain user', 'drain provider', 'stop user', 'stop provider']);
    expect(host.inventory().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  });

  it('gives each plugin only the points that it lists', async () => {
    const seen: unknown[] = [];
    const curious = plugin('curious', {
      requires: [first],
      optional: [second],
      setup: ({ points, container }) => {
        seen.push(points.optional(second), container.resolve(Symbol.for(first.key)) === points.one(first));
        expect(() => points.one(second)).toThrow('does not list test.second/v1 in its requires');
        return { provide: [] };
      },
    });
    const { host } = hostOf([curious, plugin('provider', { provides: [first] })]);
    await host.load();
    host.setup();
    expect(seen).toEqual([undefined, true]);
  });

  it('keeps the order of the config for ordered points', async () => {
    const { host } = hostOf([plugin('b', { provides: [ordered], requires: [first] }), plugin('a', { provides: [ordered, first] })]);
    await host.boot();
    expect(host.points().all(ordered).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(host.providers(ordered)).toMatchObject([{ plugin: 'b', id: 'b', implementation: { name: 'b' } }, { plugin: 'a' }]);
    await host.stop();
  });

  it('offers host services and misses those that are not there', async () => {
    const clock = defineService<{ tick(): number }>('host.tick/v1');
    const user = plugin('user', { requires: [clock as Point<unknown>] });
    expect(await problemsOf(hostOf([user]).host.load())).toEqual(['plugin "user" requires host.tick/v1, which the host does not offer']);
    const { host } = hostOf([user]);
    host.provideService(clock, { tick: () => 1 });
    await host.load();
    host.setup();
    expect(host.points().one(clock).tick()).toBe(1);
  });
});

describe('what a configured plugin replaces', () => {
  const builtIn = (definition: PluginDefinition): PluginSource => ({ use: definition, builtIn: true });

  it('lets a built-in give way in one point and keeps its others', async () => {
    const { host, log } = hostOf([builtIn(plugin('access', { provides: [authorizer, credentials] })), plugin('own', { provides: [authorizer] })]);
    await host.boot();
    expect(host.inventory()).toMatchObject([{ name: 'access', provides: [credentials.key] }, { name: 'own', provides: [authorizer.key] }]);
    expect(log()).toContain('instead of the built-in');
    await host.stop();
  });

  it('drops a built-in that has no point of its own left', async () => {
    const { host } = hostOf([builtIn(plugin('disk', { provides: [blobStore, healthProbe] })), plugin('cloud', { provides: [blobStore] })]);
    await host.boot();
    expect(host.inventory().map(({ name }) => name)).toEqual(['cloud']);
    await host.stop();
  });
});

describe('unhappy ways', () => {
  it('throws in setup: the boot stops with the reason', async () => {
    const bad = plugin('bad', { provides: [first], setup: () => { throw new Error('no such mode'); } });
    const { host } = hostOf([bad, plugin('user', { requires: [first] })]);
    expect(await problemsOf(host.boot())).toEqual(['plugin "bad" failed in setup: no such mode']);
  });

  it('throws in start: what had begun is stopped, the rest is not touched', async () => {
    const events: string[] = [];
    const noted = (id: string) => ({ stop: async () => void events.push(id) });
    const { host } = hostOf([
      plugin('good', { hooks: noted('good') }),
      plugin('bad', { hooks: { start: async () => Promise.reject(new Error('no database')), ...noted('bad') } }),
      plugin('later', { hooks: noted('later') }),
    ]);
    expect(await problemsOf(host.boot())).toEqual(['plugin "bad" failed to start: no database']);
    expect(events).toEqual(['bad', 'good']);
  });

  it('hangs in start: the time limit ends the boot and the signal tells the plugin', async () => {
    let signal: AbortSignal | undefined;
    const { host } = hostOf([plugin('slow', { hooks: { start: (own) => { signal = own; return new Promise(() => undefined); } } })]);
    expect(await problemsOf(host.boot())).toEqual(['plugin "slow" failed to start: not done within 0.05 s']);
    expect(signal?.aborted).toBe(true);
  });

  it('gives up starting when the outer signal fires', async () => {
    const { host } = hostOf([plugin('slow', { hooks: { start: () => new Promise(() => undefined) } })], { limits: { start: 60_000, drain: 1, stop: 50 } });
    expect(await problemsOf(host.boot(AbortSignal.timeout(10)))).toHaveLength(1);
  });

  it('hangs or throws in stop: it is logged and the others stop', async () => {
    let stopped = false;
    const { host, log } = hostOf([
      plugin('good', { hooks: { stop: async () => { stopped = true; } } }),
      plugin('throws', { hooks: { stop: async () => Promise.reject(new Error('stuck')) } }),
      plugin('hangs', { hooks: { stop: () => new Promise(() => undefined) } }),
    ]);
    await host.boot();
    await host.stop();
    expect(stopped).toBe(true);
    expect(log()).toContain('not done within 0.05 s');
    expect(log()).toContain('stuck');
    expect(host.inventory().map(({ state }) => state)).toEqual(['stopped', 'failed', 'failed']);
  });

  it('two providers where one is allowed', async () => {
    const { host } = hostOf([plugin('a', { provides: [first] }), plugin('b', { provides: [first] })]);
    expect(await problemsOf(host.load())).toEqual(['test.first/v1 takes one provider, but "a" and "b" provide it; disable all but one']);
  });

  it('none where one is needed, by a plugin or by the server', async () => {
    const { host } = hostOf([plugin('user', { requires: [first] })], { needed: [blobStore] });
    expect(await problemsOf(host.load())).toEqual([
      'plugin "user" requires test.first/v1, which no plugin provides',
      'the server requires storage.blobs/v1alpha, which no plugin provides',
    ]);
  });

  it('a cycle is named', async () => {
    const { host } = hostOf([plugin('a', { provides: [first], requires: [second] }), plugin('b', { provides: [second], optional: [first] })]);
    expect(await problemsOf(host.load())).toEqual(['plugins require each other: a → b → a']);
  });

  it('wrong API version', async () => {
    const { host } = hostOf([plugin('old', { apiVersion: '^9.0.0' })]);
    expect(await problemsOf(host.load())).toEqual(['plugin "old" speaks plugin API ^9.0.0, the host speaks 0.1.0']);
  });

  it('two plugins of one name, and a name that tells them apart', async () => {
    const { host } = hostOf([plugin('a'), plugin('a')]);
    expect(await problemsOf(host.load())).toEqual(['two plugins are called "a"; give one of them a name in the config']);
    await hostOf([plugin('a'), { use: plugin('a'), name: 'b' }]).host.load();
  });

  it('a manifest that says too much, offers what it does not say or not what it says', async () => {
    const odd = definePlugin({ ...plugin('odd'), provide: [] } as unknown as PluginDefinition);
    expect(await problemsOf(hostOf([odd]).host.load())).toEqual(['plugin "odd", manifest: provide: unknown key (did you mean "provides"?)']);
    const loose = plugin('loose', { config: z.object({}) });
    expect(await problemsOf(hostOf([loose]).host.load())).toEqual(['plugin "loose", manifest: config: expected a strict zod object']);
    const silent = plugin('silent', { provides: [first], setup: () => ({ provide: [] }) });
    expect(await problemsOf(hostOf([silent]).host.boot())).toEqual([
      'plugin "silent" failed in setup: setup does not offer test.first/v1, which the manifest lists',
    ]);
  });

  it('reports all problems in one message', async () => {
    const { host } = hostOf([
      plugin('old', { apiVersion: '^9.0.0' }),
      { use: './nowhere.mjs' },
      { use: 'no-such-package-at-all' },
      { use: plugin('strict'), config: { nmae: 1 } },
      plugin('a', { provides: [first] }),
      plugin('b', { provides: [first] }),
    ]);
    const problems = await problemsOf(host.load());
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).toContain('config of plugin "strict".nmae: unknown key');
  });
});

describe('config of plugins', () => {
  const configured = (seen: unknown[]) =>
    plugin('my-store', {
      config: z.strictObject({
        dataDir: z.string().default('x'),
        tuning: z.strictObject({ pageBytes: z.number().default(1), names: z.array(z.string()).default([]) }).prefault({}),
        password: secret(z.string()).optional(),
      }),
      setup: ({ config }) => {
        seen.push(config);
        return { provide: [] };
      },
    });

  it('lays the environment over it, lists and files included', async () => {
    const seen: unknown[] = [];
    const { host, log } = hostOf([{ use: configured(seen), config: { dataDir: 'file' } }, plugin('my')], {
      environment: {
        variables: {
          ZAS_PLUGIN_MY_STORE_TUNING_PAGE_BYTES: '7',
          ZAS_PLUGIN_MY_STORE_TUNING_NAMES: 'a, b',
          ZAS_PLUGIN_MY_STORE_PASSWORD_FILE: '/run/password',
          ZAS_PLUGIN_MY_STORE_DATADIR: 'oops',
          ZAS_PLUGIN_OTHER_X: '1',
        },
        readFile: () => 'hush-hush\n',
      },
    });
    await host.load();
    host.setup();
    expect(seen).toEqual([{ dataDir: 'file', tuning: { pageBytes: 7, names: ['a', 'b'] }, password: 'hush-hush' }]);
    expect(log()).toContain('did you mean \\"ZAS_PLUGIN_MY_STORE_DATA_DIR\\"?');
    expect(log()).toContain('ZAS_PLUGIN_OTHER_X: names no loaded plugin');
  });

  it('lets no secret reach a log or an error message', async () => {
    const hush = 'correct-horse-battery';
    const leaky = (overrides: Partial<PluginDefinition> = {}) =>
      plugin('leaky', { config: z.strictObject({ key: secret(z.string()), port: z.number().optional() }), ...overrides });
    const outcomes: string[] = [];
    const attempt = async (definition: PluginDefinition, config: unknown = { key: hush }): Promise<void> => {
      const { host, log } = hostOf([{ use: definition, config }]);
      try {
        await host.boot();
        await host.points().one(first).ask();
      } catch (error) {
        outcomes.push(log(), String(error), (error as Error).stack ?? '', inspectDeep(error));
      }
      await host.stop();
      outcomes.push(log());
    };
    const fail = (config: unknown): never => {
      throw new Error(`cannot use ${JSON.stringify(config)}`);
    };
    await attempt(leaky({ setup: ({ config }) => fail(config) }));
    await attempt(leaky({ setup: ({ config }) => ({ provide: [], start: async () => fail(config) }) }));
    await attempt(leaky({ setup: ({ config }) => ({ provide: [], stop: async () => fail(config) }) }));
    await attempt(
      leaky({
        setup: ({ config, logger }) => {
          logger.child({ a: hush }).warn(`got ${hush}`, { config, nested: [{ x: hush }], error: new Error(hush) });
          return { provide: [] };
        },
      }),
    );
    await attempt(leaky({ provides: [first], setup: ({ config }) => ({ provide: [provide(first, { ask: async () => fail(config) })] }) }));
    await attempt(leaky(), { key: hush, port: hush });
    await attempt(leaky(), { key: [hush] });
    expect(outcomes.length).toBeGreaterThan(10);
    for (const text of outcomes) expect(text).not.toContain(hush);
  });
});

function inspectDeep(error: unknown): string {
  const { message, stack, cause, details } = (error ?? {}) as Record<string, unknown>;
  return [message, stack, JSON.stringify(details), cause === undefined ? '' : inspectDeep(cause), JSON.stringify(cause)].join('\n');
}

describe('finding plugins', () => {
  const SOURCE = `
    import { definePlugin } from '@zas/plugin-api';
    import { z } from 'zod';
    export default definePlugin({ id: 'found', apiVersion: '^0.1.0', version: '1.2.3', provides: [], config: z.strictObject({}), setup: () => ({ provide: [] }) });
  `;

  async function inFolder(files: Record<string, string>, body: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'zas-plugins-'));
    try {
      await mkdir(join(folder, 'node_modules'));
      const modules = join(process.cwd(), 'node_modules');
      for (const name of ['@zas', 'zod']) await symlink(join(modules, name), join(folder, 'node_modules', name));
      for (const [path, text] of Object.entries(files)) {
        await mkdir(join(folder, path, '..'), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      await body(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  const load = async (folder: string, use: string, places: Partial<PluginHostOptions> = {}) => {
    const { host } = hostOf([{ use }], { resolveFrom: join(folder, 'zas.yaml'), ...places });
    await host.load();
    return host.inventory();
  };

  const manifestOf = (name: string) => JSON.stringify({ name, type: 'module', exports: './plugin.js' });
  const sourceOf = (version: string) => SOURCE.replace('1.2.3', version);
  const packageOf = (place: string, name: string, version: string) => ({
    [`${place}/package.json`]: manifestOf(name),
    [`${place}/plugin.js`]: sourceOf(version),
  });

  it('beside the config or above, then in the folder of plugins, then among the server\'s own', async () => {
    await inFolder(
      {
        ...packageOf('conf/node_modules/nearest', 'nearest', '1.0.0'),
        ...packageOf('node_modules/above', 'above', '1.0.1'),
        ...packageOf('plugins/node_modules/nearest', 'nearest', '2.0.0'),
        ...packageOf('plugins/node_modules/above', 'above', '2.0.0'),
        ...packageOf('plugins/node_modules/installed', 'installed', '2.0.0'),
        ...packageOf('plugins/node_modules/@team/installed', '@team/installed', '2.0.1'),
        ...packageOf('plugins/installed', 'installed', '3.0.0'),
        ...packageOf('plugins/unpacked', 'unpacked', '3.0.1'),
        ...packageOf('plugins/@team/unpacked', '@team/unpacked', '3.0.2'),
        ...packageOf('server/node_modules/unpacked', 'unpacked', '4.0.0'),
        ...packageOf('server/node_modules/own', 'own', '4.0.1'),
      },
      async (folder) => {
        const places = { pluginsDir: join(folder, 'plugins'), server: join(folder, 'server/dist/app.js') };
        const versions: unknown[] = [];
        for (const use of ['nearest', 'above', 'installed', '@team/installed', 'unpacked', '@team/unpacked', 'own']) {
          const [found] = await load(join(folder, 'conf'), use, places);
          versions.push(found?.version);
        }
        expect(versions).toEqual(['1.0.0', '1.0.1', '2.0.0', '2.0.1', '3.0.1', '3.0.2', '4.0.1']);
      },
    );
  });

  it('runs nothing that merely lies there', async () => {
    const files = { ...packageOf('plugins/wanted', 'wanted', '1.0.0'), 'plugins/other/package.json': manifestOf('other'), 'plugins/other/plugin.js': `globalThis.ran = true;\n${SOURCE}` };
    await inFolder(files, async (folder) => {
      const places = { pluginsDir: join(folder, 'plugins') };
      expect((await load(folder, 'wanted', places)).map(({ version }) => version)).toEqual(['1.0.0']);
      expect('ran' in globalThis).toBe(false);
      await load(folder, 'other', places);
      expect('ran' in globalThis).toBe(true);
      Reflect.deleteProperty(globalThis, 'ran');
    });
  });

  it('names every place in which it looked in vain', async () => {
    await inFolder({ 'plugins/no-package/index.js': '', 'server/app.js': '' }, async (folder) => {
      const problem = async (use: string, places?: Partial<PluginHostOptions>) => (await problemsOf(load(folder, use, places))).join('\n');
      const [plugins, server] = [join(folder, 'plugins'), join(folder, 'server')];
      const where = 'no package of that name is installed in';
      expect(await problem('nowhere')).toBe(`plugin "nowhere" was not found: ${where} ${folder} or above`);
      expect(await problem('no-package', { pluginsDir: plugins, server: join(server, 'app.js') })).toBe(
        `plugin "no-package" was not found: ${where} ${folder} or above, nor in ${plugins}, nor in ${server} or above (the server's own)`,
      );
      expect(await problem('nowhere', { pluginsDir: join(folder, 'unmounted') })).toContain(`nor in ${join(folder, 'unmounted')} (there is no such folder)`);
    });
  });

  it('not outside of the package that is named', async () => {
    await inFolder({ 'node_modules/legacy/package.json': '{"name":"legacy","type":"module"}', 'one.mjs': SOURCE }, async (folder) => {
      for (const use of ['legacy/../../one.mjs', '../legacy/../one.mjs/..', '@team/../legacy', 'legacy/..']) {
        expect(await problemsOf(load(join(folder, 'node_modules'), use))).toEqual([expect.stringContaining('was not found')]);
      }
    });
  });

  it('says what keeps it from looking, and goes on', async () => {
    await inFolder({}, async (folder) => {
      await symlink('loop', join(folder, 'node_modules', 'loop'));
      expect(await problemsOf(load(folder, 'loop'))).toEqual([expect.stringMatching(/^plugin "loop" cannot be read: ELOOP/)]);
    });
  });

  it('by path of a file, by folder with exports, and by package name', async () => {
    const exportsImport = JSON.stringify({ name: 'found', type: 'module', exports: { '.': { types: './x.d.ts', import: './lib/plugin.js' } } });
    await inFolder(
      {
        'one.mjs': SOURCE,
        'folder/package.json': exportsImport,
        'folder/lib/plugin.js': SOURCE,
        'node_modules/by-name/package.json': exportsImport,
        'node_modules/by-name/lib/plugin.js': SOURCE,
        'node_modules/legacy/package.json': '{"name":"legacy","type":"module","main":"./main.js"}',
        'node_modules/legacy/main.js': SOURCE,
      },
      async (folder) => {
        for (const use of ['./one.mjs', join(folder, 'one.mjs'), './folder', 'by-name', 'legacy']) {
          expect(await load(folder, use)).toMatchObject([{ id: 'found', version: '1.2.3' }]);
        }
      },
    );
  });

  it('says what is wrong with what it finds', async () => {
    await inFolder(
      {
        'none.mjs': 'export default { id: "none" };',
        'broken.mjs': 'throw new Error("boom");',
        'unbuilt/package.json': '{"name":"unbuilt","exports":"./dist/index.js"}',
        'old/package.json': '{"name":"old","exports":"./index.js","peerDependencies":{"zod":"^3.0.0"}}',
        'old/index.js': '',
      },
      async (folder) => {
        const problem = async (use: string) => (await problemsOf(load(folder, use))).join('\n');
        expect(await problem('./none.mjs')).toContain('is no plugin: its default export was not made by definePlugin');
        expect(await problem('./broken.mjs')).toContain('cannot be imported: boom');
        expect(await problem('./unbuilt')).toContain('was it built?');
        expect(await problem('./old')).toMatch(/needs zod \^3\.0\.0, the host has 4\./);
        expect(await problem('nowhere')).toContain('no package of that name is installed');
        expect(await problem('./nowhere')).toContain('there is no such file or folder');
      },
    );
  });
});
