import { COUNT, FLAG, TEXT, TIME, listOf, record } from '../../json-schema.js';

const OWNER = record({ id: TEXT, 'displayName?': TEXT });
const OBJECT = { key: TEXT, size: COUNT, etag: { ...TEXT, description: 'Without quotes' }, lastModified: TIME, storageClass: TEXT };
const PAGE = { isTruncated: FLAG, 'nextMarker?': { ...TEXT, description: 'Where the next page begins' } };
const KEYS = { bucket: TEXT, prefix: TEXT, 'delimiter?': TEXT, commonPrefixes: listOf(TEXT), ...PAGE };

/** What the lists answer as JSON, to who names `application/json` in `Accept`. */
export const JSON_VIEW_SCHEMAS = {
  BucketsView: record({ owner: OWNER, buckets: listOf(record({ name: TEXT, creationDate: TIME, 'region?': TEXT })), ...PAGE }),
  ObjectsView: record({ ...KEYS, objects: listOf(record(OBJECT)) }),
  VersionsView: record({ ...KEYS, versions: listOf(record({ ...OBJECT, versionId: TEXT, isLatest: FLAG, deleteMarker: FLAG })), 'nextVersionIdMarker?': TEXT }),
  UploadsView: record({ ...KEYS, uploads: listOf(record({ key: TEXT, uploadId: TEXT, initiated: TIME, storageClass: TEXT })), 'nextUploadIdMarker?': TEXT }),
  PartsView: record({
    bucket: TEXT,
    key: TEXT,
    uploadId: TEXT,
    parts: listOf(record({ partNumber: COUNT, size: COUNT, etag: TEXT, lastModified: TIME })),
    isTruncated: FLAG,
    'nextMarker?': COUNT,
  }),
} as const;
