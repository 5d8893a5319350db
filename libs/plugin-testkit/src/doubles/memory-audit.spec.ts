import type { AuditEvent, FeedEntry } from '@zas/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { collectResults } from '../collecting-runner.js';
import type { Runner } from '../runner.js';
import { auditTrailSuite, type AuditTrailSubject } from '../suites/audit-trail-suite.js';
import { eventListenerSuite, type EventListenerSubject } from '../suites/event-listener-suite.js';
import { MemoryAuditTrail } from './memory-audit-trail.js';
import { MemoryEventListener } from './memory-event-listener.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const trailSubject = (trail: MemoryAuditTrail): AuditTrailSubject => ({
  trail,
  events: async () => trail.events,
  fail: (failing) => void (trail.failing = failing),
  refuses: true,
});
const listenerSubject = (listener: MemoryEventListener): EventListenerSubject => ({ listener, effects: async () => listener.heard.map(({ position }) => position) });

auditTrailSuite(runner, async () => trailSubject(new MemoryAuditTrail()));
eventListenerSuite(runner, async () => listenerSubject(new MemoryEventListener()));

describe('broken twins', () => {
  const failedTrail = async (trail: MemoryAuditTrail) => (await collectResults((own) => auditTrailSuite(own, async () => trailSubject(trail)))).failed;
  const failedListener = async (listener: MemoryEventListener) => (await collectResults((own) => eventListenerSuite(own, async () => listenerSubject(listener)))).failed;

  it('a trail that keeps whatever it is given, by reference', async () => {
    class Broken extends MemoryAuditTrail {
      override note(event: AuditEvent): void {
        if (event) this.events.push(event);
      }
    }
    expect(await failedTrail(new Broken())).toEqual(['takes notes, and looks at them only until it returns', 'keeps nothing beside what an event has']);
  });

  it('a trail that is always ready', async () => {
    class Broken extends MemoryAuditTrail {
      override ready = async () => undefined;
    }
    expect(await failedTrail(new Broken())).toEqual(['does as its config says while it cannot be written, and comes back by itself']);
  });

  it('a trail that throws at odd notes', async () => {
    class Broken extends MemoryAuditTrail {
      override note(event: AuditEvent): void {
        if (event.at > 0) super.note(event);
      }
    }
    expect(await failedTrail(new Broken())).toEqual(['never throws for what it is told to note']);
  });

  it('a listener that takes a batch again as if it were new', async () => {
    class Broken extends MemoryEventListener {
      override async handle(_context: unknown, entries: readonly FeedEntry[]): Promise<void> {
        this.heard.push(...entries);
      }
    }
    expect(await failedListener(new Broken())).toEqual(['bears a batch that comes again, whole or in part']);
  });

  it('a listener that resolves before it has taken them', async () => {
    class Broken extends MemoryEventListener {
      override async handle(context: never, entries: readonly FeedEntry[]): Promise<void> {
        setImmediate(() => void super.handle(context, entries));
      }
    }
    expect(await failedListener(new Broken('Broken Name'))).toContain('has taken a batch when it resolves, in order');
  });
});
