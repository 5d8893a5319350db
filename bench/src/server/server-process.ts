import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { ChildServer } from './child-server.js';
import { freePort } from './free-port.js';

const MAIN = path.resolve(import.meta.dirname, '../../../apps/host/dist/main.js');

export const ROOT_KEYS = { accessKeyId: 'BENCHACCESSKEY', secret: 'bench-secret-key' };

export interface ServerProcessOptions {
  /** Kept when given, else made and removed by {@link ServerProcess.remove}. */
  readonly dataDir?: string;
  /** Folder in which the server leaves a CPU profile when it stops. */
  readonly profileDir?: string;
  /** Its configuration file, besides what the environment says. */
  readonly config?: object;
  /** Absent: 200 of `/health/ready`. @param url of the server */
  readonly isReady?: (url: string) => Promise<boolean>;
}

/** The built server as a process of its own, started as the launcher starts it. */
export class ServerProcess {
  /** A benchmark that is interrupted leaves nothing behind. */
  readonly #onExit = () => this.#removeData();

  private constructor(
    private readonly server: ChildServer,
    readonly url: string,
    readonly dataDir: string,
    private readonly ownsData: boolean,
  ) {
    process.once('exit', this.#onExit);
  }

  /** Resolves when it is ready. @throws with what it wrote when it ends or takes too long */
  static async start(options: ServerProcessOptions = {}): Promise<{ server: ServerProcess; startMs: number }> {
    const ownsData = options.dataDir === undefined;
    const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'zas-bench-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const configFile = path.join(dataDir, 'bench-config.yaml');
    // JSON is YAML.
    if (options.config) fs.writeFileSync(configFile, JSON.stringify(options.config), { mode: 0o600 });
    const profile = options.profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', path.resolve(options.profileDir)];
    const { isReady = (place: string) => answersOk(`${place}/health/ready`) } = options;
    try {
      const { server, startMs } = await ChildServer.start({
        // The launcher gives this process the flags that it gives a server.
        command: process.execPath,
        args: [...process.execArgv, ...profile, MAIN],
        cwd: dataDir,
        env: {
          ZAS_DATA_DIR: dataDir,
          ZAS_HTTP_PORT: String(port),
          ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId,
          ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secret,
          ...(options.config && { ZAS_CONFIG: configFile }),
        },
        logFile: path.join(dataDir, 'bench-server.log'),
        isReady: () => isReady(url),
      });
      return { server: new ServerProcess(server, url, dataDir, ownsData), startMs };
    } catch (error) {
      if (ownsData) fs.rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Resolves when it has ended. Idempotent. */
  async stop(signal?: NodeJS.Signals): Promise<void> {
    process.off('exit', this.#onExit);
    await this.server.stop(signal);
  }

  /** Stops it and removes the data folder that it made. */
  async remove(signal?: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    this.#removeData();
  }

  #removeData(): void {
    if (this.ownsData) fs.rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}
