/** Works over a metadata store, as `--only` names them. */
export const METADATA_WORKS = ['meta-put', 'meta-find', 'meta-find-body', 'meta-list', 'meta-list-delim', 'meta-delete'] as const;
export type MetadataWork = (typeof METADATA_WORKS)[number];

/** Works over a blob store. */
export const BLOB_WORKS = ['blob-write-1k', 'blob-write-1m', 'blob-read-1k', 'blob-read-1m'] as const;
export type BlobWork = (typeof BLOB_WORKS)[number];
