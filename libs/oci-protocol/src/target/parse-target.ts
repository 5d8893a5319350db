import { OciError, repeated } from '../errors/oci-error.js';
import type { Digest } from '../names/digest.js';
import { classifyDigest, invalidDigest, isDigest } from '../names/digest.js';
import type { Reference } from '../names/names.js';
import { checkRepositoryName, classifyReference } from '../names/names.js';
import type { OciQuery } from './query.js';
import { parseQuery } from './query.js';

/** The endpoint that a path names. `name` is a good repository name wherever it stands. */
export type OciEndpoint =
  /** `/v2/`, with or without the slash. */
  | { readonly kind: 'base' }
  /** `/v2/_catalog` */
  | { readonly kind: 'catalog' }
  /** `/v2/{name}/tags/list` */
  | { readonly kind: 'tags'; readonly name: string }
  /** `/v2/{name}/manifests/{reference}` */
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: Reference }
  /** `/v2/{name}/blobs/{digest}` */
  | { readonly kind: 'blob'; readonly name: string; readonly digest: Digest }
  /** `/v2/{name}/blobs/uploads/`, with or without the slash. */
  | { readonly kind: 'uploads'; readonly name: string }
  /** `/v2/{name}/blobs/uploads/{id}` */
  | { readonly kind: 'upload'; readonly name: string; readonly uploadId: string }
  /** `/v2/{name}/referrers/{digest}`; the subject may be of any algorithm, as it need not exist. */
  | { readonly kind: 'referrers'; readonly name: string; readonly subject: string }
  /**
   * `/v2/_oci/ext/discover` and whatever else lies under a component that begins
   * with `_`, of the registry or, with `name`, of a repository.
   */
  | { readonly kind: 'extension'; readonly name?: string; readonly extension: string; readonly path: string }
  /** No endpoint of the specification. */
  | { readonly kind: 'unknown' };

export type OciTarget = OciEndpoint & { readonly query: OciQuery };

/** Longest path that is looked at; the longest good one has less than 600 characters. */
const MAX_PATH_LENGTH = 1024;

/**
 * Reads a request's target. The path is read from its end, as names hold slashes
 * and may hold components such as `blobs` or `tags`. Nothing in it is decoded or
 * cleaned, so `%2F`, `..`, `//`, `\` and capitals never lead to a repository; only
 * a digest's colon may come as `%3A`.
 *
 * What cannot exist is absent for GET, HEAD and DELETE: a malformed tag is
 * `MANIFEST_UNKNOWN`, and so is, or is `BLOB_UNKNOWN`, a digest of an algorithm
 * that is not kept here. A malformed digest is `DIGEST_INVALID` for every method.
 * @param request.method upper case
 * @param request.rawUrl the request target as sent, also in absolute form
 * @throws OciError `NAME_INVALID`, `DIGEST_INVALID`, `TAG_INVALID`, `MANIFEST_UNKNOWN`,
 *   `BLOB_UNKNOWN`; `BLOB_UPLOAD_UNKNOWN` for an upload id that is none; `UNSUPPORTED`
 *   400 or 414 for a bad query
 */
export function parseTarget(request: { readonly method: string; readonly rawUrl: string }): OciTarget {
  const { path, rawQuery } = splitTarget(request.rawUrl);
  return { ...parseEndpoint(request.method, path), query: parseQuery(rawQuery) };
}

const ABSOLUTE = /^[a-z][a-z0-9+.-]{0,15}:\/\/[^/?]*/i;

function splitTarget(rawUrl: string): { path: string; rawQuery: string } {
  const relative = rawUrl.startsWith('/') ? rawUrl : rawUrl.replace(ABSOLUTE, '');
  const question = relative.indexOf('?');
  return question < 0
    ? { path: relative, rawQuery: '' }
    : { path: relative.slice(0, question), rawQuery: relative.slice(question + 1) };
}

