import type { CallContext } from '@zas/plugin-api';
import type { AccessStore } from '../directory/access-store.js';
import type { OwnedCollection, Records } from '../directory/records.js';
import { accountOf, cursorOf, readCursor, type PageQueryInput } from './shapes.js';

/** A page of stored records of the account that the query is about; `nextCursor` is absent at the end. */
export async function recordPage<C extends OwnedCollection>(store: AccessStore, context: CallContext, collection: C, query: Readonly<Record<string, unknown>>) {
  const { limit, cursor } = query as unknown as PageQueryInput;
  const records: readonly Records[C][] = await store.listOwned(context, collection, accountOf(context, query), { after: readCursor(cursor), limit });
  const last = records.length === limit ? records.at(-1) : undefined;
  return { records, isFirst: cursor === undefined, next: last === undefined ? {} : { nextCursor: cursorOf(last.id) } };
}
