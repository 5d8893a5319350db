import { definePlugin, httpRoutes, meter, provide } from '@zas/plugin-api';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { MetricsRoutes } from './metrics-route.js';
import { ProcessMetrics } from './process-metrics.js';
import { PrometheusMeter } from './prometheus-meter.js';

/** The meter, and `/metrics` in the text format of Prometheus. */
export default definePlugin({
  id: 'metrics-prometheus',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [meter, httpRoutes],
  config: z.strictObject({
    processMetrics: z.boolean().default(true).describe('Also measure the process: processor, memory, event loop, garbage collection'),
  }),
  setup({ config, logger }) {
    const registry = new Registry();
    const processMetrics = config.processMetrics ? new ProcessMetrics(registry) : undefined;
    return {
      provide: [provide(meter, new PrometheusMeter(registry, logger)), provide(httpRoutes, new MetricsRoutes(registry))],
      start: async () => processMetrics?.start(),
      stop: async () => processMetrics?.stop(),
    };
  },
});
