import { StoreError, type Precondition } from '@zas/plugin-api';

/**
 * @param etag of the visible current object, `undefined` when there is none
 * @throws as {@link Precondition} says
 */
export function checkPrecondition(etag: string | undefined, precondition: Precondition | undefined): void {
  if (!precondition) return;
  const { ifMatch, ifNoneMatch } = precondition;
  if (ifMatch) {
    if (etag === undefined) throw new StoreError('not-found', 'The object does not exist', { details: { reason: 'object' } });
    if (!ifMatch.some((wanted) => wanted === '*' || wanted === etag)) {
      throw new StoreError('precondition-failed', 'The object has another etag', { details: { condition: 'If-Match' } });
    }
  }
  if (etag !== undefined && ifNoneMatch?.some((unwanted) => unwanted === '*' || unwanted === etag)) {
    throw new StoreError('precondition-failed', 'The object exists', { details: { condition: 'If-None-Match' } });
  }
}
