import type { CallContext, Precondition } from '@zas/plugin-api';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';

export interface RenameObjectInput extends ObjectName {
  /** Key of the object in the same bucket that gets this one's name. */
  readonly source: string;
  readonly precondition?: Precondition;
  readonly sourcePrecondition?: Precondition;
  /** Makes the request repeatable. */
  readonly token?: string;
}

/** Gives an object another key as the `rename-object` intent says, with its errors. */
export async function renameObject(store: ObjectStore, context: CallContext, input: RenameObjectInput): Promise<void> {
  const { bucket, key, source, precondition, sourcePrecondition, token } = input;
  const at = store.clock.now();
  await store.metadata.apply(context, { kind: 'rename-object', bucketId: bucket.id, key, source, precondition, sourcePrecondition, token, at });
}
