import { auditTrailSuite, eventListenerSuite, httpRoutesSuite, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditWorld, signer } from './audit.spec.fixture.js';
import { auditRoutes } from './audit-routes.js';
import { RingSigner } from './audit-signer.js';
import { MasterKeyRing } from '../secrets/key-ring.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };

for (const onFailure of ['refuse', 'continue'] as const) {
  auditTrailSuite(runner, async () => {
    const world = new AuditWorld();
    const { trail } = world.process({ onFailure });
    const events = async () => {
      await trail.tick();
      return world.records();
    };
    return { trail, events, fail: (failing) => void (world.metadata.failing = failing ? 'before' : 'no'), refuses: onFailure === 'refuse' };
  });
}

eventListenerSuite(runner, async () => {
  const world = new AuditWorld();
  const { listener } = world.process();
  return { listener, effects: async () => (await world.records({ limit: 10_000 })).map(({ position }) => position!) };
});

httpRoutesSuite(runner, async () => {
  const { documents, clock } = new AuditWorld();
  return { httpRoutes: { routes: () => auditRoutes({ documents, signer, clock }) } };
});

describe('signatures of checkpoints', () => {
  const bytes = (fill: number) => Buffer.alloc(32, fill);

  it('are told from those of another text and another key', async () => {
    const one = new RingSigner(new MasterKeyRing(bytes(1)));
    const signature = await one.sign('text');
    expect(await one.sign('text')).toBe(signature);
    expect(await one.verify('text', signature)).toBe(true);
    expect(await one.verify('another', signature)).toBe(false);
    expect(await one.verify('text', signature.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')))).toBe(false);
    for (const odd of ['', '.', 'x', `${signature.split('.')[0]!}.`]) expect(await one.verify('text', odd)).toBe(false);
    const other = new RingSigner(new MasterKeyRing(bytes(2)));
    expect(await other.sign('text')).not.toBe(signature);
    expect(await other.verify('text', signature)).toBe(false);
  });

  it('still count after the master key was changed, while the old one is named', async () => {
    const signature = await new RingSigner(new MasterKeyRing(bytes(1))).sign('text');
    expect(await new RingSigner(new MasterKeyRing(bytes(2), [bytes(1)])).verify('text', signature)).toBe(true);
  });
});
