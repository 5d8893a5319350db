import { OciError, repeated } from '../errors/oci-error.js';
import { baseMediaType } from '../names/media-type.js';
import type { JsonObject } from './json-object.js';
import { KnownKeys, readArray, readObject, readOptionalString } from './json-object.js';
import { manifestInvalid } from './manifest-invalid.js';
import type { ManifestLimits } from './manifest-limits.js';
import { DEFAULT_MANIFEST_LIMITS } from './manifest-limits.js';
import type { Manifest, ManifestReference, Subject } from './manifest.js';
import type { ManifestMediaType } from './media-types.js';
import { isIndexMediaType, isManifestMediaType, isNondistributable, OCI_EMPTY, OCI_INDEX, OCI_MANIFEST, SCHEMA_1 } from './media-types.js';
import type { Descriptor } from './parse-descriptor.js';
import { parseAnnotations, parseDescriptor, readArtifactType } from './parse-descriptor.js';
import { parseStrictJson } from './parse-strict-json.js';

const KEYS = new KnownKeys([
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'fsLayers',
  'subject',
  'annotations',
]);

/**
 * Reads and checks a manifest: what the specifications demand is demanded, all else
 * is let through, unknown fields and media types too. No two readers shall see two
 * manifests in the same bytes, so what they could read differently is refused: a
 * `Content-Type` against `mediaType`, keys that come twice or differ in case only,
 * an index with `config` or `layers`, an image with `manifests`.
 *
 * Without `Content-Type` the field decides. A Docker manifest must have the field,
 * as with Distribution.
 * @throws OciError `MANIFEST_INVALID`, with status 413 beyond `limits.bytes`;
 *   `UNSUPPORTED` 400 for Docker's schema 1
 */
export function parseManifest(
  bytes: Uint8Array,
  contentType: string | undefined,
  limits: ManifestLimits = DEFAULT_MANIFEST_LIMITS,
): Manifest {
  if (bytes.length > limits.bytes) {
    throw new OciError('MANIFEST_INVALID', { status: 413, message: 'manifest too large', detail: { limit: limits.bytes } });
  }
  const declared = baseMediaType(contentType);
  // Knowing the type before parsing spares the work.
  if (declared !== undefined) checkMediaType(declared);
  const document = readObject(parseStrictJson(bytes, limits), 'the document');
  KEYS.check(document, undefined);
  const mediaType = mediaTypeOf(document, declared);
  checkShape(document, mediaType);
  const isOci = mediaType === OCI_MANIFEST || mediaType === OCI_INDEX;
  const contents = isIndexMediaType(mediaType) ? readEntries(document, limits) : readImage(document, limits, isOci);
  if (!isOci) return { mediaType, annotations: Object.create(null) as Record<string, string>, ...contents };
  return {
    mediaType,
    artifactType: readArtifactType(document['artifactType'], 'artifactType'),
    subject: document['subject'] == null ? undefined : readSubject(document['subject']),
    annotations: parseAnnotations(document['annotations'] ?? {}, 'annotations'),
    ...contents,
  };
}

function checkMediaType(mediaType: string): ManifestMediaType {
  if (isManifestMediaType(mediaType)) return mediaType;
  if (SCHEMA_1.has(mediaType)) throw schema1();
  throw new OciError('MANIFEST_INVALID', {
    message: 'manifest invalid: unsupported media type',
    detail: { mediaType: repeated(mediaType) },
  });
}

function schema1(): OciError {
  return new OciError('UNSUPPORTED', { status: 400, message: 'manifests of schema 1 are not supported' });
}

function mediaTypeOf(document: JsonObject, declared: string | undefined): ManifestMediaType {
  const field = readOptionalString(document['mediaType'], 'mediaType');
  if (declared !== undefined && field !== undefined && declared !== field) {
    throw manifestInvalid('differs from Content-Type', 'mediaType');
  }
  const mediaType = declared ?? field;
  if (mediaType === undefined) {
    if (document['schemaVersion'] === 1) throw schema1();
    throw manifestInvalid('neither Content-Type nor mediaType names its type');
  }
  const known = checkMediaType(mediaType);
  if (field === undefined && known !== OCI_MANIFEST && known !== OCI_INDEX) throw manifestInvalid('is missing', 'mediaType');
  return known;
}

function checkShape(document: JsonObject, mediaType: ManifestMediaType): void {
  if (document['schemaVersion'] !== 2) throw manifestInvalid('must be 2', 'schemaVersion');
  const foreign = isIndexMediaType(mediaType) ? ['config', 'layers', 'fsLayers'] : ['manifests', 'fsLayers'];
  for (const key of foreign) {
    if (document[key] != null) throw manifestInvalid('belongs to another type of manifest', key);
  }
}

type Contents = Pick<Manifest, 'configMediaType' | 'references'>;

function readImage(document: JsonObject, limits: ManifestLimits, isOci: boolean): Contents {
  const config = parseDescriptor(document['config'], 'config');
  if (isOci && config.mediaType === OCI_EMPTY && !document['artifactType']) {
    throw manifestInvalid('is required beside an empty config', 'artifactType');
  }
  const layers = readArray(document['layers'], 'layers');
  checkCount(layers.length + 1, limits);
  return {
    configMediaType: config.mediaType,
    references: [
      reference(config, 'config'),
      ...layers.map((layer, i) => reference(parseDescriptor(layer, `layers[${i}]`), 'layer')),
    ],
  };
}

function readEntries(document: JsonObject, limits: ManifestLimits): Contents {
  const entries = readArray(document['manifests'], 'manifests');
  checkCount(entries.length, limits);
  return {
    references: entries.map((entry, i) => {
      const descriptor = parseDescriptor(entry, `manifests[${i}]`);
      return reference(descriptor, isManifestMediaType(descriptor.mediaType) ? 'manifest' : 'blob');
    }),
  };
}

function checkCount(count: number, limits: ManifestLimits): void {
  if (count > limits.references) throw manifestInvalid(`more than ${limits.references} references`);
}

function reference(descriptor: Descriptor, role: ManifestReference['role']): ManifestReference {
  const { mediaType, digest, size, artifactType, platform, hasUrls } = descriptor;
  return {
    kind: isManifestMediaType(mediaType) ? 'manifest' : 'blob',
    role,
    mediaType,
    digest,
    size,
    artifactType,
    platform,
    required: !(role === 'layer' && hasUrls && isNondistributable(mediaType)),
  };
}

function readSubject(value: unknown): Subject {
  const { mediaType, digest, size } = parseDescriptor(value, 'subject');
  return { mediaType, digest, size };
}
