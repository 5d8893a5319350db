import type { CallContext, Document, DocumentCollections } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const FIND = 'select id, revision, value from document where namespace = ? and collection = ? and id = ?';
const LIST = 'select id, revision, value from document where namespace = ? and collection = ? and id > ? order by id limit ?';
const LIST_ALL = 'select id, revision, value from document where namespace = ? and collection = ? order by id limit ?';

interface Row {
  readonly id: string;
  readonly revision: number;
  readonly value: string;
}

export class DocumentReader implements DocumentCollections {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, namespace: string, collection: string, id: string): Promise<Document | undefined> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement(FIND).get(namespace, collection, id) as Row | undefined;
      return row && documentOf(row);
    });
  }

  list(
    context: CallContext,
    namespace: string,
    collection: string,
    { after, limit }: { after?: string; limit: number },
  ): Promise<readonly Document[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const rows =
        after === undefined
          ? this.#handle.statement(LIST_ALL).all(namespace, collection, limit)
          : this.#handle.statement(LIST).all(namespace, collection, after, limit);
      return (rows as Row[]).map(documentOf);
    });
  }
}

function documentOf({ id, revision, value }: Row): Document {
  return { id, revision, value: JSON.parse(value) as unknown };
}
