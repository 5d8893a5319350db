import type { AuditEvent, AuditTrail, Clock } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { Door } from './door.js';
import type { Asked, Exchange } from './exchange.js';
import { accountOf, resourceName } from './resource-name.js';

/** Doors that change nothing but who somebody is. */
const LOGINS: ReadonlySet<string> = new Set(['token', 'sts']);
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What the one exit tells the audit trail. Changes are not told here: they come from the change feed, or from who makes them. */
export class ExchangeAudit {
  constructor(
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Before a request that may change something is handled. Throws as `AuditTrail.ready`. */
  ready(door: Door, { request, context }: Exchange): Promise<void> | undefined {
    if (READS.has(request.method ?? 'GET') || LOGINS.has(door.name)) return undefined;
    return this.trail.ready(context);
  }

  /** Never throws. Denials, also those inside a good answer; logins; and reads, of which the trail takes what its rules want. */
  exit(door: Door, exchange: Exchange, failure: unknown): void {
    try {
      this.tell(door, exchange, failure);
    } catch (error) {
      exchange.context.logger.error('the audit trail did not take an event', { requestId: exchange.context.requestId, error });
    }
  }

  private tell(door: Door, exchange: Exchange, failure: unknown): void {
    const { request, response, refusals, asked } = exchange;
    const { statusCode } = response;
    const note = (kind: AuditEvent['kind'], outcome: AuditEvent['outcome'], about: Asked | undefined) =>
      this.trail.note(new ExchangeEvent(kind, outcome, door, exchange, about, failure, this.clock));
    if (statusCode === 401 || statusCode === 403) note('denial', 'denied', refusals?.at(-1) ?? asked);
    else if (refusals !== undefined) for (const refusal of refusals) note('denial', 'denied', refusal);
    else if (statusCode >= 400 || failure !== undefined) return;
    else if (LOGINS.has(door.name)) note('login', 'allowed', undefined);
    else if (READS.has(request.method ?? 'GET')) note('read', 'allowed', asked);
  }
}

/** Says what it is asked for: most reads end without anyone wanting to know. */
class ExchangeEvent implements AuditEvent {
  constructor(
    readonly kind: AuditEvent['kind'],
    readonly outcome: AuditEvent['outcome'],
    private readonly door: Door,
    private readonly exchange: Exchange,
    private readonly about: Asked | undefined,
    private readonly failure: unknown,
    private readonly clock: Clock,
  ) {}

  get at(): number {
    return this.clock.now();
  }

  get action(): string {
    const { operation } = this.exchange;
    return this.about?.action ?? (operation.includes(':') ? operation : `${this.door.name}:${operation}`);
  }

  /** Never the query: it may hold a signature or a token. */
  get resource(): string {
    return this.about ? resourceName(this.about.resource) : this.exchange.url.split('?', 1)[0]!;
  }

  get reason(): string | undefined {
    const { about, failure } = this;
    if (about?.decision?.allow === false) return about.decision.reason;
    if (isStoreError(failure)) return failure.message;
    const code = (failure as { code?: unknown } | undefined)?.code;
    return typeof code === 'string' ? code : undefined;
  }

  get status(): number {
    return this.exchange.response.statusCode;
  }

  get principal(): string | undefined {
    return this.exchange.context.principal?.id;
  }

  get credentialId(): string | undefined {
    return this.exchange.context.principal?.credentialId;
  }

  /** Of who asked; where nobody is known to, of whom it belongs to. */
  get account(): string | undefined {
    return this.exchange.context.principal?.account.id ?? (this.about && accountOf(this.about.resource));
  }

  get address(): string | undefined {
    return this.exchange.context.address;
  }

  get requestId(): string {
    return this.exchange.context.requestId;
  }
}
