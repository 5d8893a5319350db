import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * The usual metrics of a Node process, under their usual names. prom-client's own
 * collection offers no way to end its observers; these end with `stop`.
 */
export class ProcessMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #collections: PerformanceObserver;

  constructor(registry: Registry) {
    const registers = [registry];
    addProcess(registers);
    addHeap(registers);
    this.#addEventLoop(registers);

    const pauses = new Histogram({
      name: 'nodejs_gc_duration_seconds',
      help: 'Garbage collections',
      buckets: [0.001, 0.01, 0.1, 1, 2, 5],
      registers,
    });
    this.#collections = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) pauses.observe(entry.duration / 1_000);
    });
  }

  /** Begins to observe. */
  start(): void {
    this.#delay.enable();
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  /** Ends what `start` began. Idempotent. */
  stop(): void {
    this.#delay.disable();
    this.#collections.disconnect();
  }

  #addEventLoop(registers: Registry[]): void {
    const delay = this.#delay;
    const figures = {
      max: () => delay.max,
      mean: () => delay.mean,
      p50: () => delay.percentile(50),
      p99: () => delay.percentile(99),
    };
    const gauges = Object.entries(figures).map(([name, read], index) => {
      const gauge = new Gauge({
        name: `nodejs_eventloop_lag_${name}_seconds`,
        help: `Event-loop delay since the last look, ${name}`,
        registers,
        // The first one is asked first: it reads all, then begins anew.
        ...(index === 0 && { collect: () => lookAtAll() }),
      });
      return { gauge, read };
    });
    const lookAtAll = (): void => {
      for (const { gauge, read } of gauges) gauge.set(delay.count > 0 ? read() / 1e9 : 0);
      delay.reset();
    };
  }
}

function addGauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}

function addProcess(registers: Registry[]): void {
  let last = { user: 0, system: 0 };
  const cpu = (name: string, kind: 'user' | 'system'): void => {
    new Counter({
      name,
      help: `Processor time, ${kind}`,
      registers,
      collect() {
        const now = process.cpuUsage()[kind];
        this.inc((now - last[kind]) / 1e6);
        last = { ...last, [kind]: now };
      },
    });
  };
  cpu('process_cpu_user_seconds_total', 'user');
  cpu('process_cpu_system_seconds_total', 'system');
  const started = Date.now() / 1_000 - process.uptime();
  addGauge(registers, 'process_start_time_seconds', 'Start of the process since the epoch', () => started);
  addGauge(registers, 'process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  if (process.platform === 'linux') {
    // One less: the listing itself holds one open.
    addGauge(registers, 'process_open_fds', 'Open file descriptors', () => readdirSync('/proc/self/fd').length - 1);
  }
}

function addHeap(registers: Registry[]): void {
  const heap = {
    heap_size_total: ['Heap, total', 'heapTotal'],
    heap_size_used: ['Heap, used', 'heapUsed'],
    external_memory: ['Memory outside the heap, held by objects in it', 'external'],
    array_buffers: ['Memory of array buffers', 'arrayBuffers'],
  } as const;
  for (const [name, [help, field]] of Object.entries(heap)) {
    addGauge(registers, `nodejs_${name}_bytes`, help, () => process.memoryUsage()[field]);
  }
  new Gauge({
    name: 'nodejs_active_resources',
    help: 'What keeps the event loop alive, by type',
    labelNames: ['type'],
    registers,
    collect() {
      this.reset();
      for (const type of process.getActiveResourcesInfo()) this.inc({ type });
    },
  });
  new Gauge({ name: 'nodejs_version_info', help: 'Version of Node', labelNames: ['version'], registers }).set({ version: process.version }, 1);
}
