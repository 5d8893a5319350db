import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';

const HOST = path.resolve(import.meta.dirname, '../../../apps/host');
const MAIN = path.join(HOST, 'dist/main.js');
const CLOCKED_MAIN = path.join(import.meta.dirname, 'clocked-main.js');
/** As `npm start` runs it. */
const { nodeFlags } = (JSON.parse(readFileSync(path.join(HOST, 'package.json'), 'utf8')) as { config: { nodeFlags: string[] } }).config;
/** What Node is given to run a command of the server, before the command's flags. */
export const MAIN_ARGUMENTS: readonly string[] = [...nodeFlags, MAIN];
const START_MS = 60_000;

export const ROOT_KEYS = { accessKeyId: 'ROOTACCESSKEY', secretAccessKey: 'root-secret-for-tests' };

export interface ServerProcessOptions {
  /** As in the config file. */
  readonly config?: Record<string, unknown>;
  /** Kept between starts; made when absent. */
  readonly dataDir?: string;
  readonly env?: Record<string, string>;
  /** What its wall clock shows until `setClock` says else, milliseconds since the epoch; absent: the time. */
  readonly clock?: number;
}

/** The built server as a process of its own, on a free port of the loopback address. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
    private readonly output: string[],
  ) {}

  static async start(options: ServerProcessOptions = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'zas-test-')));
    const configFile = path.join(dataDir, 'test-config.yaml');
    await fs.writeFile(configFile, stringify({ ...options.config, http: { port: 0, ...(options.config?.['http'] as object | undefined) } }));
    const main = options.clock === undefined ? [MAIN] : [CLOCKED_MAIN, String(options.clock)];
    const child = spawn(process.execPath, [...nodeFlags, ...main, '--config', configFile], {
      cwd: dataDir,
      env: {
        ZAS_DATA_DIR: dataDir,
        ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId,
        ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secretAccessKey,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.clock === undefined ? [] : (['ipc'] as const))],
    });
    const output: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => fail('did not start in time'), START_MS);
      const fail = (why: string) => {
        clearTimeout(timer);
        child.kill('SIGKILL');
        reject(new Error(`The server ${why}:\n${output.join('')}`));
      };
      child.once('exit', (code) => fail(`ended with ${code}`));
      child.stdout!.on('data', (data: Buffer) => void output.push(String(data)));
      child.stderr!.on('data', (data: Buffer) => {
        output.push(String(data));
        const match = /Endpoint +(\S+)/.exec(output.join(''));
        if (!match) return;
        clearTimeout(timer);
        child.removeAllListeners('exit');
        resolve(match[1]!);
      });
    }).catch(async (error: unknown) => {
      if (options.dataDir === undefined) await fs.rm(dataDir, { recursive: true, force: true });
      throw error;
    });
    return new ServerProcess(child, url, dataDir, output);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Everything that it wrote so far. */
  get log(): string {
    return this.output.join('');
  }

  /** From its resolution on the clock of a server that was given one shows `now`, and stands still. */
  setClock(now: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('The server is gone'));
      this.child.once('exit', gone);
      this.child.once('message', () => {
        this.child.off('exit', gone);
        resolve();
      });
      this.child.send(now, (error) => error && reject(error));
    });
  }

  /** @returns the exit code, `null` when a signal ended it */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return ended;
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    await fs.rm(this.dataDir, { recursive: true, force: true });
  }
}
