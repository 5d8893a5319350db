import type { CallContext, Checksum, ChecksumAlgorithm, ObjectVersion, Precondition, WrittenVersion } from '@zas/plugin-api';
import { digestBody } from '@zas/content-store';
import type { ObjectName, OpenObject } from './find-object.js';
import { openObject } from './find-object.js';
import type { ObjectStore } from './object-store.js';
import { NONCE_LENGTH } from './object-store.js';
import { checkEarly } from './preconditions.js';
import type { ObjectDescription } from './put-object.js';
import { retryWhenChanged } from './retry-when-changed.js';

export interface CopyObjectInput {
  readonly source: ObjectName;
  readonly target: ObjectName;
  /** What the copy says about itself, seen the source's record; may throw to refuse. */
  readonly describe: (source: ObjectVersion) => ObjectDescription | Promise<ObjectDescription>;
  /** Compute this one; otherwise the source's checksum is kept. */
  readonly checksum?: ChecksumAlgorithm;
  readonly precondition?: Precondition;
}

export interface CopyObjectResult extends WrittenVersion {
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly source: ObjectVersion;
}

/**
 * Copies an object without moving bytes: the new version refers to the same
 * content (inline bytes are duplicated in the commit). The etag stays the
 * source's, also when that is one of a multipart upload.
 *
 * Errors: those of `openObject`, of `describe`, of `Precondition` and the
 * `put-object` intent.
 */
export async function copyObject(store: ObjectStore, context: CallContext, input: CopyObjectInput): Promise<CopyObjectResult> {
  const { target, precondition } = input;
  await checkEarly(store, context, target, precondition);
  return retryWhenChanged(async () => {
    const source = await openObject(store, context, input.source, (version) => ({ offset: 0, length: version.size }));
    const { version } = source;
    const described = await input.describe(version);
    const checksum = await checksumFor(store, context, source, input.checksum);
    const written = await store.metadata.apply(context, {
      kind: 'put-object',
      bucketId: target.bucket.id,
      key: target.key,
      size: version.size,
      body: { kind: 'copy', from: { bucketId: version.bucketId, key: version.key, seq: version.seq } },
      attributes: { ...described, etag: version.etag, checksum },
      precondition,
      at: store.clock.now(),
      nonce: store.random(NONCE_LENGTH),
    });
    return { ...written, etag: version.etag, checksum, source: version };
  });
}

async function checksumFor(
  store: ObjectStore,
  context: CallContext,
  { version, body }: OpenObject,
  algorithm?: ChecksumAlgorithm,
): Promise<Checksum | undefined> {
  if (algorithm === undefined || (version.checksum?.algorithm === algorithm && version.checksum.type === 'FULL_OBJECT')) return version.checksum;
  const digests = await digestBody(store.content, context, body, { md5: false, sha256: false, checksum: algorithm });
  return { algorithm, type: 'FULL_OBJECT', value: digests.checksum! };
}
