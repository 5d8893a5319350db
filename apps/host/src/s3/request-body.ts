import type { IncomingHttpHeaders } from 'node:http';
import type { ChecksumAlgorithm } from '@zas/plugin-api';
import type { BodySource, DocumentBudget, Digests, Reservation } from '@zas/content-store';
import { digestsOf } from '@zas/content-store';
import type { ChecksumRequest, ChunkSigning, PayloadHash } from '@zas/s3-protocol';
import {
  checkChecksumValue,
  checksumMismatch,
  decodeAwsChunked,
  readChecksumRequest,
  readContentMd5,
  readDeclaredTrailers,
  s3Error,
} from '@zas/s3-protocol';
import type { Exchange } from '../http/exchange.js';

/** Bytes of memory that a byte of an XML document costs: itself, its text, its elements. */
const DOCUMENT_COST = 4;

/** What the client said about its body, to be held against what came. */
interface Statement {
  readonly payloadHash: PayloadHash;
  readonly md5: string | undefined;
  readonly checksum: ChecksumRequest | undefined;
}

/**
 * The body of one S3 request: framing taken off, signatures of chunks verified,
 * and everything that the client stated about it checked before it counts.
 */
export class RequestBody {
  private readonly headers: IncomingHttpHeaders;
  private held: Reservation | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly payloadHash: PayloadHash,
    private readonly signing: ChunkSigning | undefined,
    private readonly documents: DocumentBudget,
  ) {
    this.headers = exchange.request.headers;
  }

  /**
   * The bytes for the content store. Reading begins, and `100 Continue` is sent,
   * with the first pull. Throws S3Error at once for headers that are not acceptable;
   * `verify` throws `XAmzContentSHA256Mismatch` or `BadDigest`.
   */
  open(): Omit<BodySource, 'maxSize'> {
    const statement = this.statement();
    const size = this.isUnmeasured() ? undefined : this.size();
    const { bytes, trailer } = this.decoded(size, statement.checksum);
    return {
      bytes,
      size,
      checksum: statement.checksum?.algorithm,
      sha256: statement.payloadHash.kind === 'digest',
      verify: (digests) => verifyBody(statement, digests, trailer()),
    };
  }

  /**
   * A whole small body, verified; it counts in the byte budget until `release`.
   * Throws `MaxMessageLengthExceeded` beyond `limit` bytes.
   * @param options.integrity the request must carry Content-MD5 or a checksum
   * @param options.checksum false: checksum headers of the request are not about this body
   */
  async read(limit: number, options: { integrity?: boolean; checksum?: boolean } = {}): Promise<Buffer> {
    const statement = this.statement(options.checksum !== false);
    if (options.integrity && statement.md5 === undefined && !statement.checksum) {
      throw s3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' });
    }
    const size = this.exchange.hasBody ? this.size() : 0;
    if (size > limit) throw s3Error('MaxMessageLengthExceeded');
    this.held = await this.documents.reserve(size * DOCUMENT_COST, this.exchange.context.signal);
    const { bytes, trailer } = this.decoded(size, statement.checksum);
    const body = Buffer.alloc(size);
    let length = 0;
    for await (const piece of bytes) {
      if (length + piece.length > size) throw s3Error('IncompleteBody');
      body.set(piece, length);
      length += piece.length;
    }
    if (length < size) throw s3Error('IncompleteBody');
    const request = { md5: statement.md5 !== undefined, sha256: statement.payloadHash.kind === 'digest', checksum: statement.checksum?.algorithm };
    verifyBody(statement, digestsOf(body, request), trailer());
    return body;
  }

  /** The operation ended: memory that a document held is free again. */
  release(): void {
    this.held?.release();
  }

  private statement(withChecksum = true): Statement {
    const checksum = withChecksum ? readChecksumRequest(this.headers, this.payloadHash) : undefined;
    return { payloadHash: this.payloadHash, md5: readContentMd5(this.headers), checksum };
  }

  /** Sent in chunks of HTTP, so that only its end tells its length (RFC 9112, 7.1). */
  private isUnmeasured(): boolean {
    const { 'transfer-encoding': encoding, 'content-length': length } = this.headers;
    return this.payloadHash.kind !== 'chunked' && length === undefined && encoding !== undefined;
  }

  /** Length of the body without framing. Throws `MissingContentLength`. */
  private size(): number {
    const chunked = this.payloadHash.kind === 'chunked';
    const text = this.headers[chunked ? 'x-amz-decoded-content-length' : 'content-length'];
    if (text === undefined) throw s3Error('MissingContentLength');
    const size = /^\d{1,15}$/.test(String(text)) ? Number(text) : NaN;
    if (Number.isNaN(size)) throw s3Error('InvalidArgument', { message: 'The content length is not a number' });
    return size;
  }

  private decoded(size: number | undefined, checksum: ChecksumRequest | undefined): { bytes: AsyncIterable<Uint8Array>; trailer(): string | undefined } {
    const raw = this.exchange.hasBody ? this.exchange.body() : noBytes();
    if (this.payloadHash.kind !== 'chunked' || size === undefined) return { bytes: raw, trailer: () => undefined };
    const declared = readDeclaredTrailers(this.headers);
    const { body, trailers } = decodeAwsChunked(raw, {
      framing: this.payloadHash.framing,
      decodedLength: size,
      signing: this.signing,
      declaredTrailers: declared,
    });
    const name = checksum?.trailerName;
    return { bytes: body, trailer: () => (name === undefined ? undefined : trailers().get(name)) };
  }
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

/** Holds digests against what was stated. Throws `XAmzContentSHA256Mismatch` or `BadDigest`. */
export function verifyBody({ payloadHash, md5, checksum }: Statement, digests: Digests, trailer: string | undefined): void {
  if (payloadHash.kind === 'digest' && digests.sha256 !== payloadHash.sha256) {
    const fields = { ClientComputedContentSHA256: payloadHash.sha256, S3ComputedContentSHA256: digests.sha256! };
    throw s3Error('XAmzContentSHA256Mismatch', { fields });
  }
  if (md5 !== undefined && digests.md5 !== md5) {
    throw s3Error('BadDigest', { fields: { ExpectedDigest: base64(md5), CalculatedDigest: base64(digests.md5!) } });
  }
  if (!checksum) return;
  const stated = checksum.trailerName === undefined ? checksum.value : requireTrailer(checksum.algorithm, trailer);
  if (stated !== undefined && digests.checksum !== stated) throw checksumMismatch(checksum.algorithm);
}

function requireTrailer(algorithm: ChecksumAlgorithm, value: string | undefined): string {
  if (value === undefined) throw s3Error('MalformedTrailerError');
  return checkChecksumValue(algorithm, value);
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
