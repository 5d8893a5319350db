import { invalidArgument, s3Error } from '../errors/s3-error.js';
import type { PartHeader } from './part-header.js';
import { decodeFormText, parsePartHeader } from './part-header.js';

export interface HeadLimits {
  /** Bytes in front of the file's, boundaries and headers included. */
  readonly bytes: number;
  readonly parts: number;
}

const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');
const DASH = 0x2d;
const CR = 0x0d;
const LF = 0x0a;

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

type State = 'preamble' | 'delimiter-end' | 'header' | 'value';

/** Collects and reads a form up to where the bytes of its file begin. Holds no more than the limit. */
export class FormHead {
  readonly fields: (readonly [name: string, value: string])[] = [];
  /** There once `push` has found where the file begins. */
  file: PartHeader | undefined;
  readonly #delimiter: Buffer;
  readonly #limits: HeadLimits;
  readonly #space: Buffer;
  /** The part of the space that is filled. */
  #held: Buffer;
  #at = 0;
  #state: State = 'preamble';
  #name = '';

  /** @param delimiter the line end, dashes and boundary in front of each part but the first */
  constructor(delimiter: Buffer, limits: HeadLimits) {
    this.#delimiter = delimiter;
    this.#limits = limits;
    this.#space = Buffer.allocUnsafe(limits.bytes + CRLF.length);
    // The first delimiter has no line end of its own before it.
    CRLF.copy(this.#space);
    this.#held = this.#space.subarray(0, CRLF.length);
  }

  /**
   * @returns where in `piece` the bytes of the file begin, or `undefined`: more is needed
   * @throws S3Error `MalformedPOSTRequest`; `InvalidArgument` for a form without a
   *   file; `MaxPostPreDataLengthExceededError` beyond the limits
   */
  push(piece: Uint8Array): number | undefined {
    const before = this.#held.length;
    const room = this.#space.length - before;
    this.#space.set(piece.subarray(0, room), before);
    this.#held = this.#space.subarray(0, before + Math.min(room, piece.length));
    while (this.#advance());
    if (this.file !== undefined) return this.#at - before;
    if (piece.length > room) throw tooLong();
    return undefined;
  }

  /** Takes one step; false when it needs more bytes or has found the file. */
  #advance(): boolean {
    switch (this.#state) {
      case 'preamble':
        return this.#find(this.#delimiter, 'delimiter-end') !== undefined;
      case 'delimiter-end':
        return this.#endDelimiter();
      case 'header': {
        const bytes = this.#find(BLANK_LINE, 'value');
        if (bytes === undefined) return false;
        const header = parsePartHeader(bytes);
        if (header.name.toLowerCase() === 'file') {
          this.file = header;
          return false;
        }
        if (this.fields.length === this.#limits.parts) throw tooLong();
        this.#name = header.name;
        return true;
      }
      case 'value': {
        const bytes = this.#find(this.#delimiter, 'delimiter-end');
        if (bytes === undefined) return false;
        this.fields.push([this.#name, decodeFormText(bytes)]);
        return true;
      }
    }
  }

  /** The bytes in front of `mark`, which are taken with it; `undefined` when it is not there yet. */
  #find(mark: Buffer, next: State): Buffer | undefined {
    const found = this.#held.indexOf(mark, this.#at);
    if (found < 0) return undefined;
    const bytes = this.#held.subarray(this.#at, found);
    this.#at = found + mark.length;
    this.#state = next;
    return bytes;
  }

  /** Behind a delimiter comes the end of its line, perhaps after blanks, or two dashes: the end of the form. */
  #endDelimiter(): boolean {
    const held = this.#held;
    let at = this.#at;
    if (held[at] === DASH) {
      if (held.length < at + 2) return false;
      if (held[at + 1] === DASH) {
        throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
      }
      throw s3Error('MalformedPOSTRequest');
    }
    while (isBlank(held[at])) at++;
    if (at === held.length || (held[at] === CR && at + 1 === held.length)) return false;
    if (held[at] !== CR || held[at + 1] !== LF) throw s3Error('MalformedPOSTRequest');
    this.#at = at + 2;
    this.#state = 'header';
    return true;
  }
}

function tooLong(): Error {
  return s3Error('MaxPostPreDataLengthExceededError');
}
