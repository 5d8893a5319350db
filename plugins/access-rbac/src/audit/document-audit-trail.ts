import type { AuditEvent, AuditTrail, CallContext, Clock } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { AuditConfig } from './audit-config.js';
import { type AuditEntry, copyOf } from './audit-record.js';
import { type ChainWriter, MOST_RECORDS } from './chain-writer.js';
import { DenialCounter } from './denial-counter.js';
import { ReadRules } from './read-rules.js';

/** Events that wait to be written; what comes beyond them is counted only. */
const MOST_WAITING = 20_000;
/** So many are written without waiting for the next second. */
const FLUSH_AT = 500;

export interface DocumentAuditTrailParts {
  readonly config: AuditConfig;
  readonly writer: ChainWriter;
  readonly clock: Clock;
  /** Under which the trail writes: whoever is audited may hang up meanwhile. */
  readonly context: CallContext;
  /** Milliseconds that the oldest change without a record has waited. */
  readonly lag: () => Promise<number>;
}

/** The trail in documents of the metadata store. `tick` is to be called every second or so. */
export class DocumentAuditTrail implements AuditTrail {
  private readonly denials = new DenialCounter();
  private readonly rules: ReadRules;
  private waiting: AuditEntry[] = [];
  /** What was given to the writer and failed. */
  private failed: readonly AuditEntry[] | undefined;
  private flushing: Promise<void> | undefined;
  private dropped = 0;
  private broken = false;
  private late = false;
  private checkpointedAt: number;

  constructor(private readonly parts: DocumentAuditTrailParts) {
    this.rules = new ReadRules(parts.config.reads);
    this.checkpointedAt = parts.clock.now();
  }

  async ready(): Promise<void> {
    if ((this.broken || this.late) && this.parts.config.onFailure === 'refuse') throw unwritable();
  }

  note(event: AuditEvent): void {
    if (!this.parts.config.enabled) return;
    try {
      if (event.kind === 'read' && !this.rules.match(event)) return;
      if (event.kind === 'denial') this.wait(this.denials.take(copyOf(event)));
      else this.wait([copyOf(event)]);
    } catch {
      this.dropped++;
    }
    if (this.waiting.length >= FLUSH_AT && !this.broken) void this.flush();
  }

  async record(_context: CallContext, event: AuditEvent): Promise<void> {
    const { config, writer, context } = this.parts;
    if (!config.enabled) return;
    const entries = [copyOf(event)];
    try {
      await writer.write(context, () => ({ entries }));
      this.wrote();
    } catch (error) {
      this.wrote(error);
      if (config.onFailure === 'refuse') throw unwritable(error);
      this.wait(entries);
    }
  }

  /** Told how each writing of the trail ended, by whoever writes. */
  wrote(error?: unknown): void {
    const broken = error !== undefined;
    if (broken === this.broken) return;
    this.broken = broken;
    const { logger } = this.parts.context;
    if (broken) logger.error('the audit trail cannot be written', { onFailure: this.parts.config.onFailure, error });
    else logger.info('the audit trail is written again');
  }

  /** Writes what waits, tries again what failed, signs, and looks how far changes are behind. Never rejects. */
  async tick(): Promise<void> {
    const { config, clock, writer, context } = this.parts;
    if (!config.enabled) return;
    const now = clock.now();
    this.wait(this.denials.ended(now));
    await this.flush();
    try {
      if (this.broken) await writer.probe(context);
      if (now - this.checkpointedAt >= config.checkpointSeconds * 1000 && writer.unsigned) {
        await writer.checkpoint(context, 'written');
        this.checkpointedAt = now;
      }
      if (config.onFailure === 'refuse') this.late = (await this.parts.lag()) > config.lagSeconds * 1000;
      this.wrote();
    } catch (error) {
      this.wrote(error);
    }
  }

  /** The last writing, with what is still counted, and the last checkpoint. */
  async close(): Promise<void> {
    const { config, writer, context } = this.parts;
    if (!config.enabled) return;
    this.wait(this.denials.ended(Infinity));
    await this.flush();
    try {
      await writer.checkpoint(context, 'closed');
    } catch (error) {
      context.logger.error('the audit trail was not closed', { error });
    }
  }

  /** Writes what waits; what fails waits on. */
  flush(): Promise<void> {
    this.flushing ??= this.writeWaiting().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async writeWaiting(): Promise<void> {
    const { writer, context } = this.parts;
    for (;;) {
      if (this.dropped > 0 && this.waiting.length < MOST_WAITING) {
        const [count, at] = [this.dropped, this.parts.clock.now()];
        this.waiting.push({ at, kind: 'denial', outcome: 'failed', action: 'rbac:DropAuditEvents', resource: '*', reason: 'more events than could be written', requestId: context.requestId, count });
        this.dropped = 0;
      }
      const entries = this.failed ?? this.waiting.splice(0, MOST_RECORDS);
      if (entries.length === 0) return;
      try {
        await writer.write(context, () => ({ entries }));
        this.failed = undefined;
        this.wrote();
      } catch (error) {
        this.failed = entries;
        return this.wrote(error);
      }
    }
  }

  private wait(entries: readonly AuditEntry[]): void {
    const room = MOST_WAITING - this.waiting.length;
    this.waiting.push(...entries.slice(0, Math.max(0, room)));
    for (const { count = 1 } of entries.slice(Math.max(0, room))) this.dropped += count;
  }
}

function unwritable(cause?: unknown): StoreError {
  return new StoreError('unavailable', 'The audit trail cannot be written', { cause });
}
