import { createHash, randomBytes } from 'node:crypto';
import type { BucketId, CallContext, MetadataStore, ObjectAttributes, Outcomes } from '@zas/plugin-api';
import { deriveAccountId } from '@zas/plugin-api';

/** The account of the server's root, whose keys then reach the objects. */
const OWNER = deriveAccountId('root');
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const NONCE_LENGTH = 16;

/** Writes objects with inline bodies into one bucket, as the S3 door would have them recorded. */
export class ObjectWriter {
  #etagOf: { readonly bytes: Uint8Array; readonly etag: string } | undefined;

  private constructor(
    private readonly store: MetadataStore,
    private readonly context: CallContext,
    readonly bucketId: BucketId,
  ) {}

  /** @throws `already-exists` when there is such a bucket */
  static async inNewBucket(store: MetadataStore, context: CallContext, name: string, versioning = false): Promise<ObjectWriter> {
    const at = Date.now();
    const { bucketId } = await store.apply<'create-bucket'>(context, { kind: 'create-bucket', name, owner: OWNER, region: 'us-east-1', at });
    if (versioning) await store.apply<'configure-bucket'>(context, { kind: 'configure-bucket', bucketId, versioning: 'enabled', at });
    return new ObjectWriter(store, context, bucketId);
  }

  readonly put = (key: string, bytes: Uint8Array): Promise<Outcomes['put-object']> =>
    this.store.apply<'put-object'>(this.context, {
      kind: 'put-object',
      bucketId: this.bucketId,
      key,
      size: bytes.length,
      body: { kind: 'inline', bytes },
      attributes: this.#attributes(bytes),
      at: Date.now(),
      nonce: nonce(),
    });

  readonly remove = (key: string): Promise<Outcomes['delete-object']> =>
    this.store.apply<'delete-object'>(this.context, { kind: 'delete-object', bucketId: this.bucketId, key, at: Date.now(), nonce: nonce() });

  #attributes(bytes: Uint8Array): ObjectAttributes {
    // The same bytes come again and again; hashing them each time would be measured too.
    if (this.#etagOf?.bytes !== bytes) this.#etagOf = { bytes, etag: createHash('md5').update(bytes).digest('hex') };
    const headers = { contentType: 'application/octet-stream' };
    return { etag: this.#etagOf.etag, owner: OWNER, storageClass: 'STANDARD', headers, userMetadata: {} };
  }
}

function nonce(): string {
  let text = '';
  for (const byte of randomBytes(NONCE_LENGTH)) text += ALPHABET[byte & 31];
  return text;
}
