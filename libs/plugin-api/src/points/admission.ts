import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';

/** Bytes that are durable and about to be recorded, or recorded and about to be read. */
export interface AdmissionSubject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Lower-case hex, when the body has one digest as a whole. */
  readonly sha256?: string;
  readonly contentType?: string;
}

/**
 * A gate after the bytes and before the record, and on read. Every loaded gate
 * must say yes; a gate that throws counts as no.
 */
export interface Admission {
  admitWrite(context: CallContext, subject: AdmissionSubject): Promise<AdmissionVerdict>;
  admitRead(context: CallContext, subject: AdmissionSubject): Promise<AdmissionVerdict>;
}

export type AdmissionVerdict = { readonly admitted: true } | { readonly admitted: false; readonly reason: string };

export const admission = definePoint<Admission>('supply-chain.admission/v1alpha', 'many');
