import { s3Error } from '../errors/s3-error.js';
import { isBlank } from './form-head.js';

const CR = 0x0d;

/**
 * Finds a delimiter in a stream without holding bytes back beyond a piece: a
 * delimiter begins with the only carriage return in it, so that at the end of a
 * piece one stretch at most may be its beginning, and that is known without
 * being kept.
 */
export class BoundaryScanner {
  readonly #delimiter: Buffer;
  /** Bytes of the delimiter that the last pieces ended in. */
  #matched = 0;

  constructor(delimiter: Buffer) {
    this.#delimiter = delimiter;
  }

  /**
   * @param out receives what is in front of the delimiter: slices of `piece`, and
   *   for what a piece before ended in, the same bytes of the delimiter
   * @returns where in `piece` the delimiter has ended, or -1
   */
  push(piece: Uint8Array, out: Uint8Array[]): number {
    const delimiter = this.#delimiter;
    if (this.#matched > 0) {
      let at = 0;
      let matched = this.#matched;
      while (matched < delimiter.length && at < piece.length && piece[at] === delimiter[matched]) {
        matched++;
        at++;
      }
      if (matched < delimiter.length && at === piece.length) {
        this.#matched = matched;
        return -1;
      }
      const before = this.#matched;
      this.#matched = 0;
      if (matched === delimiter.length) return at;
      out.push(delimiter.subarray(0, before));
    }
    const found = Buffer.from(piece.buffer, piece.byteOffset, piece.length).indexOf(delimiter);
    const end = found < 0 ? this.#tail(piece) : found;
    if (end > 0) out.push(piece.subarray(0, end));
    return found < 0 ? -1 : found + delimiter.length;
  }

  /** Where what may be the beginning of a delimiter begins. */
  #tail(piece: Uint8Array): number {
    const first = Math.max(0, piece.length - this.#delimiter.length + 1);
    for (let at = piece.length - 1; at >= first; at--) {
      if (piece[at] !== CR) continue;
      const length = piece.length - at;
      if (this.#delimiter.subarray(0, length).compare(piece, at) !== 0) break;
      this.#matched = length;
      return at;
    }
    return piece.length;
  }
}

type Step = 'start' | 'dash' | 'blank' | 'line-end' | 'done';

/** Reads what follows the delimiter behind a file, of which only the first bytes must be right. */
export class Epilogue {
  readonly #limit: number;
  #length = 0;
  #step: Step = 'start';

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws S3Error `MalformedPOSTRequest` when a delimiter does not go on like that, or beyond the limit */
  push(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#limit) throw s3Error('MalformedPOSTRequest');
    for (let at = 0; at < piece.length && this.#step !== 'done'; at++) this.#step = next(this.#step, piece[at] ?? 0);
  }

  /** @throws S3Error `MalformedPOSTRequest` when the delimiter was cut off */
  end(): void {
    if (this.#step !== 'done') throw s3Error('MalformedPOSTRequest');
  }
}

function next(step: Step, byte: number): Step {
  if (step === 'start' && byte === 0x2d) return 'dash';
  if (step === 'dash' && byte === 0x2d) return 'done';
  if ((step === 'start' || step === 'blank') && isBlank(byte)) return 'blank';
  if ((step === 'start' || step === 'blank') && byte === CR) return 'line-end';
  if (step === 'line-end' && byte === 0x0a) return 'done';
  throw s3Error('MalformedPOSTRequest');
}
