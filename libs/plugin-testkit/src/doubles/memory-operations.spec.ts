import type { HttpRoute, InstrumentOptions } from '@zas/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { collectResults } from '../collecting-runner.js';
import type { Runner } from '../runner.js';
import { healthProbeSuite, type HealthProbeSubject } from '../suites/health-probe-suite.js';
import { httpRoutesSuite } from '../suites/http-routes-suite.js';
import { meterSuite, type MeterSubject } from '../suites/meter-suite.js';
import { MemoryHealthProbe } from './memory-health-probe.js';
import { MemoryHttpRoutes } from './memory-http-routes.js';
import { MemoryMeter } from './memory-meter.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const meterSubject = (meter: MemoryMeter): MeterSubject => ({ meter, value: async (name, labels) => meter.value(name, labels) });
const route: HttpRoute = {
  method: 'GET',
  path: '/things',
  permission: 'public',
  body: 'none',
  summary: 'Things',
  handle: async () => ({ status: 200 }),
};
const probeSubject = (probe: MemoryHealthProbe): HealthProbeSubject => ({
  probe,
  harm: async () => void (probe.report = { state: 'degraded', reason: 'disk is read-only' }),
  heal: async () => void (probe.report = { state: 'healthy' }),
});

meterSuite(runner, async () => meterSubject(new MemoryMeter()));
httpRoutesSuite(runner, async () => ({ httpRoutes: new MemoryHttpRoutes().add(route).add({ ...route, path: '/things/:id/parts' }) }));
healthProbeSuite(runner, async () => probeSubject(new MemoryHealthProbe()));

describe('broken twins', () => {
  it('a meter that throws for odd labels', async () => {
    class Broken extends MemoryMeter {
      override counter(options: InstrumentOptions) {
        const counter = super.counter(options);
        return {
          add: (...[value, labels]: Parameters<typeof counter.add>) => {
            if (labels?.b !== undefined) throw new Error('no such label');
            counter.add(value, labels);
          },
        };
      }
    }
    const { failed } = await collectResults((own) => meterSuite(own, async () => meterSubject(new Broken())));
    expect(failed).toEqual(['never throws while measuring']);
  });

  it('routes that overlap, or lack what the host needs', async () => {
    const broken = new MemoryHttpRoutes().add({ ...route, path: '/:a' }).add({ ...route, path: '/:b', permission: '' });
    const { failed } = await collectResults((own) => httpRoutesSuite(own, async () => ({ httpRoutes: broken })));
    expect(failed).toEqual(['has no two routes that answer the same requests', 'describes each route as the host needs it']);
  });

  it('a probe that gives no reason', async () => {
    const probe = new MemoryHealthProbe();
    const subject = { ...probeSubject(probe), harm: async () => void (probe.report = { state: 'unhealthy' }) };
    const { failed } = await collectResults((own) => healthProbeSuite(own, async () => subject));
    expect(failed).toEqual(['reports a sick part with a reason, and its recovery where there is one']);
  });
});
