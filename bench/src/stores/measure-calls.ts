import type { Row } from '../report/rows.js';
import { summarise } from '../statistics.js';

/** What is called, by how many callers at a time and for how long. */
export interface Calls {
  readonly work: string;
  readonly target: string;
  readonly callers: number;
  readonly seconds: number;
  /** Bytes that one call moves. */
  readonly bytes?: number;
  /** Numbered from 0. `false` (and not a promise) when everything is used up. */
  call(i: number): Promise<unknown> | false;
}

/** Calls until the time is up or everything is used up. The processor time is this process's, its workers included. */
export async function measureCalls({ work, target, callers, seconds, bytes, call }: Calls): Promise<Row> {
  const latencies: number[] = [];
  let next = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const one = async () => {
    for (let before = performance.now(); before < deadline; ) {
      const called = call(next++);
      if (called === false) return;
      await called;
      const after = performance.now();
      latencies.push(after - before);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: callers }, one));
  const elapsed = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const operations = latencies.length;
  const { p50, p99, max } = summarise(latencies);
  return {
    group: 'stores',
    work,
    target,
    clients: callers,
    operations,
    perSecond: operations / elapsed,
    megabytesPerSecond: bytes === undefined ? undefined : (operations * bytes) / elapsed / 1e6,
    meanMs: latencies.reduce((sum, latency) => sum + latency, 0) / operations,
    p50Ms: p50,
    p99Ms: p99,
    maxMs: max,
    cpuMsPerOperation: (user + system) / 1000 / operations,
    systemMsPerOperation: system / 1000 / operations,
    errors: 0,
  };
}

/** Does something `count` times, some of them at a time. */
export async function repeat(count: number, callers: number, call: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const one = async () => {
    for (let i = next++; i < count; i = next++) await call(i);
  };
  await Promise.all(Array.from({ length: callers }, one));
}
