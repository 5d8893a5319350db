import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StartOptions } from './options.js';
import { runSeed } from './seed/run-seed.js';
import { readUsage } from './server/process-usage.js';
import { ServerProcess } from './server/server-process.js';
import { median } from './statistics.js';

const BUCKET = 'seeded';

export interface StartResult {
  /** Milliseconds from process start to the first 200 of `/health/ready`, one for each round. */
  readonly starts: readonly number[];
  readonly medianMs: number;
  /** Processor time of the server until then, median; absent where it cannot be read. */
  readonly cpuMs?: number;
  /** Peak resident memory until then, MiB, median. */
  readonly peakMegabytes?: number;
}

/** Starts the server again and again on a data folder that holds so many objects. */
export async function runStart({ objects, rounds }: StartOptions, say: (line: string) => void): Promise<StartResult> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'zas-bench-'));
  try {
    if (objects > 0) {
      say(`seeding ${objects} objects`);
      await runSeed({ command: 'seed', bucket: BUCKET, dataDir, objects, versions: 1, deleted: false }, say);
    }
    const [starts, cpu, peaks]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const { server, startMs } = await ServerProcess.start({ dataDir });
      const usage = readUsage(server.pid);
      await server.stop();
      say(`start ${round + 1}: ${startMs.toFixed(0)} ms`);
      starts.push(startMs);
      if (usage) {
        cpu.push(usage.cpuMs);
        peaks.push(usage.peakBytes / 1024 / 1024);
      }
    }
    return { starts: starts!, medianMs: median(starts)!, cpuMs: median(cpu), peakMegabytes: median(peaks) };
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}
