import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Check, type Finding, good, problem, warning } from './finding.js';

/** Signature V4 refuses clocks that differ by more than 15 minutes. */
const TOLERATED_MS = 15 * 60_000;
const NOTED_MS = 60_000;
const SYNC_MARKS = ['/run/systemd/timesync/synchronized', '/run/chrony/chronyd.pid', '/run/ntpd.pid'];

/** Whether the clock can be true: against what was stored before, against another server, and whether something keeps it. */
export const checkClock =
  (reference: string | undefined): Check =>
  async ({ loaded: { config }, clock }) => [
    againstData(clock.now(), await modified(path.join(config.data.dir, 'server.pid'), config.data.dir, path.join(config.data.dir, 'plugins'))),
    ...(reference === undefined ? [] : [await againstServer(reference, () => clock.now())]),
    await keptInTime(),
  ];

/** @param newest when the newest of the data was written, milliseconds since the epoch */
export function againstData(now: number, newest: number): Finding {
  const ahead = newest - now;
  if (ahead <= NOTED_MS) return good('clock', new Date(now).toISOString());
  return problem('clock', `The clock was set back: data was written ${Math.round(ahead / 1000)} s after what it says now`, 'Set the clock; signatures, locks and leases depend on it.');
}

async function againstServer(url: string, now: () => number): Promise<Finding> {
  try {
    const { headers } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
    return difference(url, Date.parse(headers.get('date') ?? '') - now());
  } catch (error) {
    return warning('clock', `${url} could not be asked: ${(error as Error).message}`, 'Name another server with --clock-from.');
  }
}

export function difference(url: string, milliseconds: number): Finding {
  if (Number.isNaN(milliseconds)) return warning('clock', `${url} sends no Date`, 'Name another server with --clock-from.');
  const says = `${Math.round(Math.abs(milliseconds) / 1000)} s ${milliseconds < 0 ? 'ahead of' : 'behind'} ${url}`;
  if (Math.abs(milliseconds) > TOLERATED_MS) return problem('clock', says, 'Set the clock: signatures are refused at more than 15 minutes.');
  return Math.abs(milliseconds) > NOTED_MS ? warning('clock', says, 'Set the clock, and let a time service keep it.') : good('clock', says);
}

async function keptInTime(): Promise<Finding> {
  const found = await Promise.all(SYNC_MARKS.map((file) => stat(file).then(() => true, () => false)));
  if (found.includes(true)) return good('clock', 'A time service keeps it');
  return good('clock', 'No time service of systemd, chrony or ntp was found; in a container the host keeps the clock');
}

async function modified(...files: readonly string[]): Promise<number> {
  const times = await Promise.all(files.map((file) => stat(file).then(({ mtimeMs }) => mtimeMs, () => 0)));
  return Math.max(...times);
}
