import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';

const START_MS = 120_000;
const STOP_MS = 20_000;
const POLL_MS = 2;

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it writes goes there. */
  readonly logFile: string;
  /** Asked again and again until it is. */
  isReady(): Promise<boolean>;
}

/** A server as a child of this process, which ends with it. */
export class ChildServer {
  readonly #onExit = () => void this.child.kill('SIGKILL');

  private constructor(private readonly child: ChildProcess) {
    process.once('exit', this.#onExit);
  }

  /** Resolves when it is ready. @throws with what it wrote when it ends or takes too long */
  static async start({ command, args, cwd, env, logFile, isReady }: Launch): Promise<{ server: ChildServer; startMs: number }> {
    const log = fs.openSync(logFile, 'w');
    const started = performance.now();
    // An interrupt from the terminal is for the benchmark, which stops it in its own time.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log], detached: true });
    fs.closeSync(log);
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    const server = new ChildServer(child);
    while (!(await isReady())) {
      if (failure || server.#ended || performance.now() - started > START_MS) {
        const why = failure?.message ?? `The server ${server.#ended ? 'ended' : 'did not become ready'}:\n${fs.readFileSync(logFile, 'utf8')}`;
        await server.stop('SIGKILL');
        throw new Error(why);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { server, startMs: performance.now() - started };
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when it has ended; one that does not is killed after a while. Idempotent. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    process.off('exit', this.#onExit);
    if (this.#ended || this.child.pid === undefined) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    const patience = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    this.child.kill(signal);
    await ended;
    clearTimeout(patience);
  }

  get #ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
