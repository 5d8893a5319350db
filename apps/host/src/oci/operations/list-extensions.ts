import { LIST_CONTENT_TYPE, ociError, renderExtensions } from '@zas/oci-protocol';
import type { OciOperation } from '../oci-call.js';

/** `_oci/ext/discover`. Extensions are routes of plugins, which live elsewhere. */
export const listExtensions: OciOperation = async ({ target }) => {
  if (target.kind !== 'extension' || target.extension !== '_oci' || target.path !== 'ext/discover') {
    throw ociError('UNSUPPORTED', { status: 404, message: 'no such endpoint' });
  }
  return { status: 200, headers: { 'content-type': LIST_CONTENT_TYPE }, body: renderExtensions([]) };
};
