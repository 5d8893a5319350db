import type { ManifestReference } from '@zas/plugin-api';
import { putManifest as storeManifest } from '@zas/artifact-registry';
import type { Manifest } from '@zas/oci-protocol';
import { DEFAULT_MANIFEST_LIMITS, OCI_HEADERS, digestAlgorithm, digestOf, formatOciTag, isDigest, manifestLocation, ociError, parseManifest, readTags, referrerArtifactType } from '@zas/oci-protocol';
import type { OciCall, OciOperation } from '../oci-call.js';
import { withDocument } from '../read-document.js';

export const putManifest: OciOperation = (call) => withDocument(call, call.manifestBytes, (bytes) => put(call, bytes));

async function put(call: OciCall, bytes: Buffer): ReturnType<OciOperation> {
  const { repository, reference } = call;
  const names = readTags(reference, call.target.query);
  const digest = digestOf(reference.kind === 'digest' ? digestAlgorithm(reference.digest) : 'sha256', bytes);
  if (reference.kind === 'digest' && reference.digest !== digest) throw ociError('DIGEST_INVALID', { detail: { digest: reference.digest } });
  const manifest = parseManifest(bytes, call.headers['content-type'], { ...DEFAULT_MANIFEST_LIMITS, bytes: call.manifestBytes });
  const tags = await Promise.all(
    names.map(async (name) => ({ name, mayCreate: await call.may('oci:CreateTag', name), mayMove: await call.may('oci:OverwriteTag', name) })),
  );
  await storeManifest(call.registry, call.context, {
    repository,
    bytes,
    digest,
    mediaType: manifest.mediaType,
    artifactType: referrerArtifactType(manifest),
    subject: manifest.subject?.digest,
    annotations: manifest.annotations,
    references: referencesOf(manifest),
    tags,
  });
  const byDigest = reference.kind === 'digest';
  return {
    status: 201,
    headers: {
      location: manifestLocation(repository.name, byDigest ? digest : reference.tag),
      [OCI_HEADERS.contentDigest]: digest,
      [OCI_HEADERS.subject]: manifest.subject?.digest,
      [OCI_HEADERS.tag]: byDigest && names.length > 0 ? formatOciTag(names) : undefined,
    },
  };
}

/** Each once; what is named twice and needed once is needed. */
function referencesOf({ references }: Manifest) {
  const found = new Map<string, ManifestReference>();
  for (const { kind, digest, size, required } of references) {
    // Nothing is stored under other algorithms, so it is either not needed or missing.
    if (!isDigest(digest) && !required) continue;
    const key = `${kind} ${digest}`;
    found.set(key, { kind, digest, size, required: required || (found.get(key)?.required ?? false) });
  }
  return [...found.values()];
}
