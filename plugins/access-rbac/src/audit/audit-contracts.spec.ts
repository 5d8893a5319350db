import { auditTrailSuite, eventListenerSuite, httpRoutesSuite, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditWorld, signer } from './audit.spec.fixture.js';
import { auditRoutes } from './audit-routes.js';
import { FileSigner } from './audit-signer.js';

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

describe('the key file', () => {
  it('is made on the first use, for its owner alone, and tells its own signatures from others', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zas-audit-'));
    const file = path.join(folder, 'deep/key.pem');
    await expect(new FileSigner(file).verify('text', 'x.y')).rejects.toMatchObject({ code: 'unavailable' });
    const [one, two] = [new FileSigner(file), new FileSigner(file)];
    const [first, second] = await Promise.all([one.sign('text'), two.sign('text')]);
    expect(first).toBe(second);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await new FileSigner(file).verify('text', first)).toBe(true);
    expect(await one.verify('another', first)).toBe(false);
    expect(await one.verify('text', first.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')))).toBe(false);
    for (const odd of ['', '.', 'x', `${first.split('.')[0]!}.`]) expect(await one.verify('text', odd)).toBe(false);
    const other = new FileSigner(path.join(folder, 'other.pem'));
    expect(await other.sign('text')).not.toBe(first);
    expect(await other.verify('text', first)).toBe(false);
    await rm(folder, { recursive: true });
  });
});
