import type { CallContext, ObjectVersion, Precondition } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { ObjectName } from './find-object.js';
import type { ObjectStore } from './object-store.js';

/**
 * Refuses a write whose precondition fails already, before its body is read. Only
 * a courtesy: the intent decides. Errors as of `Precondition`.
 */
export async function checkEarly(store: ObjectStore, context: CallContext, name: ObjectName, precondition?: Precondition): Promise<void> {
  if (!precondition) return;
  const found = await store.metadata.objects.find(context, { bucketId: name.bucket.id, key: name.key });
  const current = found && !found.deleteMarker ? found : undefined;
  checkPrecondition(current, precondition, name.key);
}

function checkPrecondition(current: ObjectVersion | undefined, precondition: Precondition, key: string): void {
  const { ifMatch, ifNoneMatch } = precondition;
  const named = (etags: readonly string[]) => current !== undefined && (etags.includes('*') || etags.includes(current.etag));
  if (ifMatch && !current) throw new StoreError('not-found', 'The object does not exist', { details: { reason: 'object', key } });
  if (ifMatch && !named(ifMatch)) throw failed('If-Match');
  if (ifNoneMatch && named(ifNoneMatch)) throw failed('If-None-Match');
}

const failed = (condition: 'If-Match' | 'If-None-Match') =>
  new StoreError('precondition-failed', 'A precondition does not hold', { details: { condition } });
