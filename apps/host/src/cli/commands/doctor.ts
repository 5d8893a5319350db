import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '@zas/plugin-api';
import { checkClock } from '../doctor/check-clock.js';
import { checkDataFolder } from '../doctor/check-data-folder.js';
import { checkDisk } from '../doctor/check-disk.js';
import { checkNetwork } from '../doctor/check-network.js';
import { checkPlugins } from '../doctor/check-plugins.js';
import { checkRuntime } from '../doctor/check-runtime.js';
import { type Check, type Finding, type FindingState, problem } from '../doctor/finding.js';
import type { ConfiguredCall, Outcome } from '../outcome.js';

const SIGNS: Readonly<Record<FindingState, string>> = { good: 'ok', warning: 'WARNING', problem: 'PROBLEM' };

/**
 * Looks at all that a server needs and says what to do about what it lacks. Changes
 * nothing; one file is written, synced and removed in the data folder.
 * @param options `clockFrom`: URL of a server whose Date is compared; `strict`: warnings count
 */
export async function doctor(call: ConfiguredCall, options: { clockFrom?: string; strict: boolean }): Promise<Outcome> {
  const running = await runningProcess(call.loaded.config.data.dir);
  const checks: readonly Check[] = [checkRuntime, checkPlugins, checkDataFolder, checkDisk, checkNetwork, checkClock(options.clockFrom)];
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = check({ ...call, clock: systemClock, running });
    findings.push(...(await found.catch((error: Error) => [problem('doctor', error.message, 'Please report this.')])));
  }
  const [problems, warnings] = (['problem', 'warning'] as const).map((state) => findings.filter((finding) => finding.state === state).length) as [number, number];
  const lines = findings.flatMap(({ check, state, says, cure }) => [`${SIGNS[state].padEnd(8)} ${check}: ${says}`, ...(cure === undefined ? [] : [`         -> ${cure}`])]);
  return {
    good: problems === 0 && (!options.strict || warnings === 0),
    text: [...lines, `${problems} problems, ${warnings} warnings`].join('\n'),
    value: { problems, warnings, findings },
  };
}

/** The process that the data folder names as its server, if it runs. */
async function runningProcess(dataDir: string): Promise<number | undefined> {
  const pid = Number((await readFile(path.join(dataDir, 'server.pid'), 'utf8').catch(() => '')).trim());
  // In a container every first process is 1: what a server left behind would name this one.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // Another user's process runs as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}
