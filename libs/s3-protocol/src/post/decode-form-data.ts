import { s3Error } from '../errors/s3-error.js';
import { BoundaryScanner, Epilogue } from './boundary-scanner.js';
import { FormHead } from './form-head.js';
import { PostFields, baseName, expandFilename } from './post-fields.js';

/** Largest form without its file, in bytes (S3 User Guide, "HTML forms"). */
export const MAX_FORM_FIELD_BYTES = 20 * 1024;

export interface FormLimits {
  /** Bytes in front of the file's, boundaries and headers included; 20 KiB as with AWS when absent. */
  readonly fieldBytes?: number;
  /** Fields in front of the file; 256 when absent. */
  readonly parts?: number;
  /** Bytes behind the file, which are ignored; 64 KiB when absent. */
  readonly trailingBytes?: number;
}

export interface DecodedForm {
  /** What stood in front of the file, `${filename}` replaced. */
  readonly fields: PostFields;
  readonly file: {
    /** Without its path; empty when the form gave none. */
    readonly name: string;
    /** Of the part; S3 goes by the field `Content-Type`. */
    readonly contentType?: string;
    /**
     * To be read once. Slices of the source's pieces, but for the few bytes at the
     * end of a piece that could have been a boundary: those come as slices of a
     * buffer that must not be written to. To be believed only when the iteration
     * ended without an error, which it does at the end of the source. Throws an
     * S3Error `MalformedPOSTRequest` when the form breaks off or goes on too long.
     */
    readonly bytes: AsyncIterable<Uint8Array>;
  };
}

/**
 * Reads a POST form (RFC 7578; POST Object, "Form fields") up to its file, the
 * field `file`, behind which everything is ignored. Neither closes nor destroys
 * `source`: after an error the rest of it is the caller's to deal with.
 * @param boundary of the `Content-Type`; see `readBoundary`
 * @throws S3Error `MalformedPOSTRequest`; `InvalidArgument` for a form without a file;
 *   `MaxPostPreDataLengthExceededError` when the fields are too large
 */
export async function decodeFormData(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: FormLimits = {},
): Promise<DecodedForm> {
  const { fieldBytes = MAX_FORM_FIELD_BYTES, parts = 256, trailingBytes = 64 * 1024 } = limits;
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const iterator = source[Symbol.asyncIterator]();
  const head = new FormHead(delimiter, { bytes: fieldBytes, parts });
  for (;;) {
    const { done, value: piece } = await iterator.next();
    if (done === true) throw s3Error('MalformedPOSTRequest');
    const at = head.push(piece);
    if (at === undefined || head.file === undefined) continue;
    const name = baseName(head.file.filename ?? '');
    return {
      fields: expandFilename(new PostFields(head.fields), name, fieldBytes),
      file: {
        name,
        contentType: head.file.contentType,
        bytes: readFile(piece.subarray(at), iterator, delimiter, new Epilogue(trailingBytes)),
      },
    };
  }
}

async function* readFile(
  first: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
  delimiter: Buffer,
  epilogue: Epilogue,
): AsyncGenerator<Uint8Array> {
  const scanner = new BoundaryScanner(delimiter);
  const out: Uint8Array[] = [];
  let piece = first;
  for (;;) {
    const behind = scanner.push(piece, out);
    yield* out;
    out.length = 0;
    if (behind >= 0) {
      epilogue.push(piece.subarray(behind));
      break;
    }
    const { done, value } = await iterator.next();
    if (done === true) throw s3Error('MalformedPOSTRequest');
    piece = value;
  }
  for (let rest = await iterator.next(); rest.done !== true; rest = await iterator.next()) epilogue.push(rest.value);
  epilogue.end();
}
