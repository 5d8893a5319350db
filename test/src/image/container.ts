import fs from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.js';
import { ROOT_KEYS } from '../harness/server-process.js';
import type { ContainerEngine } from './container-engine.js';

const LOOK_MS = 200;
const START_MS = 60_000;
/** As little as a server may be given. */
const LEAST = ['--read-only', '--read-only-tmpfs=false', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

export interface ContainerOptions {
  /** As in `--volume`. */
  readonly volumes?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface State {
  readonly Status: string;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Health: { readonly Status: string };
}

/** A container with a read-only root and no capabilities. */
export class Container {
  private constructor(
    private readonly engine: ContainerEngine,
    private readonly id: string,
    readonly url: string,
  ) {}

  /** Just as the image has it, in a network of its own that leads nowhere. */
  static async isolated(engine: ContainerEngine, image: string): Promise<Container> {
    const id = await engine.podman('run', '--detach', '--pull=never', '--network=none', ...LEAST, image);
    return new Container(engine, id, 'http://127.0.0.1:9000');
  }

  /** On a free port of the machine's loopback address, with the keys of the tests; resolves when it is ready. */
  static async serving(engine: ContainerEngine, image: string, { volumes = [], env = {} }: ContainerOptions): Promise<Container> {
    const port = await freePort();
    const variables = {
      ZAS_HTTP_HOST: '127.0.0.1',
      ZAS_HTTP_PORT: String(port),
      ZAS_ROOT_ACCESS_KEY: ROOT_KEYS.accessKeyId,
      ZAS_ROOT_SECRET_KEY: ROOT_KEYS.secretAccessKey,
      ...env,
    };
    const given = [...volumes.map((volume) => `--volume=${volume}`), ...Object.entries(variables).map(([name, value]) => `--env=${name}=${value}`)];
    const id = await engine.podman('run', '--detach', '--pull=never', '--network=host', ...LEAST, ...given, image);
    const container = new Container(engine, id, `http://127.0.0.1:${port}`);
    await container.untilHealthy();
    return container;
  }

  /** Runs the image's health check, as an engine's scheduler does, until it holds. */
  async untilHealthy(): Promise<void> {
    const until = Date.now() + START_MS;
    while (!(await this.engine.podman('healthcheck', 'run', this.id).then(() => true, () => false))) {
      if ((await this.state()).Status !== 'running' || Date.now() > until) throw new Error(`The container does not become healthy:\n${await this.logs()}`);
      await delay(LOOK_MS);
    }
  }

  async state(): Promise<State> {
    return JSON.parse(await this.engine.podman('inspect', '--format', '{{json .State}}', this.id)) as State;
  }

  /** What the kernel says of its first process: `status`, `net/tcp` and so on. */
  async ofProcess(file: string): Promise<string> {
    return fs.readFile(`/proc/${(await this.state()).Pid}/${file}`, 'utf8');
  }

  /** Runs a command in it; rejects when that fails. */
  exec(...command: string[]): Promise<string> {
    return this.execIn('/', ...command);
  }

  execIn(folder: string, ...command: string[]): Promise<string> {
    return this.engine.podman('exec', `--workdir=${folder}`, this.id, ...command);
  }

  logs(): Promise<string> {
    return this.engine.podman('logs', this.id);
  }

  /** Stops it with the image's signal, and kills it when that is not enough. @returns its exit code */
  async stop(): Promise<number> {
    await this.engine.podman('stop', '--time=30', this.id);
    return (await this.state()).ExitCode;
  }

  /** Starts it again after `stop`. */
  async start(): Promise<void> {
    await this.engine.podman('start', this.id);
    await this.untilHealthy();
  }

  async remove(): Promise<void> {
    await this.engine.podman('rm', '--force', '--volumes', '--time=0', this.id);
  }
}
