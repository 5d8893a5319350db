import { BEYOND_ALL_KEYS, prefixEnd } from '@zas/metadata-sql';
import type { CallContext, Page, RepositoryCatalog, RepositoryId, RepositoryRecord, RepositoryUsage } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = 'id, name, owner, created_at as createdAt';
// Of two lower bounds SQLite seeks by one, and reads all that lies between them.
const LIST = `select ${COLUMNS} from repository
  where name >= max(cast(? as text), cast(? as text)) and name <> ? and name < cast(? as text) order by name limit ?`;

export class RepositoryReader implements RepositoryCatalog {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, name: string): Promise<RepositoryRecord | undefined> {
    return this.#handle.run(context, () => this.#handle.statement(`select ${COLUMNS} from repository where name = ?`).get(name) as RepositoryRecord | undefined);
  }

  findById(context: CallContext, repositoryId: RepositoryId): Promise<RepositoryRecord | undefined> {
    return this.#handle.run(context, () => this.#handle.statement(`select ${COLUMNS} from repository where id = ?`).get(repositoryId) as RepositoryRecord | undefined);
  }

  list(context: CallContext, { prefix = '', after = '', limit }: Page & { readonly prefix?: string }): Promise<readonly RepositoryRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      return this.#handle.statement(LIST).all(after, prefix, after, prefixEnd(prefix) ?? BEYOND_ALL_KEYS, limit) as RepositoryRecord[];
    });
  }

  usage(context: CallContext, repositoryId: RepositoryId): Promise<RepositoryUsage> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement('select manifests, blobs, bytes from repository_usage where repository_id = ?').get(repositoryId);
      return (row as RepositoryUsage | undefined) ?? { manifests: 0, blobs: 0, bytes: 0 };
    });
  }
}
