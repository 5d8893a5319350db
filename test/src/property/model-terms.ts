import crypto from 'node:crypto';

/** An answer that is no success, as the model expects it. */
export class S3Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** Between sending a request and having its answer, milliseconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** What a writer says about an object beside its bytes. */
export interface Description {
  /** Content headers by lower-case name; without `content-type` it is `binary/octet-stream`. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata by lower-case name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** In hex. */
export function md5(content: Uint8Array): string {
  return crypto.hash('md5', content, 'hex');
}
