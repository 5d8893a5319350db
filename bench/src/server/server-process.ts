import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const MAIN = path.resolve(import.meta.dirname, '../../../apps/host/dist/main.js');
const START_MS = 120_000;
const POLL_MS = 2;

export const ROOT_KEYS = { accessKeyId: 'BENCHACCESSKEY', secret: 'bench-secret-key' };

export interface ServerProcessOptions {
  /** Kept when given, else made and removed by {@link ServerProcess.remove}. */
  readonly dataDir?: string;
  /** Folder in which the server leaves a CPU profile when it stops. */
  readonly profileDir?: string;
  /** Its configuration file, besides what the environment says. */
  readonly config?: object;
}

/** The built server as a process of its own, started as the launcher starts it. */
export class ServerProcess {
  /** A benchmark that is interrupted leaves nothing behind. */
  readonly #onExit = () => {
    this.child.kill('SIGKILL');
    this.#removeData();
  };

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
    private readonly ownsData: boolean,
  ) {
    process.once('exit', this.#onExit);
  }

  /** Resolves when it is ready. @throws with what it wrote when it ends or takes too long */
  static async start(options: ServerProcessOptions = {}): Promise<{ server: ServerProcess; startMs: number }> {
    const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'zas-bench-'));
    const port = await freePort();
    const logFile = path.join(dataDir, 'bench-server.log');
    const log = fs.openSync(logFile, 'w');
    const configFile = path.join(dataDir, 'bench-config.yaml');
    // JSON is YAML.
    if (options.config) fs.writeFileSync(configFile, JSON.stringify(options.config), { mode: 0o600 });
    const profile = options.profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', path.resolve(options.profileDir)];
    const started = performance.now();
    // The launcher gives this process the flags that it gives a server.
    const child = spawn(process.execPath, [...process.execArgv, ...profile, MAIN], {
      cwd: dataDir,
      env: {
        ZAS_DATA_DIR: dataDir,
        ZAS_HTTP_PORT: String(port),
        ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId,
        ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secret,
        ...(options.config && { ZAS_CONFIG: configFile }),
      },
      stdio: ['ignore', log, log],
      // An interrupt from the terminal is for the benchmark, which stops it in its own time.
      detached: true,
    });
    fs.closeSync(log);
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`, dataDir, options.dataDir === undefined);
    while (!(await isReady(`${server.url}/health/ready`))) {
      if (server.#ended || performance.now() - started > START_MS) {
        const why = `The server ${server.#ended ? 'ended' : 'did not become ready'}:\n${fs.readFileSync(logFile, 'utf8')}`;
        await server.remove('SIGKILL');
        throw new Error(why);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { server, startMs: performance.now() - started };
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when it has ended. Idempotent. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    process.off('exit', this.#onExit);
    if (this.#ended) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }

  /** Stops it and removes the data folder that it made. */
  async remove(signal?: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    this.#removeData();
  }

  get #ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  #removeData(): void {
    if (this.ownsData) fs.rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}
