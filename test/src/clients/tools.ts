import { execFile, execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from '@jest/globals';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';

/** Where `scripts/install-clients.sh` puts what comes from package registries. */
const INSTALLED = path.resolve(import.meta.dirname, '../../.clients');

export interface Tool {
  readonly name: string;
  readonly command: string;
  readonly version: string;
  /** Why it cannot run on this machine, which is no fault of the server. */
  readonly obstacle?: string;
}

/** A client that needs more of the machine than to be installed. @param obstacle `undefined` when there is none */
export const unless = (obstacle: string | undefined, tool: Tool | undefined): Tool | undefined => tool && { ...tool, obstacle };

/** Finds a client by its path below the installed ones or by its absolute path. */
export function findTool(name: string, command: string, versionArguments: readonly string[] = ['--version']): Tool | undefined {
  const file = path.isAbsolute(command) ? command : path.join(INSTALLED, command);
  try {
    const output = execFileSync(file, versionArguments, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return { name, command: file, version: output.split('\n').find((line) => /\d/.test(line))?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

/** One client against a server of its own. */
export interface ClientWorld {
  readonly tool: Tool;
  readonly url: string;
  readonly folder: string;
  /** Runs the client; @returns its standard output. Rejects with all of its output when it fails. */
  run(args: readonly string[], options?: { env?: Record<string, string>; input?: string }): Promise<string>;
  /** A new file of random bytes. */
  file(name: string, size: number): Promise<string>;
  /** The requests that the server has answered so far, by its access log. */
  requests(): Promise<LoggedRequest[]>;
}

/** A line of the server's access log. */
export interface LoggedRequest {
  readonly operation: string;
  readonly method: string;
  readonly status: number;
  readonly bytesOut: number;
}

const QUARTER_HOUR = 900_000;

/**
 * Declares the test of one client; without the client it is skipped with a printed reason.
 * @param config of the server, as in its file
 */
export function clientTest(tool: Tool | undefined, name: string, body: (world: ClientWorld) => Promise<void>, config?: Record<string, unknown>): void {
  describe('real client', () => {
    if (!tool) {
      console.warn(`SKIPPED ${name}: the client is not installed`);
      it.skip(`${name} (not installed)`, () => undefined);
      return;
    }
    if (tool.obstacle !== undefined) {
      // CI counts this among the skipped ones, and a client that is missing among the failed.
      console.warn(`SKIPPED ${name}: ${tool.obstacle}`);
      it.skip(`${name} (not possible here: ${tool.obstacle})`, () => undefined);
      return;
    }
    it(
      `${name} (${tool.version})`,
      async () => {
        const server = await ServerProcess.start({ config });
        const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-client-'));
        try {
          await body(worldOf(tool, server, folder));
        } finally {
          await server.remove();
          await fs.rm(folder, { recursive: true, force: true });
        }
      },
      QUARTER_HOUR,
    );
  });
}

function worldOf(tool: Tool, server: ServerProcess, folder: string): ClientWorld {
  const { url } = server;
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: folder,
    AWS_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return {
    tool,
    url,
    folder,
    run: (args, { env, input } = {}) =>
      new Promise((resolve, reject) => {
        const options = { cwd: folder, env: { ...environment, ...env }, maxBuffer: 64 * 1024 * 1024, timeout: QUARTER_HOUR };
        const child = execFile(tool.command, args, options, (error, out, err) =>
          error ? reject(new Error(`${tool.name} ${args.join(' ')}: ${error.message}\n${out}\n${err}`)) : resolve(out),
        );
        child.stdin?.end(input);
      }),
    file: async (name, size) => {
      const file = path.join(folder, name);
      await fs.writeFile(file, crypto.randomBytes(size));
      return file;
    },
    requests: async () => {
      // Lines come a moment after the answer, but in order: once this one is there, all are.
      const marks = () => logged(server).filter(({ operation }) => operation.startsWith('health')).length;
      const before = marks();
      await fetch(`${url}/health/live`);
      while (marks() === before) await delay(20);
      return logged(server);
    },
  };
}

function logged(server: ServerProcess): LoggedRequest[] {
  const lines = server.log.split('\n').filter((line) => line.startsWith('{') && line.includes('"message":"request"'));
  return lines.map((line) => JSON.parse(line) as LoggedRequest);
}

/** Fails unless the two files hold the same bytes. */
export async function sameFile(one: string, other: string): Promise<void> {
  const [a, b] = await Promise.all([fs.readFile(one), fs.readFile(other)]);
  if (!a.equals(b)) throw new Error(`${other} is not the same as ${one} (${b.length} bytes, ${a.length} expected)`);
}

export const MIB = 1024 * 1024;
