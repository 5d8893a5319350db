import { createHash } from 'node:crypto';
import type { AuditEvent } from '@zas/plugin-api';

/** An event as it is put into the trail. */
export interface AuditEntry extends AuditEvent {
  /** It stands for that many events that differ in nothing that counts; `until` is the time of the last. */
  readonly count?: number;
  readonly until?: number;
  /** Of the change feed, for changes. */
  readonly position?: string;
}

/** An entry in its chain. */
export interface AuditRecord extends AuditEntry {
  /** Counts from 1 in its chain. */
  readonly seq: number;
  /** Hash of the line before it. */
  readonly prev: string;
  /** In the first record of a segment: when that was begun. */
  readonly opened?: number;
}

const MOST_TEXT = 1_024;
/** Names of buckets and keys, and what an ARN has before them. */
const MOST_RESOURCE = 1_200;

/** A copy that holds what an event may hold and nothing else, its texts cut to length. */
export function copyOf(event: AuditEntry): AuditEntry {
  const { at, kind, outcome, action, resource, reason, status, principal, credentialId, account, address, requestId, count, until, position } = event;
  return {
    at,
    kind,
    outcome,
    action: cut(action),
    resource: cut(resource, MOST_RESOURCE),
    reason: reason === undefined ? undefined : cut(reason),
    status,
    principal: principal === undefined ? undefined : cut(principal),
    credentialId: credentialId === undefined ? undefined : cut(credentialId),
    account,
    address,
    requestId: cut(requestId),
    count,
    until,
    position,
  };
}

function cut(text: string, most = MOST_TEXT): string {
  const short = text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  return short.isWellFormed() ? short : short.toWellFormed();
}

/** The text that is stored and hashed; one line. */
export function lineOf(entry: AuditEntry, place: Pick<AuditRecord, 'seq' | 'prev' | 'opened'>): string {
  const { seq, prev, opened } = place;
  return JSON.stringify({ seq, prev, opened, ...entry });
}

/** @returns `undefined` for what is no line of a trail */
export function readLine(line: string): AuditRecord | undefined {
  try {
    const value = JSON.parse(line) as AuditRecord | null;
    return typeof value === 'object' && value !== null && typeof value.seq === 'number' && typeof value.prev === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** SHA-256 in base64url. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** What the first record of a chain has as the hash before it. */
export function genesisOf(chain: string): string {
  return hashOf(`zas-audit-chain:${chain}`);
}
