import type { OciErrorCode } from './error-table.js';
import { OCI_ERRORS } from './error-table.js';

/** What a client may be told beside code and message: any JSON. */
export type OciErrorDetail =
  | string
  | number
  | boolean
  | null
  | readonly OciErrorDetail[]
  | { readonly [field: string]: OciErrorDetail };

export interface OciErrorOverrides {
  /** Replaces the table's status. */
  readonly status?: number;
  /** Replaces the table's wording. */
  readonly message?: string;
  readonly detail?: OciErrorDetail;
  /** Headers of the answer, for example `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer to an OCI client that is not success. Everything in it may be shown to the client, but `cause`. */
export class OciError extends Error {
  readonly code: OciErrorCode;
  readonly status: number;
  readonly detail: OciErrorDetail | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: OciErrorCode, overrides: OciErrorOverrides = {}) {
    const entry = OCI_ERRORS[code];
    super(overrides.message ?? entry.message, overrides.cause === undefined ? undefined : { cause: overrides.cause });
    this.name = 'OciError';
    this.code = code;
    this.status = overrides.status ?? entry.status;
    this.detail = overrides.detail;
    this.headers = overrides.headers ?? {};
  }
}

/** Makes an {@link OciError} with the table's status and wording for `code`. */
export function ociError(code: OciErrorCode, overrides?: OciErrorOverrides): OciError {
  return new OciError(code, overrides);
}

/** Longest text of a client that an error repeats. */
const MAX_REPEATED = 256;

/** What a client sent, cut to a length that an error may repeat. */
export function repeated(text: string): string {
  return text.length <= MAX_REPEATED ? text : `${text.slice(0, MAX_REPEATED)}…`;
}

/** A request that no endpoint can read: `UNSUPPORTED` with status 400, "invalid set of parameters". */
export function badRequest(message: string, detail?: OciErrorDetail): OciError {
  return new OciError('UNSUPPORTED', { status: 400, message, detail });
}
