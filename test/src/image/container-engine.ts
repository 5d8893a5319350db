import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { containersSettings } from '../clients/containers-settings.js';

const TOOLS = { podman: '/usr/bin/podman', buildah: '/usr/bin/buildah', skopeo: '/usr/bin/skopeo', runc: '/usr/sbin/runc' } as const;

/** Why no image can be built and run here, or `undefined`. */
export function whyNoEngine(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'not possible here: that needs root on Linux';
  const missing = Object.entries(TOOLS).filter(([, file]) => !existsSync(file));
  return missing.length === 0 ? undefined : `not installed: ${missing.map(([name]) => name).join(', ')}`;
}

/** Podman, buildah and skopeo over images and containers of their own, which go with it. */
export class ContainerEngine {
  private constructor(
    /** Everything is kept below it. */
    readonly folder: string,
    private readonly env: Record<string, string>,
  ) {}

  static async open(): Promise<ContainerEngine> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-engine-'));
    const open = async (driver: 'vfs' | 'overlay') => {
      const store = path.join(folder, driver);
      await fs.mkdir(store);
      // What builds keep between them is theirs too.
      return new ContainerEngine(folder, { ...(await containersSettings(store, driver)), HOME: folder, TMPDIR: folder });
    };
    const engine = await open('overlay');
    return engine.podman('info').then(
      () => engine,
      () => open('vfs'),
    );
  }

  /** Runs a tool, or a script with the tools. @returns its standard output; rejects with all of its output */
  async run(tool: Exclude<keyof typeof TOOLS, 'runc'> | `/${string}`, args: readonly string[]): Promise<string> {
    const file = tool in TOOLS ? TOOLS[tool as keyof typeof TOOLS] : tool;
    try {
      const { stdout } = await promisify(execFile)(file, args, { env: this.env, cwd: this.folder, maxBuffer: 64 * 1024 * 1024 });
      return stdout.trim();
    } catch (error) {
      const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string };
      throw new Error(`${message}\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error });
    }
  }

  podman(...args: string[]): Promise<string> {
    return this.run('podman', args);
  }

  async close(): Promise<void> {
    await this.podman('rm', '--all', '--force', '--volumes');
    await this.run('buildah', ['rmi', '--all', '--force']);
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}
