/** Works over a metadata store, as `--only` names them. */
export const METADATA_WORKS = ['meta-put', 'meta-find', 'meta-find-body', 'meta-list', 'meta-list-delim', 'meta-delete'] as const;
/** The same, of the micro-benchmarks alone. */
export const VERSION_WORKS = ['meta-put-version', 'meta-list-versions'] as const;
export type MetadataWork = (typeof METADATA_WORKS)[number] | (typeof VERSION_WORKS)[number];

/** Works over a blob store. */
export const BLOB_WORKS = ['blob-write-1k', 'blob-write-1m', 'blob-read-1k', 'blob-read-1m'] as const;
/** The same, of the micro-benchmarks alone. */
export const LARGE_BLOB_WORKS = ['blob-write-64m', 'blob-read-64m'] as const;
export type BlobWork = (typeof BLOB_WORKS)[number] | (typeof LARGE_BLOB_WORKS)[number];
