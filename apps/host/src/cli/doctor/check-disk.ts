import { open, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Check, type Finding, good, problem, warning } from './finding.js';

const GIB = 2 ** 30;
const LEAST_FREE = 1 * GIB;
const LEAST_SHARE = 0.1;
const SYNCS = 10;
const SLOW_SYNC_MS = 20;

/** Kinds of file system by the number that Linux gives them (`statfs(2)`), as far as they matter here. */
const NETWORK = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
]);
const TMPFS = 0x01021994;

/** Room, the kind of file system, and what a sync costs. */
export const checkDisk: Check = async ({ loaded: { config }, clock }) => {
  let folder = config.data.dir;
  while (!(await stat(folder).catch(() => undefined)) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  const { type, bsize, blocks, bavail, files, ffree } = await statfs(folder);
  const findings = [room(folder, bavail * bsize, blocks * bsize), kindOfFileSystem(folder, type)];
  if (files > 0 && ffree / files < LEAST_SHARE / 2) findings.push(warning('disk', `${ffree} of ${files} inodes are free`, 'Make room for more files.'));
  // Only in a folder of our own: to make files above it is not ours.
  if (folder === config.data.dir) findings.push(await syncTime(folder, () => clock.monotonic()));
  return findings;
};

export function room(folder: string, free: number, all: number): Finding {
  const says = `${(free / GIB).toFixed(1)} of ${(all / GIB).toFixed(1)} GiB are free below ${folder}`;
  if (free < LEAST_FREE) return problem('disk', says, 'Make room: writes are refused when the disk is full.');
  return free / all < LEAST_SHARE ? warning('disk', says, 'Make room before it is full; deleted bytes are kept for limits.collectGraceSeconds.') : good('disk', says);
}

export function kindOfFileSystem(folder: string, type: number): Finding {
  if (type === TMPFS) return warning('disk', `${folder} lies in memory (tmpfs)`, 'Use a disk: nothing there survives the machine.');
  const network = NETWORK.get(type);
  if (network === undefined) return good('disk', 'a local file system');
  return warning('disk', `${folder} lies on ${network}`, 'Use a local file system for the embedded metadata store: its locks and syncs are not safe over a network.');
}

async function syncTime(folder: string, now: () => number): Promise<Finding> {
  const file = path.join(folder, `.doctor-${process.pid}`);
  try {
    const handle = await open(file, 'wx', 0o600);
    const times: number[] = [];
    try {
      for (let i = 0; i < SYNCS; i += 1) {
        await handle.write(Buffer.alloc(4096, i));
        const started = now();
        await handle.datasync();
        times.push(now() - started);
      }
    } finally {
      await handle.close();
    }
    return syncFinding(times.sort((a, b) => a - b)[SYNCS / 2]!);
  } catch (error) {
    return problem('disk', `Writing and syncing a file in ${folder} failed (${(error as NodeJS.ErrnoException).code ?? 'error'})`, 'See that the disk is mounted for writing and healthy.');
  } finally {
    await rm(file, { force: true });
  }
}

export function syncFinding(milliseconds: number): Finding {
  const says = `A sync takes ${milliseconds.toFixed(1)} ms (median of ${SYNCS})`;
  return milliseconds <= SLOW_SYNC_MS ? good('disk', says) : warning('disk', says, 'Every write waits for a sync; a disk with a protected cache is faster.');
}
