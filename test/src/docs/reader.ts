import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.js';
import { ROOT, type Page, type Step } from './read-page.js';

/** The port that the pages write; each reader has one of its own in its place. */
const WRITTEN_PORT = 9000;
const BACKGROUND_MS = 180_000;
const STEP_MS = 600_000;
const CLIENTS = path.join(ROOT, 'test/.clients');
/** Made by installs, builds and runs: a reader's own. */
const NOT_CHECKED_OUT = new Set(['.git', 'data', 'release']);

/** Why no page can be followed here, or `undefined`. */
export function whyNoReader(): string | undefined {
  return spawnSync('bash', ['--version']).error === undefined ? undefined : 'not installed: bash';
}

/**
 * Somebody who does literally what a page says, in a shell, in a checkout whose files
 * are this one's but whose new files are the reader's own.
 */
export class Reader {
  #shell: ChildProcess | undefined;
  #output = '';
  readonly #background: ChildProcess[] = [];

  private constructor(
    readonly folder: string,
    private readonly port: number,
  ) {}

  static async open(): Promise<Reader> {
    // As `pwd` says it, also where the way there leads over a link.
    const folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'zas-reader-')));
    const checkout = path.join(folder, 'zot-artifact-store');
    await fs.mkdir(checkout);
    for (const entry of await fs.readdir(ROOT, { withFileTypes: true })) {
      if (NOT_CHECKED_OUT.has(entry.name)) continue;
      const [from, to] = [path.join(ROOT, entry.name), path.join(checkout, entry.name)];
      await (entry.isFile() ? fs.copyFile(from, to) : fs.symlink(from, to));
    }
    const bin = path.join(folder, 'bin');
    await fs.mkdir(bin);
    await fs.symlink(process.execPath, path.join(bin, 'node'));
    return new Reader(folder, await freePort());
  }

  /** Follows the page from its first step to its last. Throws with the step's line and all that was printed. */
  async follow(page: Page): Promise<void> {
    const shell = (this.#shell ??= this.#startShell());
    for (const step of page.steps) {
      try {
        await this.#take(shell, { ...step, text: step.text.replaceAll(String(WRITTEN_PORT), String(this.port)) });
      } catch (error) {
        throw new Error(`${page.name}:${step.line}: ${(error as Error).message}\n\n${step.text}\n\n${this.#output}`, { cause: error });
      }
    }
  }

  async close(): Promise<void> {
    for (const child of [...this.#background, ...(this.#shell ? [this.#shell] : [])]) await endGroup(child);
    await fs.rm(this.folder, { recursive: true, force: true });
  }

  async #take(shell: ChildProcess, step: Step): Promise<void> {
    if (step.kind === 'not-run') return;
    if (step.kind === 'shows') return this.#compare(step.text);
    const cwd = (await fs.readFile(path.join(this.folder, 'cwd'), 'utf8').catch(() => `${this.folder}/zot-artifact-store`)).trim();
    if (step.kind === 'file') {
      const file = path.resolve(cwd, step.name);
      if (!file.startsWith(`${this.folder}${path.sep}`)) throw new Error(`${step.name} lies outside of the reader's folder`);
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.writeFile(file, `${step.text}\n`);
      return;
    }
    if (step.until !== undefined) return this.#leaveRunning(step.text, step.until, cwd);
    await this.#run(shell, step.text);
  }

  #startShell(): ChildProcess {
    const shell = spawn('bash', ['--norc', '--noprofile', '-o', 'pipefail', '-e'], { cwd: path.join(this.folder, 'zot-artifact-store'), env: this.#environment(), detached: true });
    shell.stdout.setEncoding('utf8').on('data', (piece: string) => (this.#output += piece));
    // In one pipe, so that all of it comes in the order in which it was printed.
    shell.stdin.write('exec 2>&1\n');
    return shell;
  }

  async #run(shell: ChildProcess, text: string): Promise<void> {
    this.#output = '';
    const script = path.join(this.folder, 'step.sh');
    const end = `end of step ${crypto.randomUUID()}\n`;
    await fs.writeFile(script, `${text}\n`);
    shell.stdin!.write(`. ${script} < /dev/null\npwd > ${this.folder}/cwd\necho '${end.trim()}'\n`);
    for (let waited = 0; !this.#output.includes(end); waited += 50) {
      if (shell.exitCode !== null || shell.signalCode !== null) throw new Error(`ended with ${shell.exitCode ?? shell.signalCode}`);
      if (waited > STEP_MS) throw new Error('takes too long');
      await delay(50);
    }
    this.#output = this.#output.replace(end, '');
  }

  async #leaveRunning(text: string, until: string, cwd: string): Promise<void> {
    this.#output = '';
    const child = spawn('bash', ['--norc', '--noprofile', '-c', text], { cwd, env: this.#environment(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#background.push(child);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (this.#output += String(piece)));
    for (let waited = 0; !this.#output.includes(until); waited += 50) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended with ${child.exitCode ?? child.signalCode} before "${until}" appeared`);
      if (waited > BACKGROUND_MS) throw new Error(`"${until}" did not appear`);
      await delay(50);
    }
  }

  #compare(expected: string): void {
    let rest = this.#output;
    for (const line of expected.split('\n').filter((text) => text.trim() !== '' && text.trim() !== '…')) {
      for (const part of line.trim().split('…')) {
        const at = rest.indexOf(part);
        if (at === -1) throw new Error(`"${line}" was not printed`);
        rest = rest.slice(at + part.length);
      }
    }
  }

  #environment(): Record<string, string> {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(npm_config_|SSL_|NODE_EXTRA|HTTPS?_PROXY|NO_PROXY|GO)/i.test(name))) as Record<string, string>;
    return {
      ...inherited,
      PATH: [path.join(this.folder, 'bin'), path.join(CLIENTS, 'venv/bin'), path.join(CLIENTS, 'bin'), process.env['PATH'] ?? ''].join(path.delimiter),
      HOME: this.folder,
      TMPDIR: this.folder,
      ZAS_HTTP_PORT: String(this.port),
      npm_config_userconfig: process.env['npm_config_userconfig'] ?? path.join(os.homedir(), '.npmrc'),
      npm_config_cache: process.env['npm_config_cache'] ?? path.join(os.homedir(), '.npm'),
    };
  }
}

/** Ends what the reader left running: the process and those that it started. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child.pid, 'SIGTERM');
  if ((await Promise.race([ended, delay(20_000, 'late', { ref: false })])) === 'late') signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
