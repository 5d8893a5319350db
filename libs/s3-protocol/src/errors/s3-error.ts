import type { S3ErrorCode } from './error-table.js';
import { S3_ERRORS } from './error-table.js';

export interface S3ErrorOverrides {
  /** Replaces the table's wording. */
  readonly message?: string;
  /** Further elements of the XML document, in order, for example `BucketName`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Headers of the answer, for example `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer to an S3 client that is not success. Everything in it may be shown to the client, but `cause`. */
export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, overrides: S3ErrorOverrides = {}) {
    const entry = S3_ERRORS[code];
    super(overrides.message ?? entry.message, overrides.cause === undefined ? undefined : { cause: overrides.cause });
    this.name = 'S3Error';
    this.code = code;
    this.status = entry.status;
    this.fields = overrides.fields ?? {};
    this.headers = overrides.headers ?? {};
  }
}

/** Makes an {@link S3Error} with AWS's status and wording for `code`. */
export function s3Error(code: S3ErrorCode, overrides?: S3ErrorOverrides): S3Error {
  return new S3Error(code, overrides);
}

/**
 * An `InvalidArgument` that names the argument, as AWS does.
 * @param value what was sent; absent where AWS does not repeat it
 */
export function invalidArgument(message: string, name: string, value?: string): S3Error {
  const fields: Record<string, string> = { ArgumentName: name };
  if (value !== undefined) fields['ArgumentValue'] = value;
  return new S3Error('InvalidArgument', { message, fields });
}

/** A `NotImplemented` that names the header. */
export function headerNotImplemented(header: string, additional?: string): S3Error {
  const fields: Record<string, string> = { Header: header };
  if (additional !== undefined) fields['additionalMessage'] = additional;
  return new S3Error('NotImplemented', { fields });
}
