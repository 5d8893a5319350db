import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MODULES = path.join(ROOT, 'node_modules');
const SOURCES = path.join(ROOT, 'test/third-party/append-log-storage');
const PUBLISHED = ['libs/plugin-api', 'libs/plugin-testkit', 'libs/plugin-host', 'libs/config', 'libs/observability'];
const NPM_QUIET = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** The name of the third party's plugin, and of its package. */
export const PLUGIN = 'append-log-storage';

/** The third party's plugin, as its author has it. */
export interface AuthoredPlugin {
  /** The author's folder, in which it was compiled against what we publish. */
  readonly author: string;
  /** What we publish and all that it depends on, as tarballs. */
  readonly tarballs: readonly string[];
  /** The plugin as a tarball. */
  readonly packed: string;
}

/** A temporary folder in which packages are packed and installed, from what is here and from nowhere else. */
export class PackingRoom {
  private constructor(readonly folder: string) {}

  static async open(): Promise<PackingRoom> {
    return new PackingRoom(await fs.mkdtemp(path.join(os.tmpdir(), 'zas-third-party-')));
  }

  async close(): Promise<void> {
    await fs.rm(this.folder, { recursive: true, force: true });
  }

  run(file: string, args: readonly string[], cwd: string): Promise<{ readonly stdout: string }> {
    // A home of its own: what npm keeps is not the user's, and nothing comes from there.
    const env = { PATH: `${path.join(MODULES, '.bin')}${path.delimiter}${process.env['PATH']}`, HOME: this.folder, TMPDIR: this.folder };
    return promisify(execFile)(file, args, { cwd, env });
  }

  /** Packs folders. @returns absolute paths of the tarballs */
  async pack(folders: readonly string[], name: string): Promise<string[]> {
    const into = path.join(this.folder, name);
    await fs.mkdir(into, { recursive: true });
    await this.run('npm', ['pack', ...NPM_QUIET, '--pack-destination', into, ...folders], this.folder);
    return (await fs.readdir(into)).map((file) => path.join(into, file));
  }

  /** An empty folder with nothing but a package.json, and the packages installed into it. */
  async emptyFolderWith(name: string, packages: readonly string[]): Promise<string> {
    const folder = path.join(this.folder, name);
    await fs.mkdir(folder);
    await fs.writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', private: true }));
    await this.run('npm', ['install', ...NPM_QUIET, ...packages], folder);
    return folder;
  }

  /** Builds and packs the third party's plugin as its author does. */
  async authorPlugin(): Promise<AuthoredPlugin> {
    const published = PUBLISHED.map((folder) => path.join(ROOT, folder));
    // Packed from what is installed, so that nothing is downloaded.
    const installed = new Set<string>();
    for (const folder of published) await dependenciesOf(folder, installed);
    const tarballs = await this.pack([...published, ...installed], 'tarballs');
    const author = await this.emptyFolderWith('author', tarballs);
    await fs.cp(SOURCES, author, { recursive: true, filter: (source) => !/[\\/](dist|node_modules)$/.test(source) });
    const types = ['--typeRoots', path.join(MODULES, '@types')];
    await this.run(process.execPath, [path.join(MODULES, 'typescript-native/bin/tsc'), '-p', '.', ...types], author);
    const [packed] = await this.pack([author], 'plugin');
    return { author, tarballs, packed: packed! };
  }
}

/** Where Node would find what `folder` depends on, and what that depends on in turn, our own packages left out. */
async function dependenciesOf(folder: string, found: Set<string>): Promise<void> {
  const manifest = JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;
  for (const name of Object.keys({ ...manifest['dependencies'], ...manifest['peerDependencies'] })) {
    if (name.startsWith('@zas/')) continue;
    let from = folder;
    while (!(await fs.stat(path.join(from, 'node_modules', name)).catch(() => undefined))) from = path.dirname(from);
    const home = path.join(from, 'node_modules', name);
    if (found.has(home)) continue;
    found.add(home);
    await dependenciesOf(home, found);
  }
}