function parseEndpoint(method: string, path: string): OciEndpoint {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' };
  if (!path.startsWith('/v2/')) return { kind: 'unknown' };
  if (path.length > MAX_PATH_LENGTH) throw new OciError('NAME_INVALID', { detail: { name: repeated(path) } });
  const parts = path.slice(4).split('/');
  if (parts.length === 1 && parts[0] === '_catalog') return { kind: 'catalog' };
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2);
  const third = parts.at(-3);
  const named = (length: number, make: (name: string) => OciEndpoint): OciEndpoint => endpointOf(parts, length, make);
  if (before === 'blobs' && last === 'uploads') return named(2, (name) => ({ kind: 'uploads', name }));
  if (third === 'blobs' && before === 'uploads') {
    return named(3, (name) => (last === '' ? { kind: 'uploads', name } : { kind: 'upload', name, uploadId: checkUploadId(last) }));
  }
  if (before === 'tags' && last === 'list') return named(2, (name) => ({ kind: 'tags', name }));
  if (before === 'manifests') return named(2, (name) => ({ kind: 'manifest', name, reference: readReference(method, name, last) }));
  if (before === 'blobs') return named(2, (name) => ({ kind: 'blob', name, digest: readBlobDigest(method, last) }));
  if (before === 'referrers') return named(2, (name) => ({ kind: 'referrers', name, subject: readSubject(last) }));
  return extensionOf(parts, parts.length) ?? { kind: 'unknown' };
}

/** The endpoint of a repository, whose own part has `length` components; or the extension in front of which they stand. */
function endpointOf(parts: readonly string[], length: number, make: (name: string) => OciEndpoint): OciEndpoint {
  const name = parts.slice(0, parts.length - length);
  return extensionOf(parts, name.length) ?? make(checkRepositoryName(name.join('/')));
}

/** The extension that begins among the first `within` components. */
function extensionOf(parts: readonly string[], within: number): OciEndpoint | undefined {
  const at = parts.findIndex((part) => part.startsWith('_'));
  if (at < 0 || at >= within) return undefined;
  const extension = parts[at] ?? '';
  const path = parts.slice(at + 1).join('/');
  if (at === 0) return { kind: 'extension', extension, path };
  return { kind: 'extension', name: checkRepositoryName(parts.slice(0, at).join('/')), extension, path };
}

const UPLOAD_ID = /^[A-Za-z0-9_-]{1,128}$/;

function checkUploadId(text: string): string {
  if (UPLOAD_ID.test(text)) return text;
  throw new OciError('BLOB_UPLOAD_UNKNOWN', { detail: { uploadId: repeated(text) } });
}

function colon(text: string): string {
  return text.replace(/%3a/i, ':');
}

/** True for methods that are about what is there already. */
function isAboutExisting(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'DELETE';
}

function readReference(method: string, name: string, text: string): Reference {
  const reference = classifyReference(colon(text));
  if (typeof reference === 'object') return reference;
  const isTag = reference === 'malformed-tag';
  if (reference !== 'malformed-digest' && isAboutExisting(method)) {
    throw new OciError('MANIFEST_UNKNOWN', { detail: { name, [isTag ? 'tag' : 'digest']: repeated(text) } });
  }
  throw isTag ? new OciError('TAG_INVALID', { detail: { tag: repeated(text) } }) : invalidDigest(colon(text));
}

function readBlobDigest(method: string, text: string): Digest {
  const digest = colon(text);
  if (isDigest(digest)) return digest;
  const isAbsent = isAboutExisting(method) && classifyDigest(digest) === 'unsupported';
  throw isAbsent ? new OciError('BLOB_UNKNOWN', { detail: { digest: repeated(digest) } }) : invalidDigest(digest);
}

function readSubject(text: string): string {
  const digest = colon(text);
  if (classifyDigest(digest) === 'malformed') throw invalidDigest(digest);
  return digest;
}
