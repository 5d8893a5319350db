import type { CallContext, Unused, UnusedArtifacts } from '@zas/plugin-api';
import { MOST_ROWS, checkLimit, type ReadHandle } from './read-handle.js';

const sql = (table: 'repository_blob' | 'manifest', subject: string) => `select u.digest, u.size, u.unused_since as unusedSince, ${subject} as subject,
  repository.id, repository.name, repository.owner, repository.created_at as createdAt
  from ${table} u join repository on repository.id = u.repository_id
  where unused_since is not null and unused_since < ? and (unused_since, repository_id, digest) > (?, ?, ?)
  order by unused_since, repository_id, digest limit ?`;
const BLOBS = sql('repository_blob', 'null');
const MANIFESTS = sql('manifest', 'subject');

interface Row {
  readonly digest: string;
  readonly size: number;
  readonly unusedSince: number;
  readonly subject: string | null;
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly createdAt: number;
}

interface Query {
  readonly after?: Unused;
  readonly limit: number;
}

export class UnusedReader implements UnusedArtifacts {
  readonly #handle: ReadHandle;

  constructor(handle: ReadHandle) {
    this.#handle = handle;
  }

  blobs(context: CallContext, before: number, query: Query): Promise<readonly Unused[]> {
    return this.#list(context, BLOBS, before, query);
  }

  manifests(context: CallContext, before: number, query: Query): Promise<readonly (Unused & { readonly subject?: string })[]> {
    return this.#list(context, MANIFESTS, before, query);
  }

  #list(context: CallContext, statement: string, before: number, { after, limit }: Query): Promise<readonly (Unused & { readonly subject?: string })[]> {
    return this.#handle.run(context, () => {
      checkLimit(limit, 1, MOST_ROWS);
      const from = [after?.unusedSince ?? -1, after?.repository.id ?? 0, after?.digest ?? ''];
      return (this.#handle.statement(statement).all(before, ...from, limit) as Row[]).map(unusedOf);
    });
  }
}

function unusedOf({ digest, size, unusedSince, subject, ...repository }: Row): Unused & { readonly subject?: string } {
  return { digest, size, unusedSince, repository, subject: subject ?? undefined };
}
