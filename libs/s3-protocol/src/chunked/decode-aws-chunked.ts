import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { s3Error } from '../errors/s3-error.js';
import type { ChunkFraming, ChunkSigning } from '../sigv4/request.js';
import { isSignatureOf } from '../sigv4/verify-signature.js';
import { MAX_CHUNK_HEADER_BYTES, malformedChunk, parseChunkHeader } from './chunk-header.js';
import { chunkStringToSign, trailerStringToSign } from './chunk-signature.js';
import { MAX_TRAILER_BYTES, TrailerSection } from './trailer-section.js';

/** Smallest chunk but the last, in bytes, as with AWS. */
export const MIN_CHUNK_BYTES = 8192;

export interface DecodeOptions {
  readonly framing: ChunkFraming;
  /** What `verifySignature` answered; needed by the signed framings. */
  readonly signing?: ChunkSigning;
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number;
  /** What `x-amz-trailer` announced, lower case; see `readDeclaredTrailers`. */
  readonly declaredTrailers?: readonly string[];
  /** Largest chunk, in bytes; absent: bounded by the decoded length only, as nothing is held back. */
  readonly maxChunkSize?: number;
}

type State = 'header' | 'data' | 'data-end' | 'trailer' | 'done';

const LF = 0x0a;
const CR = 0x0d;

/**
 * Takes the framing off a body, piece by piece, without copying or holding bytes
 * back. What `push` hands on is believed only when `end` has returned: a chunk's
 * signature is checked behind its last byte.
 */
export class AwsChunkedDecoder {
  readonly #framing: ChunkFraming;
  readonly #signing: ChunkSigning | undefined;
  readonly #trailerSection: TrailerSection;
  readonly #maxChunkSize: number;
  #state: State = 'header';
  #undecoded: number;
  #chunkLeft = 0;
  #chunkSignature = '';
  #previousSignature: string;
  #chunkHash: Hash | undefined;
  #chunkWasSmall = false;
  #line = '';

  constructor(options: DecodeOptions) {
    const signed = options.framing !== 'unsigned-trailer';
    if (signed && options.signing === undefined) throw new TypeError('signed chunks need a key');
    this.#framing = options.framing;
    this.#signing = signed ? options.signing : undefined;
    this.#undecoded = options.decodedLength;
    this.#maxChunkSize = options.maxChunkSize ?? Number.MAX_SAFE_INTEGER;
    this.#previousSignature = options.signing?.seedSignature ?? '';
    this.#trailerSection = new TrailerSection(options.declaredTrailers ?? [], options.framing === 'signed-trailer');
  }

