import type { HealthProbe, HealthReport } from '@zas/plugin-api';

/** A probe that reports what it is told. */
export class MemoryHealthProbe implements HealthProbe {
  report: HealthReport = { state: 'healthy' };

  constructor(readonly name = 'memory') {}

  async check(): Promise<HealthReport> {
    return this.report;
  }
}
