import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Meter } from '@zas/plugin-api';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** The measurements of all doors. */
export class HttpMeters {
  private readonly requests;
  private readonly duration;
  private readonly received;
  private readonly sent;

  constructor(meter: Meter) {
    this.requests = meter.counter({ name: 'http_requests_total', help: 'Requests by operation and status', labels: ['operation', 'status'] });
    this.duration = meter.histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request’s headers to the end of the answer',
      labels: ['operation'],
      buckets: SECONDS,
    });
    this.received = meter.counter({ name: 'http_received_bytes_total', help: 'Bytes of request bodies', labels: ['operation'] });
    this.sent = meter.counter({ name: 'http_sent_bytes_total', help: 'Bytes of answers’ bodies', labels: ['operation'] });
  }

  request(operation: string, status: string, seconds: number, bytesIn: number, bytesOut: number): void {
    const labels = { operation };
    this.requests.add(1, { operation, status });
    this.duration.observe(seconds, labels);
    if (bytesIn > 0) this.received.add(bytesIn, labels);
    if (bytesOut > 0) this.sent.add(bytesOut, labels);
  }
}

/** Gauges of the process as a whole. @returns a function that stops measuring */
export function meterProcess(
  meter: Meter,
  parts: { connections: () => number; budget: { capacity: number; usedBytes: number; waiting: number }; corruption: { count: number } },
): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  meter.gauge({ name: 'http_open_connections', help: 'Open client connections' }, parts.connections);
  meter.gauge({ name: 'byte_budget_capacity_bytes', help: 'The byte budget' }, () => parts.budget.capacity);
  meter.gauge({ name: 'byte_budget_used_bytes', help: 'Bytes in flight' }, () => parts.budget.usedBytes);
  meter.gauge({ name: 'byte_budget_waiting', help: 'Requests that wait for memory' }, () => parts.budget.waiting);
  meter.gauge({ name: 'corrupt_bodies_found', help: 'Times that stored bytes were found corrupt, by reads and by scrubbing' }, () => parts.corruption.count);
  meter.gauge({ name: 'event_loop_delay_p99_seconds', help: 'Event-loop delay since the last look, 99th percentile' }, () => {
    const p99 = delay.percentile(99) / 1e9;
    delay.reset();
    return p99;
  });
  return () => delay.disable();
}
