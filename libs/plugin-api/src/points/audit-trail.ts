import type { CallContext } from '../context.js';
import { defineCapability, definePoint } from '../point.js';

/** One thing that somebody did or was not allowed to do. Never holds a secret, nor a query that was signed. */
export interface AuditEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `change`: state was or is to be changed; `denial`: refused; `login`: a credential was shown; `read`: only where a rule asks for it. */
  readonly kind: 'change' | 'denial' | 'login' | 'read';
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** As policies name it (`s3:PutObject`, `rbac:CreateRole`), or the operation where none was asked about. */
  readonly action: string;
  /** What was acted upon: an ARN as policies write it, or a path without its query. */
  readonly resource: string;
  /** Which rule decided, or what was wrong. */
  readonly reason?: string;
  readonly status?: number;
  readonly principal?: string;
  readonly credentialId?: string;
  readonly account?: string;
  readonly address?: string;
  readonly requestId: string;
}

/** Where the doors' one exit and the access plugin report; see also the change feed. */
export interface AuditTrail {
  /**
   * Asked before something is changed. Throws `unavailable` where the trail cannot be written and the
   * config says that nothing may change unaudited then.
   */
  ready(context: CallContext): Promise<void>;
  /**
   * Takes an event that may be lost by a crash of the next second: denials, logins, reads. Never throws, and
   * looks at the event only until it returns. Equal denials may be counted instead of kept one by one.
   */
  note(event: AuditEvent): void;
  /** Resolves when the event is durable. Throws as {@link AuditTrail.ready}. */
  record(context: CallContext, event: AuditEvent): Promise<void>;
}

export const auditTrail = definePoint<AuditTrail>('access.audit/v1alpha', 'one');

/** Tells whether the trail is as it was written. */
export interface AuditVerifier {
  /**
   * Reads at most about `limit` blocks of records, on from `cursor`. One problem a line: it names the chain
   * and the record, or the checkpoint. No cursor in the answer: all was seen.
   */
  verify(
    context: CallContext,
    query: { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly problems: readonly string[]; readonly segments: number; readonly checkpoints: number; readonly cursor?: string }>;
}

/** Of trails that can be verified. */
export const auditVerifier = defineCapability<AuditVerifier>('access.audit.verifier/v1alpha');
