import type { Authorizer, BucketRecord, CallContext, ObjectVersion, Objects } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import { readBody } from '@zas/content-store';
import type { ObjectStore } from '@zas/object-store';
import { deleteObject, findObject, openObject, ownerOfNew, putObject, requireBucket } from '@zas/object-store';

/** `host.objects`: the use cases for plugins, with the decision asked first. Bound once the server stands. */
export class ObjectsService implements Objects {
  private bound: { store: ObjectStore; authorizer: Authorizer | undefined } | undefined;

  bind(store: ObjectStore, authorizer: Authorizer | undefined): void {
    this.bound = { store, authorizer };
  }

  async head(context: CallContext, bucketName: string, key: string): Promise<ObjectVersion | undefined> {
    const { store, bucket } = await this.allowed(context, 's3:GetObject', bucketName, key);
    return absentAsUndefined(() => findObject(store, context, { bucket, key }));
  }

  async get(context: CallContext, bucketName: string, key: string) {
    const { store, bucket } = await this.allowed(context, 's3:GetObject', bucketName, key);
    return absentAsUndefined(async () => {
      const { version, body } = await openObject(store, context, { bucket, key }, (found) => ({ offset: 0, length: found.size }));
      return { record: version, body: pulled((sink) => readBody(store.content, context, body, sink)) };
    });
  }

  async put(
    context: CallContext,
    bucketName: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: { contentType?: string; ifNoneMatch?: '*' } = {},
  ): Promise<{ etag: string; versionId?: string }> {
    const { store, bucket } = await this.allowed(context, 's3:PutObject', bucketName, key);
    const { etag, versionId } = await putObject(store, context, {
      bucket,
      key,
      source: { bytes: body },
      headers: { contentType: options.contentType },
      userMetadata: {},
      storageClass: 'STANDARD',
      owner: ownerOfNew(bucket, context.principal?.account.id ?? bucket.owner, true),
      precondition: options.ifNoneMatch && { ifNoneMatch: [options.ifNoneMatch] },
    });
    return { etag, versionId };
  }

  async delete(context: CallContext, bucketName: string, key: string): Promise<void> {
    const { store, bucket } = await this.allowed(context, 's3:DeleteObject', bucketName, key);
    await deleteObject(store, context, { bucket, key });
  }

  private async allowed(context: CallContext, action: string, name: string, key: string): Promise<{ store: ObjectStore; bucket: BucketRecord }> {
    if (!this.bound) throw new StoreError('unavailable', 'The server is not ready yet');
    const { store, authorizer } = this.bound;
    const bucket = await requireBucket(store, context, name);
    const { principal } = context;
    const resource = { type: 'object', bucket: name, ownerAccount: bucket.owner, settings: bucket.settings, key } as const;
    let decision = await authorizer?.decide(context, { principal, action, resource });
    if (decision?.needsObject) {
      const found = await store.metadata.objects.find(context, { bucketId: bucket.id, key });
      const object = found && !found.deleteMarker ? found : null;
      decision = await authorizer?.decide(context, { principal, action, resource: { ...resource, object } });
    }
    if (!decision?.allow) throw new StoreError('access-denied', decision?.reason ?? 'No authorizer is loaded');
    return { store, bucket };
  }
}

async function absentAsUndefined<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isStoreError(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Turns a push into a pull of copies: the piece pushed is the pusher's again once it is taken. */
async function* pulled(push: (sink: (piece: Uint8Array) => Promise<void>) => Promise<void>): AsyncGenerator<Uint8Array> {
  let offer: { piece: Uint8Array; taken: () => void } | undefined;
  let wake: () => void = () => undefined;
  let ended = false;
  let stopped = false;
  const pushing = push(
    (piece) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(new StoreError('aborted', 'The reader stopped'));
        offer = { piece, taken: resolve };
        wake();
      }),
  ).finally(() => {
    ended = true;
    wake();
  });
  pushing.catch(() => undefined);
  try {
    for (;;) {
      if (!offer && !ended) await new Promise<void>((resolve) => (wake = resolve));
      if (!offer) return await pushing;
      const { piece, taken } = offer;
      offer = undefined;
      yield Buffer.from(piece);
      taken();
    }
  } finally {
    stopped = true;
  }
}
