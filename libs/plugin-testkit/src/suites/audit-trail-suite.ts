import type { AuditEvent, AuditTrail } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext } from '../test-context.js';

/** A trail under test. */
export interface AuditTrailSubject {
  readonly trail: AuditTrail;
  /** Everything that was recorded, in order, with what was noted so far. */
  events(): Promise<readonly AuditEvent[]>;
  /** From now on, or no longer, nothing can be written. */
  fail(failing: boolean): Promise<void> | void;
  /** Nothing may change unaudited: the config of this one says so. */
  readonly refuses: boolean;
  close?(): Promise<void>;
}

const event = (requestId: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  at: 1_800_000_000_000,
  kind: 'change',
  outcome: 'allowed',
  action: 'rbac:CreateUser',
  resource: 'arn:zas:rbac::111111111111:user/ann',
  reason: 'a rule',
  status: 200,
  principal: 'config:tester',
  credentialId: 'KEY-tester',
  account: '111111111111',
  address: '10.0.0.1',
  requestId,
  ...more,
});

const ODD: readonly unknown[] = [undefined, null, 7, {}, { at: Number.NaN, kind: 'read' }, event('\ud800', { kind: 'login', reason: '\0'.repeat(1_000_000) })];

/** Every promise of `access.audit/v1alpha`. */
export function auditTrailSuite(runner: Runner, make: () => Promise<AuditTrailSubject>): void {
  const { describe, it, before, after } = runner;
  const context = testContext();

  describe('access.audit/v1alpha', () => {
    let subject: AuditTrailSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());

    const found = async (requestId: string) => (await subject.events()).filter((one) => one.requestId === requestId);

    it('has an event when its recording has resolved, with all that it says', async () => {
      await subject.trail.record(context, event('whole'));
      const [stored, ...more] = await found('whole');
      assert.ok(stored && more.length === 0);
      for (const [name, value] of Object.entries(event('whole'))) assert.equal(stored[name as keyof AuditEvent], value, name);
    });

    it('keeps recorded events in order', async () => {
      for (const id of ['first', 'second', 'third']) await subject.trail.record(context, event(id));
      const ids = (await subject.events()).map(({ requestId }) => requestId);
      assert.deepEqual(ids.slice(-3), ['first', 'second', 'third']);
    });

    it('takes notes, and looks at them only until it returns', async () => {
      const denial = { ...event('noted', { kind: 'denial', outcome: 'denied' }) };
      subject.trail.note(denial);
      Object.assign(denial, { action: 'changed', requestId: 'changed' });
      subject.trail.note(event('login', { kind: 'login' }));
      assert.equal((await found('noted'))[0]?.action, 'rbac:CreateUser');
      assert.equal((await found('login')).length, 1);
      assert.equal((await found('changed')).length, 0);
    });

    it('never throws for what it is told to note', async () => {
      for (const odd of ODD) subject.trail.note(odd as AuditEvent);
      await subject.trail.record(context, event('after odd ones'));
      assert.equal((await found('after odd ones')).length, 1);
    });

    it('keeps nothing beside what an event has', async () => {
      const more = { authorization: 'hush-hush', secretAccessKey: 'hush-hush', body: { password: 'hush-hush' } };
      subject.trail.note({ ...event('bare', { kind: 'login' }), ...more });
      await subject.trail.record(context, { ...event('bare'), ...more });
      assert.equal((await found('bare')).length, 2);
      assert.ok(!JSON.stringify(await subject.events()).includes('hush-hush'));
    });

    it('does as its config says while it cannot be written, and comes back by itself', async () => {
      await subject.trail.ready(context);
      await subject.fail(true);
      const refused = { code: 'unavailable' };
      if (subject.refuses) {
        await assert.rejects(subject.trail.record(context, event('lost')), refused);
        await assert.rejects(subject.trail.ready(context), refused);
      } else await subject.trail.ready(context);
      subject.trail.note(event('meanwhile', { kind: 'login' }));
      await subject.fail(false);
      await subject.events();
      await subject.trail.ready(context);
      await subject.trail.record(context, event('again'));
      assert.equal((await found('again')).length, 1);
    });
  });
}
