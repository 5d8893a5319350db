import fs from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RunningServer } from '@zas/host/app';
import { startServer } from '@zas/host/app';
import { loadConfig } from '@zas/config';
import { createLogger } from '@zas/observability';
import { stringify } from 'yaml';
import { ROOT_KEYS } from './server-process.js';

const HOUR_MS = 3_600_000;

/**
 * The server within the test's process, for what only time brings about: its clock
 * goes with the real one and is put forward at will, its jobs run when told.
 */
export class ClockedServer {
  private constructor(
    private readonly server: RunningServer,
    readonly dataDir: string,
    private readonly lines: string[],
    private readonly time: { aheadMs: number },
  ) {}

  /** @param config as in the config file */
  static async start(config: Record<string, unknown> = {}, dataDir?: string): Promise<ClockedServer> {
    const folder = dataDir ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'zas-test-')));
    const file = path.join(folder, 'test-config.yaml');
    await fs.writeFile(file, stringify({ ...config, http: { port: 0, ...(config['http'] as object | undefined) } }));
    const loaded = loadConfig({
      argv: ['--config', file],
      env: { ZAS_DATA_DIR: folder, ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId, ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secretAccessKey },
      readFile: (name) => readFileSync(name, 'utf8'),
      cwd: folder,
    });
    const time = { aheadMs: 0 };
    const clock = { now: () => Date.now() + time.aheadMs, monotonic: () => performance.now() };
    const lines: string[] = [];
    const logger = createLogger({ level: 'info', write: (line) => void lines.push(line), clock });
    return new ClockedServer(await startServer({ loaded, logger, clock }), folder, lines, time);
  }
  get url(): string {
    return this.server.url;
  }
  forwardHours(hours: number): void {
    this.time.aheadMs += hours * HOUR_MS;
  }
  get log(): string { return this.lines.join(''); }
  runJob(name: string): Promise<void> {
    return this.server.jobs.runNow(name);
  }
  async remove(): Promise<void> {
    await this.server.stop();
    await fs.rm(this.dataDir, { recursive: true, force: true });
  }
}