  /**
   * @param wire the next bytes of the body
   * @param decoded receives slices of `wire`
   * @throws S3Error for a wrong signature, length or framing; the decoder is of no use then
   */
  push(wire: Uint8Array, decoded: Uint8Array[]): void {
    let at = 0;
    while (at < wire.length) {
      switch (this.#state) {
        case 'header':
          at = this.#takeLine(wire, at, MAX_CHUNK_HEADER_BYTES, (line) => this.#beginChunk(line));
          break;
        case 'data': {
          const piece = wire.subarray(at, at + this.#chunkLeft);
          at += piece.length;
          this.#chunkLeft -= piece.length;
          this.#chunkHash?.update(piece);
          decoded.push(piece);
          if (this.#chunkLeft === 0) {
            this.#state = 'data-end';
            this.#checkChunk();
          }
          break;
        }
        case 'data-end':
          at = this.#takeLine(wire, at, 0, () => {
            this.#state = 'header';
          });
          break;
        case 'trailer':
          at = this.#takeLine(wire, at, MAX_TRAILER_BYTES, (line) => this.#addTrailer(line));
          break;
        case 'done':
          throw malformedChunk();
      }
    }
  }

  /** @throws S3Error `IncompleteBody` when the body is not over */
  end(): void {
    if (this.#state !== 'done') throw s3Error('IncompleteBody', { message: 'The request body terminated unexpectedly' });
  }

  /** By lower-case name, in order. Complete once `end` has returned. */
  get trailers(): ReadonlyMap<string, string> {
    return this.#trailerSection.trailers;
  }

  #takeLine(wire: Uint8Array, at: number, limit: number, use: (line: string) => void): number {
    const end = wire.indexOf(LF, at);
    const stop = end < 0 ? wire.length : end;
    if (this.#line.length + stop - at > limit + 1) throw this.#malformed();
    this.#line += Buffer.from(wire.buffer, wire.byteOffset + at, stop - at).toString('latin1');
    if (end < 0) return stop;
    let line = this.#line;
    this.#line = '';
    if (line.charCodeAt(line.length - 1) === CR) line = line.slice(0, -1);
    // Trailers may end in a bare line feed: their lines are signed that way.
    else if (this.#state !== 'trailer') throw malformedChunk();
    use(line);
    return end + 1;
  }

  #malformed(): Error {
    return this.#state === 'trailer' ? s3Error('MalformedTrailerError') : malformedChunk();
  }

  #beginChunk(line: string): void {
    const { size, signature } = parseChunkHeader(line, this.#signing !== undefined);
    if (size > this.#undecoded) throw s3Error('IncompleteBody');
    if (size > this.#maxChunkSize) {
      throw s3Error('InvalidRequest', { message: 'A chunk of the request body is larger than allowed.' });
    }
    this.#chunkSignature = signature;
    if (this.#signing !== undefined) this.#chunkHash = createHash('sha256');
    if (size > 0) {
      if (this.#chunkWasSmall) throw s3Error('InvalidChunkSizeError');
      this.#chunkWasSmall = size < MIN_CHUNK_BYTES;
      this.#undecoded -= size;
      this.#chunkLeft = size;
      this.#state = 'data';
      return;
    }
    if (this.#undecoded > 0) throw s3Error('IncompleteBody');
    this.#checkChunk();
    this.#state = 'trailer';
  }

  #checkChunk(): void {
    if (this.#signing === undefined || this.#chunkHash === undefined) return;
    const text = chunkStringToSign(this.#signing, this.#previousSignature, this.#chunkHash.digest('hex'));
    if (!isSignatureOf(this.#chunkSignature, this.#signing.signingKey, text)) throw s3Error('SignatureDoesNotMatch');
    this.#previousSignature = this.#chunkSignature;
  }

  #addTrailer(line: string): void {
    if (!this.#trailerSection.add(line)) return;
    if (this.#framing === 'signed-trailer' && this.#signing !== undefined) {
      const text = trailerStringToSign(this.#signing, this.#previousSignature, this.#trailerSection.trailers);
      if (!isSignatureOf(this.#trailerSection.signature ?? '', this.#signing.signingKey, text)) {
        throw s3Error('SignatureDoesNotMatch');
      }
    }
    this.#state = 'done';
  }
}

export interface DecodedBody {
  /** Slices of the source's pieces. To be believed only when the iteration ended without an error. */
  readonly body: AsyncIterable<Uint8Array>;
  /** By lower-case name, in order; for after the iteration. */
  trailers(): ReadonlyMap<string, string>;
}

/**
 * Takes the framing off an `aws-chunked` body and checks each chunk's signature,
 * the trailer's, and the length. Memory is bounded by the largest piece of `source`.
 * The iteration throws an S3Error: `SignatureDoesNotMatch`, `IncompleteBody`,
 * `InvalidChunkSizeError`, `MalformedTrailerError` or `InvalidRequest`.
 */
export function decodeAwsChunked(source: AsyncIterable<Uint8Array>, options: DecodeOptions): DecodedBody {
  const decoder = new AwsChunkedDecoder(options);
  async function* decode(): AsyncGenerator<Uint8Array> {
    const decoded: Uint8Array[] = [];
    for await (const wire of source) {
      decoder.push(wire, decoded);
      yield* decoded;
      decoded.length = 0;
    }
    decoder.end();
  }
  return { body: decode(), trailers: () => decoder.trailers };
}
