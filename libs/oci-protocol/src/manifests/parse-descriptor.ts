import { classifyDigest, digestAlgorithm, digestOf, isDigest } from '../names/digest.js';
import { isMediaType } from '../names/media-type.js';
import type { JsonObject } from './json-object.js';
import { KnownKeys, readArray, readObject, readOptionalString, readString } from './json-object.js';
import { manifestInvalid } from './manifest-invalid.js';
import type { Platform } from './manifest.js';

/** A content descriptor (image specification, "OCI Content Descriptors"), as far as a registry reads it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly platform?: Platform;
  readonly hasUrls: boolean;
}

const KEYS = new KnownKeys(['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'artifactType', 'platform']);

/** @throws OciError `MANIFEST_INVALID` */
export function parseDescriptor(value: unknown, path: string): Descriptor {
  const object = readObject(value, path);
  KEYS.check(object, path);
  const mediaType = readMediaType(object['mediaType'], `${path}.mediaType`);
  const digest = readString(object['digest'], `${path}.digest`);
  if (classifyDigest(digest) === 'malformed') throw manifestInvalid('is no digest', `${path}.digest`);
  const size = readSize(object['size'], `${path}.size`);
  if (object['data'] != null) checkData(object['data'], digest, size, `${path}.data`);
  if (object['annotations'] != null) parseAnnotations(object['annotations'], `${path}.annotations`);
  return {
    mediaType,
    digest,
    size,
    artifactType: readArtifactType(object['artifactType'], `${path}.artifactType`),
    platform: object['platform'] == null ? undefined : parsePlatform(object['platform'], `${path}.platform`),
    hasUrls: object['urls'] != null && checkUrls(object['urls'], `${path}.urls`),
  };
}

function readMediaType(value: unknown, path: string): string {
  const mediaType = readString(value, path);
  if (!isMediaType(mediaType)) throw manifestInvalid('is no media type', path);
  return mediaType;
}

/** Empty counts as absent, as it does for the specification's rules about artifacts. */
export function readArtifactType(value: unknown, path: string): string | undefined {
  return readOptionalString(value, path) ? readMediaType(value, path) : undefined;
}

function readSize(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw manifestInvalid('is no size', path);
  // No negative zero.
  return value + 0;
}

/** Embedded content must be the content that the descriptor names. */
function checkData(value: unknown, digest: string, size: number, path: string): void {
  const text = readString(value, path);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw manifestInvalid('is no base64', path);
  const isContent = bytes.length === size && (!isDigest(digest) || digestOf(digestAlgorithm(digest), bytes) === digest);
  if (!isContent) throw manifestInvalid('is not the content of that digest and size', path);
}

// RFC 3986: a scheme, then the characters that a URI may have.
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
const MAX_URI_LENGTH = 8192;

function checkUrls(value: unknown, path: string): boolean {
  const urls = readArray(value, path);
  for (const [i, url] of urls.entries()) {
    const at = `${path}[${i}]`;
    const text = readString(url, at);
    if (text.length > MAX_URI_LENGTH || !URI.test(text)) throw manifestInvalid('is no URI', at);
  }
  return urls.length > 0;
}

function parsePlatform(value: unknown, path: string): Platform {
  const object: JsonObject = readObject(value, path);
  const features = object['os.features'];
  return {
    architecture: readString(object['architecture'], `${path}.architecture`),
    os: readString(object['os'], `${path}.os`),
    variant: readOptionalString(object['variant'], `${path}.variant`),
    osVersion: readOptionalString(object['os.version'], `${path}["os.version"]`),
    osFeatures:
      features == null
        ? undefined
        : readArray(features, `${path}["os.features"]`).map((feature, i) => readString(feature, `${path}["os.features"][${i}]`)),
  };
}

/**
 * A map of strings (image specification, "Annotations").
 * @throws OciError `MANIFEST_INVALID`, also for lone surrogates: readers turn different
 *   ones into the same character, so that two keys become one
 */
export function parseAnnotations(value: unknown, path: string): Readonly<Record<string, string>> {
  const annotations = Object.create(null) as Record<string, string>;
  for (const [key, text] of Object.entries(readObject(value, path))) {
    if (typeof text !== 'string') throw manifestInvalid('must hold strings only', path);
    if (!key.isWellFormed() || !text.isWellFormed()) throw manifestInvalid('holds ill-formed Unicode', path);
    annotations[key] = text;
  }
  return annotations;
}
