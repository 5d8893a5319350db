import { OciError, repeated } from '../errors/oci-error.js';
import type { Digest, DigestAlgorithm } from '../names/digest.js';
import { isDigestAlgorithm, parseDigest } from '../names/digest.js';
import { checkRepositoryName } from '../names/names.js';
import type { OciQuery } from '../target/query.js';

/** A wish to link a blob that another repository has. */
export interface MountRequest {
  readonly digest: Digest;
  /** Absent: from whichever repository the caller may read. */
  readonly from?: string;
}

/** What a POST to `blobs/uploads/` asks for. */
export interface UploadStart {
  /** Answered 201 when the blob was linked; else the upload begins as if it were not there. */
  readonly mount?: MountRequest;
  /** The whole blob is the body. */
  readonly digest?: Digest;
  /** What the closing PUT will name, as far as the client says so: from `digest`, `digest-algorithm` or `mount`. */
  readonly algorithm?: DigestAlgorithm;
}

/**
 * Reads `mount`, `from`, `digest` and `digest-algorithm`. An empty parameter counts
 * as absent, and so does `from` without `mount`.
 * @throws OciError `DIGEST_INVALID` for a digest that is malformed or of an algorithm not
 *   computed here, for such an algorithm, and when `digest-algorithm` contradicts
 *   `digest`; `NAME_INVALID` for a `from` that is no name; `UNSUPPORTED` 400 for a
 *   parameter that comes twice
 */
export function readUploadStart(query: OciQuery): UploadStart {
  const mount = readMount(query);
  const text = query.single('digest');
  const digest = text ? parseDigest(text) : undefined;
  const named = readAlgorithm(query);
  const implied = algorithmOf(digest);
  if (named !== undefined && implied !== undefined && named !== implied) {
    throw new OciError('DIGEST_INVALID', { message: 'digest-algorithm contradicts digest' });
  }
  return { mount, digest, algorithm: named ?? implied ?? algorithmOf(mount?.digest) };
}

/**
 * Reads `mount` and `from`; see {@link readUploadStart}.
 * @throws OciError `DIGEST_INVALID`, `NAME_INVALID`, `UNSUPPORTED` 400
 */
export function readMount(query: OciQuery): MountRequest | undefined {
  const digest = query.single('mount');
  const from = query.single('from');
  if (!digest) return undefined;
  return { digest: parseDigest(digest), from: from ? checkRepositoryName(from) : undefined };
}

/**
 * Reads `digest` of the PUT that closes an upload.
 * @throws OciError `DIGEST_INVALID` also when it is absent; `UNSUPPORTED` 400 when it comes twice
 */
export function readClosingDigest(query: OciQuery): Digest {
  const text = query.single('digest');
  if (text) return parseDigest(text);
  throw new OciError('DIGEST_INVALID', { message: 'digest parameter missing' });
}

function readAlgorithm(query: OciQuery): DigestAlgorithm | undefined {
  const text = query.single('digest-algorithm');
  if (!text) return undefined;
  if (isDigestAlgorithm(text)) return text;
  throw new OciError('DIGEST_INVALID', { message: 'digest algorithm not supported', detail: { algorithm: repeated(text) } });
}

function algorithmOf(digest: Digest | undefined): DigestAlgorithm | undefined {
  return digest?.startsWith('sha512:') ? 'sha512' : digest && 'sha256';
}
