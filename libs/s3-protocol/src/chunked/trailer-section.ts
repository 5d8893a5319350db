import { s3Error } from '../errors/s3-error.js';
import { trimHeader } from '../headers/header-value.js';

/** Largest trailer section, in bytes. */
export const MAX_TRAILER_BYTES = 16 * 1024;

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';
const NAME = /^[a-z0-9-]+$/;
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** Collects the lines behind the last chunk. */
export class TrailerSection {
  readonly trailers = new Map<string, string>();
  signature: string | undefined;
  readonly #declared: ReadonlySet<string>;
  readonly #signed: boolean;
  #bytes = 0;

  /** @param declared names that `x-amz-trailer` announced, lower case: no other may come and all must */
  constructor(declared: readonly string[], signed: boolean) {
    this.#declared = new Set(declared);
    this.#signed = signed;
  }

  /**
   * Takes one line without its end.
   * @returns true when the section is complete
   * @throws S3Error `MalformedTrailerError`
   */
  add(line: string): boolean {
    this.#bytes += line.length + 2;
    if (this.#bytes > MAX_TRAILER_BYTES) throw s3Error('MalformedTrailerError');
    if (line === '') {
      // Some clients put an empty line between the trailers and their signature.
      if (this.#signed && this.signature === undefined) return false;
      if (this.trailers.size !== this.#declared.size) throw s3Error('MalformedTrailerError');
      return true;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = trimHeader(line.slice(colon + 1));
    if (!NAME.test(name) || !VALUE.test(value) || this.signature !== undefined) throw s3Error('MalformedTrailerError');
    if (this.#signed && name === TRAILER_SIGNATURE) {
      this.signature = value;
    } else {
      if (!this.#declared.has(name) || this.trailers.has(name)) throw s3Error('MalformedTrailerError');
      this.trailers.set(name, value);
    }
    return false;
  }
}
