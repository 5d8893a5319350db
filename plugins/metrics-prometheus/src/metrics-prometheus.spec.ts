import { httpRoutes, meter, type Labels } from '@zas/plugin-api';
import { collectResults, httpRoutesSuite, meterSuite, startTestHost, testContext, type Runner, type TestHost } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import plugin from './index.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };

const start = (config?: unknown): Promise<TestHost> => startTestHost({ plugins: [{ plugin, config }] });

async function scrape(host: TestHost): Promise<string> {
  const [route] = host.points.all(httpRoutes).flatMap((provider) => provider.routes());
  const answer = await route?.handle(testContext(), { params: {}, query: {}, headers: {}, body: undefined });
  return String(answer?.body);
}

function read(text: string, name: string, labels: Labels = {}): number | undefined {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const line = text
    .split('\n')
    .find((candidate) => candidate.match(/^[a-z_]+/)?.[0] === name && wanted.every((label) => candidate.includes(label)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

async function meterSubject() {
  const host = await start({ processMetrics: false });
  return {
    meter: host.points.one(meter),
    value: async (name: string, labels?: Labels) => {
      const text = await scrape(host);
      return read(text, `zas_${name}_count`, labels) ?? read(text, `zas_${name}`, labels);
    },
    close: host.stop,
  };
}

meterSuite(runner, meterSubject);

httpRoutesSuite(runner, async () => {
  const host = await start();
  const [first] = host.points.all(httpRoutes);
  if (first === undefined) throw new Error('no routes');
  return { httpRoutes: first, close: host.stop };
});

describe('metrics-prometheus', () => {
  it('measures the process, in a registry of its own', async () => {
    const host = await start();
    const text = await scrape(host);
    for (const name of ['process_cpu_user_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes', 'process_start_time_seconds']) {
      expect(read(text, name)).toBeGreaterThan(0);
    }
    expect(read(text, 'nodejs_eventloop_lag_max_seconds')).toBeGreaterThanOrEqual(0);
    expect(text).toContain('nodejs_gc_duration_seconds_bucket');
    expect(await register.metrics()).toBe('\n');
    await host.stop();
  });

  it('can leave the process alone, and two of it can live side by side', async () => {
    const hosts = await Promise.all([start({ processMetrics: false }), start({ processMetrics: false })]);
    expect(await scrape(hosts[0])).not.toContain('process_');
    hosts[0].points.one(meter).counter({ name: 'mine_total', help: 'h' }).add(1);
    expect(await scrape(hosts[1])).not.toContain('mine_total');
    await Promise.all(hosts.map((host) => host.stop()));
  });

  it('refuses one name for two kinds', async () => {
    const host = await start({ processMetrics: false });
    const made = host.points.one(meter);
    made.counter({ name: 'x_total', help: 'h' });
    expect(() => made.histogram({ name: 'x_total', help: 'h' })).toThrow('another kind');
    await host.stop();
  });

  it('fails its suite when it forgets its readers', async () => {
    const { failed } = await collectResults((own) =>
      meterSuite(own, async () => {
        const subject = await meterSubject();
        return { ...subject, meter: { ...subject.meter, gauge: () => undefined } };
      }),
    );
    expect(failed).toEqual(['asks a gauge only when somebody looks']);
  });
});
