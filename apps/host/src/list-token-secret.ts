import crypto from 'node:crypto';
import type { CallContext, MetadataStore } from '@zas/plugin-api';

const PLACE = ['host', 'secrets', 'list-tokens'] as const;

/** The key that seals listing tokens: made once, shared by all processes over one metadata store. */
export async function listTokenSecret(metadata: MetadataStore, context: CallContext): Promise<Buffer> {
  const [namespace, collection, id] = PLACE;
  const find = () => metadata.documents.find(context, ...PLACE);
  let kept = await find();
  if (!kept) {
    const value = crypto.randomBytes(32).toString('base64');
    // Another process may be first; then its key counts.
    await metadata.apply(context, { kind: 'put-document', namespace, collection, id, value, ifRevision: 0 }).catch(() => undefined);
    kept = await find();
  }
  if (typeof kept?.value !== 'string') throw new Error('The key for listing tokens cannot be kept');
  return Buffer.from(kept.value, 'base64');
}
