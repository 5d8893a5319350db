import { hash } from 'node:crypto';
import type { ChunkFraming, ChunkSigning } from '../sigv4/request.js';
import { chunkStringToSign, signText, trailerStringToSign } from './chunk-signature.js';

export interface EncodeOptions {
  readonly framing: ChunkFraming;
  /** Needed by the signed framings. */
  readonly signing?: ChunkSigning;
  /** Bytes of each chunk but the last; 64 KiB when absent. */
  readonly chunkSize?: number;
  /** Lower-case names; for the framings with a trailer. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** The client's side of `aws-chunked`, for tests and tools: a whole body in its framing. */
export function encodeAwsChunked(payload: Uint8Array, options: EncodeOptions): Buffer {
  const { framing, signing, chunkSize = 65_536 } = options;
  if (framing !== 'unsigned-trailer' && signing === undefined) throw new TypeError('signed chunks need a key');
  const pieces: Uint8Array[] = [];
  let signature = signing?.seedSignature ?? '';
  const header = (chunk: Uint8Array): string => {
    const size = chunk.length.toString(16);
    if (framing === 'unsigned-trailer' || signing === undefined) return `${size}\r\n`;
    signature = signText(signing, chunkStringToSign(signing, signature, hash('sha256', chunk, 'hex')));
    return `${size};chunk-signature=${signature}\r\n`;
  };
  for (let offset = 0; offset < payload.length; offset += chunkSize) {
    const chunk = payload.subarray(offset, offset + chunkSize);
    pieces.push(Buffer.from(header(chunk)), chunk, Buffer.from('\r\n'));
  }
  let end = header(new Uint8Array(0));
  if (framing !== 'signed') {
    const trailers = Object.entries(options.trailers ?? {});
    for (const [name, value] of trailers) end += `${name}:${value}\r\n`;
    if (framing === 'signed-trailer' && signing !== undefined) {
      end += `x-amz-trailer-signature:${signText(signing, trailerStringToSign(signing, signature, trailers))}\r\n`;
    }
  }
  pieces.push(Buffer.from(`${end}\r\n`, 'latin1'));
  return Buffer.concat(pieces);
}
