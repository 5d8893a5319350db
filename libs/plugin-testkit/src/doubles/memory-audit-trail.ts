import { type AuditEvent, type AuditTrail, type CallContext, StoreError } from '@zas/plugin-api';

/** Keeps events in memory, in the order in which they came. */
export class MemoryAuditTrail implements AuditTrail {
  readonly events: AuditEvent[] = [];
  /** As if nothing could be written. */
  failing = false;

  async ready(_context: CallContext): Promise<void> {
    if (this.failing) throw new StoreError('unavailable', 'The audit trail cannot be written');
  }

  note(event: AuditEvent): void {
    if (typeof event === 'object' && event !== null) this.events.push(copyOf(event));
  }

  async record(context: CallContext, event: AuditEvent): Promise<void> {
    await this.ready(context);
    this.note(event);
  }
}

function copyOf(event: AuditEvent): AuditEvent {
  const { at, kind, outcome, action, resource, reason, status, principal, credentialId, account, address, requestId } = event;
  return { at, kind, outcome, action, resource, reason, status, principal, credentialId, account, address, requestId };
}
