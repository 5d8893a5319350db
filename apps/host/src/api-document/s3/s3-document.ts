import type { S3ErrorCode } from '@zas/s3-protocol';
import type { Content, OperationDocument } from '../operation-document.js';
import type { S3HeaderName } from './answer-headers.js';
import type { S3ParameterName } from './parameters.js';
import type { S3SchemaName } from './schemas/s3-schemas.js';

/** What the API document says of one S3 operation beyond its route. */
export type S3Document = OperationDocument<S3ParameterName, S3SchemaName, S3HeaderName, S3ErrorCode>;

/** @param example as JSON has it */
export function xml(schema: S3SchemaName, example: unknown): Content<S3SchemaName> {
  return { 'application/xml': { schema, example } };
}

/** A list, and its other view. */
export function xmlOrJson(schema: S3SchemaName, example: unknown, view: S3SchemaName, viewExample: unknown): Content<S3SchemaName> {
  return { ...xml(schema, example), 'application/json': { schema: view, example: viewExample } };
}

export const BYTES: Content<S3SchemaName> = { '*/*': { schema: { type: 'string', format: 'binary' } } };

/** An answer without a body. */
export const DONE = { what: 'Done' } as const;
/** An answer about one version. */
export const DONE_TO_VERSION = { what: 'Done', headers: ['x-amz-version-id?'] } as const;

/** Values of the examples. */
export const AT = '2026-03-04T05:06:07.000Z';
export const ETAG_OF_HELLO = '"5d41402abc4b2a76b9719d911017c592"';
export const OWNER = { ID: '3b0c8f8a4e9d1c7f5a2b6e0d9c8b7a6f5e4d3c2b1a0f9e8d7c6b5a4938271605', DisplayName: 'root' };
export const UPLOAD_ID = 'aVpXk3q2T0mC1r8s';
export const VERSION_ID = 'AAAAAAAAAAEB4kQm';
