import type { BlobUploadRecord, CallContext, Digest, DigestAlgorithm, RepositoryRecord } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { BodySource } from '@zas/content-store';
import { recordBody, writeBody } from '@zas/content-store';
import type { ArtifactRegistry } from './artifact-registry.js';

const UPLOAD_ID_LENGTH = 32;
/** A sign of life is recorded once in this part of the time after which it would be missed. */
const TOUCH_PART = 8;

/** Bytes of one request, without what the registry decides. */
export type UploadSource = Pick<BodySource, 'bytes' | 'size'>;

/** Begins an upload of several requests, which belongs to whoever asks. @returns its id, 32 characters of `[0-9a-z]` */
export async function startUpload(
  registry: ArtifactRegistry,
  context: CallContext,
  repository: RepositoryRecord,
  algorithm: DigestAlgorithm,
): Promise<string> {
  const uploadId = registry.random(UPLOAD_ID_LENGTH);
  const { locator, epoch } = registry.content.epoch.nextLocator();
  await registry.metadata.apply(context, {
    kind: 'start-blob-upload',
    repositoryId: repository.id,
    uploadId,
    principal: starterOf(context),
    algorithm,
    locator,
    epoch,
    at: registry.clock.now(),
  });
  return uploadId;
}

/**
 * The open upload of that id. It belongs to its repository and to who began it; an
 * anonymous one to whoever knows its id. Throws `not-found`, reason `upload`.
 */
export async function requireUpload(registry: ArtifactRegistry, context: CallContext, repository: RepositoryRecord, uploadId: string): Promise<BlobUploadRecord> {
  const upload = await registry.metadata.blobUploads.find(context, uploadId);
  const mine = upload?.repositoryId === repository.id && (upload.principal === undefined || upload.principal === starterOf(context));
  if (!upload || !mine) throw new StoreError('not-found', 'The upload does not exist', { details: { reason: 'upload', uploadId } });
  return upload;
}

/** Ids of principals are an account's own: another one may have somebody of that name. */
function starterOf({ principal }: CallContext): string | undefined {
  return principal && `${principal.account.id}/${principal.id}`;
}

/** Bytes of it that are durable. */
export function uploadLength(registry: ArtifactRegistry, context: CallContext, upload: BlobUploadRecord): Promise<number> {
  return registry.sessions.length(context, upload);
}

/**
 * Appends to an upload; what arrived stays, also when it throws.
 * @param at where the client believes to be
 * @returns the length then. Errors as of `SessionBytes.append`
 */
export async function appendToUpload(
  registry: ArtifactRegistry,
  context: CallContext,
  upload: BlobUploadRecord,
  at: number | undefined,
  source: UploadSource,
): Promise<number> {
  const now = registry.clock.now();
  if (now - upload.touchedAt > registry.limits.uploadIdleMs / TOUCH_PART) {
    const { repositoryId, uploadId } = upload;
    await registry.metadata.apply(context, { kind: 'touch-blob-upload', repositoryId, uploadId, at: now });
  }
  return registry.sessions.append(context, upload, at, { ...source, maxSize: registry.limits.blobBytes });
}

/**
 * Ends an upload: its bytes become a blob of the repository. With `source` these are
 * its last bytes, or its only ones. Bytes that are not what the digest says end the
 * upload too and store nothing.
 *
 * Errors: `integrity`, reason `digest`; those of {@link appendToUpload} and of the
 * `link-blob` intent.
 */
export async function finishUpload(
  registry: ArtifactRegistry,
  context: CallContext,
  upload: BlobUploadRecord,
  digest: Digest,
  last?: { readonly at: number | undefined; readonly source: UploadSource },
): Promise<void> {
  const whole = last && (await registry.sessions.length(context, upload)) === 0;
  if (whole) {
    if (last.at !== undefined && last.at !== 0) throw new StoreError('conflict', 'The upload is at another place', { details: { reason: 'upload-range', length: 0 } });
    return putBlob(registry, context, upload.repositoryId, digest, last.source, upload.uploadId);
  }
  if (last) await appendToUpload(registry, context, upload, last.at, last.source);
  const finished = await registry.sessions.finish(context, upload, algorithmOf(digest));
  if (`${algorithmOf(digest)}:${finished.digest}` !== digest) {
    await cancelUpload(registry, context, upload);
    throw wrongDigest(digest);
  }
  await registry.metadata.apply(context, {
    kind: 'link-blob',
    repositoryId: upload.repositoryId,
    digest,
    size: finished.size,
    body: finished.body,
    uploadId: upload.uploadId,
    at: registry.clock.now(),
  });
  await finished.settled();
}

/**
 * Stores a blob that comes in one request.
 * @param uploadId of the upload that ends with it
 *
 * Errors: `integrity`, reason `digest`; those of `writeBody` and of the `link-blob` intent.
 */
export async function putBlob(
  registry: ArtifactRegistry,
  context: CallContext,
  repositoryId: number,
  digest: Digest,
  source: UploadSource,
  uploadId?: string,
): Promise<void> {
  const named = algorithmOf(digest);
  const written = await writeBody(registry.content, context, {
    ...source,
    maxSize: registry.limits.blobBytes,
    named,
    verify: (digests) => {
      if (`${named}:${digests[named]}` !== digest) throw wrongDigest(digest);
    },
  });
  const { size, body } = written;
  if (body.kind === 'copy') throw new Error('A written body is no copy');
  await recordBody(written, () =>
    registry.metadata.apply(context, { kind: 'link-blob', repositoryId, digest, size, body, uploadId, at: registry.clock.now() }),
  );
}

/** Gives an upload up; its bytes go. */
export async function cancelUpload(registry: ArtifactRegistry, context: CallContext, upload: Pick<BlobUploadRecord, 'repositoryId' | 'uploadId' | 'locator'>): Promise<void> {
  const { repositoryId, uploadId } = upload;
  await registry.metadata.apply(context, { kind: 'cancel-blob-upload', repositoryId, uploadId, at: registry.clock.now() });
  await registry.sessions.drop(context, upload);
}

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

const wrongDigest = (digest: Digest) => new StoreError('integrity', 'The bytes are not those of the digest', { details: { reason: 'digest', digest } });
