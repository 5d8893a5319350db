import crypto from 'node:crypto';

/** Who asks: the roots of two accounts, and whoever does not sign. */
export type Account = 'alice' | 'bob' | 'nobody';

/** A request: by whom, and at what time of the server's clock. */
export interface Asked {
  readonly who: Account;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An answer that is no success, as the model expects it. */
export class S3Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** Nothing is there, which only those are told who may list the bucket. */
export class Absence extends S3Failure {
  /** @param deleted a delete marker says so */
  constructor(
    status: number,
    code: string,
    readonly bucket: string,
    readonly deleted: boolean,
  ) {
    super(status, code);
  }
}

export const denied = () => new S3Failure(403, 'AccessDenied');

/** What a writer says about an object's bytes. */
export interface Description {
  /** Content headers by lower-case name; without `content-type` it is `binary/octet-stream`. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata by lower-case name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export type Tags = Readonly<Record<string, string>>;

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** In hex. */
export function md5(content: Uint8Array): string {
  return crypto.hash('md5', content, 'hex');
}
