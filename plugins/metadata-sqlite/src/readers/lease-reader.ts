import { BEYOND_ALL_KEYS, prefixEnd } from '@zas/metadata-sql';
import type { CallContext, Lease, LeaseTable } from '@zas/plugin-api';
import type { ReadHandle } from './read-handle.js';

const COLUMNS = 'name, holder, fence, expires_at as expiresAt';

export class LeaseReader implements LeaseTable {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  find(context: CallContext, name: string): Promise<Lease | undefined> {
    return this.#handle.run(context, () => this.#handle.statement(`select ${COLUMNS} from lease where name = ?`).get(name) as Lease | undefined);
  }

  list(context: CallContext, prefix: string): Promise<readonly Lease[]> {
    return this.#handle.run(
      context,
      () =>
        this.#handle
          .statement(`select ${COLUMNS} from lease where name >= ? and name < cast(? as text) order by name`)
          .all(prefix, prefixEnd(prefix) ?? BEYOND_ALL_KEYS) as Lease[],
    );
  }
}
