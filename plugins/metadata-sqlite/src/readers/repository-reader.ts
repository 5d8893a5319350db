import { BEYOND_ALL_KEYS, prefixEnd } from '@zas/metadata-sql';
import type { CallContext, Page, RepositoryCatalog, RepositoryId, RepositoryRecord, RepositoryUsage } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const COLUMNS = 'id, name, owner, created_at as createdAt';
// Of two lower bounds SQLite seeks by one, and reads all that lies between them.
const RANGE = 'name >= max(cast(? as text), cast(? as text)) and name <> ? and name < cast(? as text) order by name limit ?';
const LIST = `select ${COLUMNS} from repository where ${RANGE}`;
const LIST_OF_OWNER = `select ${COLUMNS} from repository indexed by repository_owner where owner = ? and ${RANGE}`;

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

  list(
    context: CallContext,
    { owner, prefix = '', after = '', limit }: Page & { readonly prefix?: string; readonly owner?: string },
  ): Promise<readonly RepositoryRecord[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const range = [after, prefix, after, prefixEnd(prefix) ?? BEYOND_ALL_KEYS, limit];
      const rows = owner === undefined ? this.#handle.statement(LIST).all(...range) : this.#handle.statement(LIST_OF_OWNER).all(owner, ...range);
      return rows as RepositoryRecord[];
    });
  }

  usage(context: CallContext, repositoryId: RepositoryId): Promise<RepositoryUsage> {
    return this.#handle.run(context, () => {
      const row = this.#handle.statement('select manifests, blobs, bytes from repository_usage where repository_id = ?').get(repositoryId);
      return (row as RepositoryUsage | undefined) ?? { manifests: 0, blobs: 0, bytes: 0 };
    });
  }
}
