import { badRequest, repeated } from '../errors/oci-error.js';
import { OCI_INDEX } from '../manifests/media-types.js';
import type { OciQuery } from '../target/query.js';

/** A manifest that names another as its subject. */
export interface ReferrerEntry {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** See `referrerArtifactType`; absent for an index without one. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `Content-Type` of {@link renderReferrersIndex}. */
export const REFERRERS_CONTENT_TYPE = OCI_INDEX;

/** The answer to `referrers`: an image index, an empty one where there are none. */
export function renderReferrersIndex(entries: readonly ReferrerEntry[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries.map(descriptorOf) });
}

function descriptorOf({ mediaType, digest, size, artifactType, annotations }: ReferrerEntry) {
  const some = annotations !== undefined && Object.keys(annotations).length > 0;
  return { mediaType, digest, size, artifactType, annotations: some ? annotations : undefined };
}

/** Value of `OCI-Filters-Applied` when {@link readArtifactTypeFilter} found a filter. */
export const ARTIFACT_TYPE_FILTER = 'artifactType';

/** Longest filter, which is that of a media type. */
const MAX_FILTER_LENGTH = 255;

/**
 * Reads `artifactType`; `undefined` for no filter. No media type has a space, so one
 * is a `+` that the client did not escape. What is no media type filters all away.
 * @throws OciError `UNSUPPORTED` 400 for two filters or one longer than a media type
 */
export function readArtifactTypeFilter(query: OciQuery): string | undefined {
  const filter = query.single('artifactType');
  if (!filter) return undefined;
  if (filter.length > MAX_FILTER_LENGTH) throw badRequest('artifactType too long', { artifactType: repeated(filter) });
  return filter.replaceAll(' ', '+');
}
