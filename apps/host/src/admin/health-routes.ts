import type { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { CallContext, HealthProbe, HealthState, HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';

const PROBE_MS = 2000;
const ORDER: readonly HealthState[] = ['healthy', 'degraded', 'unhealthy'];

const state = z.enum(['healthy', 'degraded', 'unhealthy']);
const parts = z.object({
  status: state,
  components: z.record(z.string(), z.object({ state, reason: z.string().optional() })),
  terminus: z.enum(['ok', 'error', 'shutting_down']),
});
const alive = z.object({ status: z.literal('healthy') });

/** Says whether the server is on its way out. */
export interface Draining {
  readonly draining: boolean;
}

interface Component {
  readonly state: HealthState;
  readonly reason?: string;
}

/**
 * `/health` (all parts), `/health/ready` (send traffic?) and `/health/live` (still
 * turning?). Degraded answers 200 with the reasons: reads still work; unhealthy 503.
 */
export function healthRoutes(
  terminus: HealthCheckService,
  indicators: HealthIndicatorService,
  probes: readonly HealthProbe[],
  server: Draining,
): readonly HttpRoute[] {
  const check = async (context: CallContext) => {
    const components: Record<string, Component> = {};
    if (server.draining) components['server'] = { state: 'unhealthy', reason: 'the server is stopping' };
    const result = await terminus
      .check(
        probes.map((probe) => async () => {
          const component = await ask(context, probe);
          components[probe.name] = component;
          const indicator = indicators.check(probe.name);
          return component.state === 'unhealthy' ? indicator.down({ ...component }) : indicator.up({ ...component });
        }),
      )
      // Terminus throws when something is down; the components say the same.
      .catch(() => undefined);
    const state = Object.values(components).reduce<HealthState>(
      (worst, { state }) => (ORDER.indexOf(state) > ORDER.indexOf(worst) ? state : worst),
      'healthy',
    );
    return { status: state === 'unhealthy' ? 503 : 200, body: { status: state, components, terminus: result?.status ?? 'error' } };
  };
  const common = { method: 'GET', permission: 'public', body: 'none' } as const;
  const checked = { ...common, output: parts, otherOutputs: { 503: parts }, handle: check };
  return [
    { ...checked, path: '/health', summary: 'Every part and its state' },
    { ...checked, path: '/health/ready', summary: 'Whether to send traffic here' },
    { ...common, path: '/health/live', output: alive, summary: 'Whether the process still turns', handle: async () => ({ status: 200, body: { status: 'healthy' } }) },
  ];
}

async function ask(context: CallContext, probe: HealthProbe): Promise<Component> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Component>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'unhealthy', reason: 'no answer in time' }), PROBE_MS);
  });
  try {
    return await Promise.race([probe.check(context), late]);
  } catch {
    return { state: 'unhealthy', reason: 'the check failed' };
  } finally {
    clearTimeout(timer);
  }
}
