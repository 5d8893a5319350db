import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';

/** Evidence about an artifact, as it was attached. */
export interface Evidence {
  /** Media type of the evidence, which selects the verifier. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Digest of what it speaks about: `sha256:` and lower-case hex. */
  readonly subjectDigest: string;
}

export interface VerificationResult {
  readonly valid: boolean;
  /** Who signed, as the verifier names signers; absent when not valid. */
  readonly signer?: string;
  readonly reason: string;
}

/** Checks one kind of evidence. */
export interface Verifier {
  /** Media types that this verifier understands. */
  readonly mediaTypes: readonly string[];
  verify(context: CallContext, evidence: Evidence): Promise<VerificationResult>;
}

export const verifier = definePoint<Verifier>('supply-chain.verifier/v1alpha', 'many');
