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
  private readonly lines: string[] = [];
  private aheadMs = 0;
  private server: RunningServer | undefined;

  private constructor(
    readonly dataDir: string,
    private readonly configFile: string,
  ) {}

  /** @param config as in the config file */
  static async start(config: Record<string, unknown> = {}): Promise<ClockedServer> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-test-'));
    const file = path.join(folder, 'test-config.yaml');
    await fs.writeFile(file, stringify(config));
    const made = new ClockedServer(folder, file);
    await made.launch();
    return made;
  }

  get url(): string {
    return this.server!.url;
  }

  /** Everything that it wrote so far. */
  get log(): string {
    return this.lines.join('');
  }

  now(): number {
    return Date.now() + this.aheadMs;
  }

  /** A leap beyond its lease costs the server its right to write large bodies for some seconds; see `restart`. */
  forwardHours(hours: number): void {
    this.aheadMs += hours * HOUR_MS;
  }

  /** Clients find it where it was. */
  async restart(): Promise<void> {
    await this.server!.stop();
    await this.launch();
  }

  runJob(name: string): Promise<void> {
    return this.server!.jobs.runNow(name);
  }

  async remove(): Promise<void> {
    await this.server!.stop();
    await fs.rm(this.dataDir, { recursive: true, force: true });
  }

  private async launch(): Promise<void> {
    const clock = { now: () => this.now(), monotonic: () => performance.now() };
    const logger = createLogger({ level: 'info', write: (line) => void this.lines.push(line), clock });
    const loaded = loadConfig({
      argv: ['--config', this.configFile],
      env: { ZAS_HTTP_PORT: this.server === undefined ? '0' : new URL(this.url).port, ZAS_DATA_DIR: this.dataDir, ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId, ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secretAccessKey },
      readFile: (name) => readFileSync(name, 'utf8'),
      cwd: this.dataDir,
    });
    this.server = await startServer({ loaded, logger, clock });
  }
}
