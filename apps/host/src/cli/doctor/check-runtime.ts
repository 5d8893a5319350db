import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { type Check, type Finding, good, problem, warning } from './finding.js';

const WANTED = [24, 15] as const;
const MIN_OPEN_FILES = 4_096;
/** What the server needs beside the byte budget, measured under load. */
const BASE_BYTES = 256 * 2 ** 20;
const MIB = 2 ** 20;

/** Node's version, open files and memory. */
export const checkRuntime: Check = async ({ loaded: { config } }) => [
  nodeVersion(process.versions.node),
  openFiles(await text('/proc/self/limits'), config.limits.connections),
  memory(await memoryLimit(), config.limits.byteBudget),
];

export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1]);
  const says = `Node ${version}`;
  return enough ? good('node', says) : problem('node', `${says} is too old`, `Use Node ${WANTED.join('.')} or newer.`);
}

/** @param limits `/proc/self/limits`, absent where there is none */
export function openFiles(limits: string | undefined, connections: number): Finding {
  const soft = /^Max open files\s+(\S+)/m.exec(limits ?? '')?.[1];
  if (soft === undefined) return good('open files', 'not known on this system');
  const allowed = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  const says = `${soft} open files allowed, ${connections} connections configured`;
  if (allowed >= Math.max(MIN_OPEN_FILES, connections + 1_000)) return good('open files', says);
  return warning('open files', says, 'Raise the limit (LimitNOFILE= in systemd, --ulimit nofile= of a container) or lower limits.connections.');
}

export function memory(bytes: number, byteBudget: number): Finding {
  const wanted = BASE_BYTES + byteBudget;
  const says = `${Math.floor(bytes / MIB)} MiB of memory, ${Math.floor(byteBudget / MIB)} MiB of it for bodies on their way`;
  if (bytes >= wanted) return good('memory', says);
  return warning('memory', says, `Give it at least ${Math.ceil(wanted / MIB)} MiB, or lower limits.byteBudget.`);
}

/** The limit of the container, where there is one, else the machine's memory. */
async function memoryLimit(): Promise<number> {
  const limit = Number((await text('/sys/fs/cgroup/memory.max')) ?? Number.NaN);
  return Number.isFinite(limit) ? Math.min(limit, os.totalmem()) : os.totalmem();
}

async function text(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
