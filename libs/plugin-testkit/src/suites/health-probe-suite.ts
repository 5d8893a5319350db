import type { HealthProbe, HealthReport } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** A probe under test. */
export interface HealthProbeSubject {
  readonly probe: HealthProbe;
  /** Makes its part sick. */
  harm(): Promise<void>;
  /** Makes it well again; absent where a part stays sick until it is restarted. */
  heal?(): Promise<void>;
  close?(): Promise<void>;
}

/** Every promise of `health.probe/v1alpha`. */
export function healthProbeSuite(runner: Runner, make: () => Promise<HealthProbeSubject>): void {
  const { describe, it, before, after } = runner;

  describe('health.probe/v1alpha', () => {
    let subject: HealthProbeSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    const check = async (): Promise<HealthReport> => {
      const started = performance.now();
      const report = await subject.probe.check(testContext({ principal: undefined }));
      assert.ok(performance.now() - started < 1_000, 'answers within a second');
      assert.ok(['healthy', 'degraded', 'unhealthy'].includes(report.state));
      assert.ok(report.state === 'healthy' || (report.reason ?? '').length > 0, 'says what is wrong');
      return report;
    };

    it('has a kebab-case name', () => {
      assert.match(subject.probe.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    });

    it('reports a healthy part as healthy, also when asked often and at once', async () => {
      const reports = await Promise.all(Array.from({ length: 20 }, check));
      assert.deepEqual(new Set(reports.map(({ state }) => state)), new Set(['healthy']));
    });

    it('reports a sick part with a reason, and its recovery where there is one', async () => {
      await subject.harm();
      assert.notEqual((await check()).state, 'healthy');
      if (subject.heal !== undefined) {
        await subject.heal();
        assert.equal((await check()).state, 'healthy');
      }
    });
  });
}
