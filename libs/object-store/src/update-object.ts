import type { CallContext, Outcomes, UpdateObject } from '@zas/plugin-api';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';

/** What of a version may change. */
export type ObjectChange = Pick<UpdateObject, 'acl' | 'tags' | 'retention' | 'legalHold' | 'bypassGovernance' | 'ifTags'>;

/** Changes a version as the `update-object` intent says, with its errors. */
export async function updateObject(
  store: ObjectStore,
  context: CallContext,
  { bucket, key, versionId }: ObjectName,
  change: ObjectChange,
): Promise<Outcomes['update-object']> {
  return store.metadata.apply(context, { kind: 'update-object', bucketId: bucket.id, key, versionId, ...change, at: store.clock.now() });
}
