import fs from 'node:fs';
import path from 'node:path';

/** Clock ticks a second in /proc, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** One process out of `/proc/<pid>/stat`. */
export interface ProcessStat {
  readonly parent: number;
  /** Of all its threads, ended ones included. */
  readonly userMs: number;
  readonly systemMs: number;
}

/**
 * Reads a line of `/proc/<pid>/stat`. The name of the process stands in
 * parentheses and may hold blanks and parentheses itself, so fields are counted
 * behind the last one. `undefined` when the line is something else.
 */
export function parseStat(line: string): ProcessStat | undefined {
  const end = line.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = line.slice(end + 2).trim().split(' ');
  const [parent, user, system] = [Number(fields[1]), Number(fields[11]), Number(fields[12])];
  if (![parent, user, system].every(Number.isInteger)) return undefined;
  return { parent, userMs: (user * 1000) / TICKS_PER_SECOND, systemMs: (system * 1000) / TICKS_PER_SECOND };
}

/** The peak resident set (`VmHWM`) in bytes out of `/proc/<pid>/status`; `undefined` when it is not told. */
export function parsePeakResident(status: string): number | undefined {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return match ? Number(match[1]) * 1024 : undefined;
}

/** A process and all that descend from it. */
export function treeOf(root: number, stats: ReadonlyMap<number, ProcessStat>): readonly number[] {
  const found = stats.has(root) ? [root] : [];
  for (const parent of found) {
    for (const [pid, stat] of stats) if (stat.parent === parent) found.push(pid);
  }
  return found;
}

/** What a process tree has used so far. */
export interface Usage {
  readonly cpuMs: number;
  /** The part of it that the kernel used on the processes' behalf. */
  readonly systemMs: number;
  /** Sum of the processes' peaks since {@link resetPeaks}. */
  readonly peakBytes: number;
}

/** Usage of a process and its descendants; `undefined` where there is no /proc or no such process. */
export function readUsage(root: number): Usage | undefined {
  const stats = readStats();
  const tree = treeOf(root, stats);
  if (tree.length === 0) return undefined;
  const sum = (figure: (pid: number) => number) => tree.reduce((total, pid) => total + figure(pid), 0);
  const [userMs, systemMs] = [sum((pid) => stats.get(pid)!.userMs), sum((pid) => stats.get(pid)!.systemMs)];
  const peakBytes = sum((pid) => parsePeakResident(readProc(pid, 'status') ?? '') ?? 0);
  return { cpuMs: userMs + systemMs, systemMs, peakBytes };
}

/** Lets the peaks of a process tree start anew; without the right to do so they stay what they were. */
export function resetPeaks(root: number): void {
  for (const pid of treeOf(root, readStats())) {
    try {
      fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // Not ours or gone: the peak then counts from the start of the process.
    }
  }
}

function readStats(): ReadonlyMap<number, ProcessStat> {
  const stats = new Map<number, ProcessStat>();
  for (const name of listProc()) {
    const stat = /^\d+$/.test(name) ? parseStat(readProc(Number(name), 'stat') ?? '') : undefined;
    if (stat) stats.set(Number(name), stat);
  }
  return stats;
}

function listProc(): readonly string[] {
  try {
    return fs.readdirSync('/proc');
  } catch {
    return [];
  }
}

/** `undefined` when the process ended meanwhile. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return fs.readFileSync(path.join('/proc', String(pid), file), 'utf8');
  } catch {
    return undefined;
  }
}
