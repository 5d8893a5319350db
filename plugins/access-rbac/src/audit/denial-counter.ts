import { type AuditEntry } from './audit-record.js';

const MINUTE_MS = 60_000;
/** Kinds of denials of one minute that are told apart; what is beyond them is counted together. */
const MOST_KINDS = 10_000;
const REST = '';

interface Counted {
  readonly minute: number;
  /** The first of those that are counted. */
  first: AuditEntry | undefined;
  count: number;
  until: number;
  resource: string;
}

/**
 * Of denials of one minute that agree in principal, address, action and kind of
 * resource the first is recorded in full and the others are counted.
 */
export class DenialCounter {
  private readonly kinds = new Map<string, Counted>();

  /** @returns what is to be recorded now, if anything */
  take(event: AuditEntry): readonly AuditEntry[] {
    const minute = Math.floor(event.at / MINUTE_MS);
    const key = [event.principal, event.address, event.action, kindOf(event.resource)].join('\n');
    const known = this.kinds.get(key);
    if (known?.minute === minute) {
      add(known, event);
      return [];
    }
    if (known === undefined && this.kinds.size >= MOST_KINDS) return this.takeRest(event, minute);
    this.kinds.set(key, { minute, first: undefined, count: 0, until: 0, resource: '' });
    return [...summary(known), event];
  }

  /** Summaries of the minutes that have ended by `now`. */
  ended(now: number): readonly AuditEntry[] {
    const minute = Math.floor(now / MINUTE_MS);
    const over = [...this.kinds].filter(([, counted]) => counted.minute < minute);
    for (const [key] of over) this.kinds.delete(key);
    return over.flatMap(([, counted]) => summary(counted));
  }

  private takeRest(event: AuditEntry, minute: number): readonly AuditEntry[] {
    const { at, requestId, kind, outcome } = event;
    const told = { at, requestId, kind, outcome, action: '*', resource: '*', reason: 'more kinds of denials than are told apart' };
    const rest = this.kinds.get(REST);
    if (rest?.minute === minute) {
      add(rest, told);
      return [];
    }
    const fresh = { minute, first: undefined, count: 0, until: 0, resource: '' };
    add(fresh, told);
    this.kinds.set(REST, fresh);
    return summary(rest);
  }
}

function add(counted: Counted, event: AuditEntry): void {
  counted.resource = counted.first === undefined ? event.resource : commonResource(counted.resource, event.resource);
  counted.first ??= event;
  counted.count++;
  counted.until = event.at;
}

function summary(counted: Counted | undefined): readonly AuditEntry[] {
  if (counted?.first === undefined) return [];
  const { first, count, until, resource } = counted;
  return [{ ...first, resource, count, until }];
}

/** The part of an ARN that names no thing, and whether the thing lies in another. */
function kindOf(resource: string): string {
  const service = resource.startsWith('arn:') ? resource.split(':', 3).join(':') : '';
  return service + (resource.indexOf('/', 1) > 0 ? '/' : '');
}

/** What both begin with, with `*` behind it where they differ. */
function commonResource(one: string, other: string): string {
  if (one === other) return one;
  const known = one.endsWith('*') ? one.slice(0, -1) : one;
  let same = 0;
  while (same < known.length && known.charCodeAt(same) === other.charCodeAt(same)) same++;
  return `${known.slice(0, same)}*`;
}
