/** Headers of the registry protocol, in lower case. */
export const OCI_HEADERS = {
  /** Digest of the content that an answer carries or names. */
  contentDigest: 'docker-content-digest',
  /** `registry/2.0`, by which old clients know a registry. */
  apiVersion: 'docker-distribution-api-version',
  uploadId: 'docker-upload-uuid',
  /** Least length of every chunk but the last. */
  chunkMinLength: 'oci-chunk-min-length',
  /** Says that the registry keeps referrers, so that the client need not. */
  subject: 'oci-subject',
  filtersApplied: 'oci-filters-applied',
  /** Tags that a manifest PUT by digest made. */
  tag: 'oci-tag',
  /** The `ns` that an answer was chosen by. */
  namespace: 'oci-namespace',
} as const;

export const API_VERSION = 'registry/2.0';
