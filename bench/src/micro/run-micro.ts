import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Row } from '../report/rows.js';
import { measureCalls } from '../stores/measure-calls.js';
import { checkedCalls } from '../stores/prepared-calls.js';
import type { MicroBenchmark, MicroStage } from './micro-benchmark.js';
import { withStage } from './open-stage.js';
import type { MicroOptions } from './read-micro-options.js';

/** Until then the code is not compiled. */
const WARM_UP_SECONDS = 0.2;
const QUICK_CALLERS = [1, 16];
const MAIN = path.resolve(import.meta.dirname, '../main.js');

/** Measures each benchmark on fresh stores, one after the other. */
export async function runMicro({ benchmarks, callers, seconds, rounds, quick }: MicroOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let round = 1; round <= rounds; round++) {
    if (rounds > 1) say(`round ${round} of ${rounds}`);
    await withStage(seconds, async (stage) => {
      for (const benchmark of benchmarks) {
        const own = quick ? benchmark.callers.filter((count) => QUICK_CALLERS.includes(count)) : benchmark.callers;
        for (const count of callers ?? own) {
          say(`micro: ${benchmark.name}, ${count} ${count === 1 ? 'caller' : 'callers'}`);
          rows.push(await measure(benchmark, stage, count));
        }
      }
    });
  }
  return rows;
}

async function measure(benchmark: MicroBenchmark, stage: MicroStage, callers: number): Promise<Row> {
  const { name: work, subject, bytes } = benchmark;
  const prepared = await benchmark.prepare(stage);
  try {
    const calls = { work, target: subject, callers, bytes, call: checkedCalls(work, prepared) };
    // What can be used up is not used up before it is measured.
    if (prepared.most === undefined) await measureCalls({ ...calls, seconds: Math.min(stage.seconds, WARM_UP_SECONDS) });
    return { ...(await measureCalls({ ...calls, seconds: stage.seconds })), group: 'micro' };
  } finally {
    await prepared.finish?.();
  }
}

/** Runs each benchmark in a process of its own, whose threads leave their profiles in a folder of its name. */
export async function profileMicro({ benchmarks, callers, seconds }: MicroOptions, profileDir: string, say: (line: string) => void): Promise<void> {
  for (const { name } of benchmarks) {
    const folder = path.resolve(profileDir, name);
    const own = callers === undefined ? [] : ['--callers', callers.join(',')];
    const args = ['micro', '--only', name, ...own, '--seconds', String(seconds), '--json', path.join(folder, 'figures.json')];
    say(`profiling ${name}`);
    await run([...process.execArgv, '--cpu-prof', '--cpu-prof-dir', folder, MAIN, ...args]);
  }
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The benchmark ended with ${code}`))));
  });
}
