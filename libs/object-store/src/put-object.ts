import type { Acl, CallContext, ChecksumAlgorithm, ContentHeaders, Precondition, Retention, Tags, WrittenVersion } from '@zas/plugin-api';
import type { BodySource } from '@zas/content-store';
import { recordBody, writeBody } from '@zas/content-store';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';
import { NONCE_LENGTH } from './object-store.js';
import { checkEarly } from './preconditions.js';
import { admit } from './admit.js';

/** What the writer says about an object beside its bytes. */
export interface ObjectDescription {
  readonly headers: ContentHeaders;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  /** Account id of the owner to be. */
  readonly owner: string;
  readonly acl?: Acl;
  readonly tags?: Tags;
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/** Just the description, of something that has more. */
export function descriptionOf(described: ObjectDescription): ObjectDescription {
  const { headers, userMetadata, storageClass, owner, acl, tags, retention, legalHold } = described;
  return { headers, userMetadata, storageClass, owner, acl, tags, retention, legalHold };
}

export interface PutObjectInput extends ObjectDescription, ObjectName {
  /** Without a checksum algorithm CRC64NVME is computed, as AWS does. */
  readonly source: Omit<BodySource, 'maxSize'>;
  readonly precondition?: Precondition;
}

export interface PutObjectResult extends WrittenVersion {
  readonly etag: string;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/**
 * Stores an object: precondition, bytes, admission, one intent. Durable when it
 * resolves; nothing is left when it throws.
 *
 * Errors: those of `writeBody`, `Precondition` and the `put-object` intent;
 * `access-denied` when a gate refuses.
 */
export async function putObject(store: ObjectStore, context: CallContext, input: PutObjectInput): Promise<PutObjectResult> {
  const { bucket, key, precondition } = input;
  await checkEarly(store, context, input, precondition);
  const algorithm = input.source.checksum ?? 'CRC64NVME';
  const source = { ...input.source, checksum: algorithm, maxSize: store.limits.putBytes };
  const written = await writeBody(store.content, context, source);
  const [etag, value] = [written.digests.md5!, written.digests.checksum!];
  const checksum = { algorithm, type: 'FULL_OBJECT', value } as const;
  const version = await recordBody(written, async () => {
    await admit(store, context, { bucket: bucket.name, key, contentType: input.headers.contentType }, written);
    return store.metadata.apply(context, {
      kind: 'put-object',
      bucketId: bucket.id,
      key,
      size: written.size,
      body: written.body,
      attributes: { ...descriptionOf(input), etag, checksum },
      precondition,
      at: store.clock.now(),
      nonce: store.random(NONCE_LENGTH),
    });
  });
  return { ...version, etag, checksum };
}
