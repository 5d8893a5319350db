import type { IncomingHttpHeaders } from 'node:http';

/** The part of a request that a signature covers, as it came over the wire. */
export interface SignedRequestView {
  /** Upper case. */
  readonly method: string;
  /** Starts with `/`; not decoded. */
  readonly rawPath: string;
  /** Without `?`; not decoded. */
  readonly rawQuery: string;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** Node's flat list of names and values; lets headers that came twice be told apart. */
  readonly rawHeaders?: readonly string[];
}

/** What `x-amz-content-sha256` says about the body. */
export type PayloadHash =
  /** Lower-case hex digest of the whole body. */
  | { readonly kind: 'digest'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  /** `aws-chunked`; see `decodeAwsChunked`. */
  | { readonly kind: 'chunked'; readonly framing: ChunkFraming };

/** The three framings of `aws-chunked`. */
export type ChunkFraming = 'signed' | 'signed-trailer' | 'unsigned-trailer';

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

export const CHUNK_FRAMINGS: Readonly<Record<ChunkFraming, string>> = {
  signed: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'signed-trailer': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'unsigned-trailer': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
};

export interface CredentialScope {
  /** `yyyyMMdd`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** A request's claim to be signed, read but not yet believed. */
export interface Signature {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  /** As given; right when it is 64 lower-case hex digits of the right value. */
  readonly signature: string;
  /** `yyyyMMddTHHmmssZ`. */
  readonly timestamp: string;
  /** The same in milliseconds since the epoch. */
  readonly signedAt: number;
  /** Seconds; query form only. */
  readonly expiresIn?: number;
  readonly payloadHash: PayloadHash;
  /** The value that stands in the canonical request. */
  readonly payloadHashText: string;
  readonly sessionToken?: string;
}

/** What the chunks of a body are signed with, once the request's own signature holds. */
export interface ChunkSigning {
  readonly signingKey: Buffer;
  /** Signature of the request. */
  readonly seedSignature: string;
  readonly timestamp: string;
  readonly scope: CredentialScope;
}

/** `date/region/service/aws4_request`. */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}
