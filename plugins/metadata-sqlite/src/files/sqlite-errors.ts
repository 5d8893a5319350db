import { StoreError, isStoreError, type ErrorCode } from '@zas/plugin-api';

/** The SQLite result code of a thrown value, if it is one. By field: errors cross realms. */
export function sqliteCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** True when the database or its disk failed, rather than one statement. */
export function isDatabaseFailure(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code !== undefined && /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|CORRUPT|NOTADB|PROTOCOL|NOMEM|PERM|AUTH|NOLFS)/.test(code);
}

/** What a caller is told of anything thrown below. */
export function toStoreError(error: unknown): StoreError {
  if (isStoreError(error)) return error;
  const sqlite = sqliteCodeOf(error);
  const details = sqlite === undefined ? {} : { sqlite };
  return new StoreError(codeFor(sqlite, error), sqlite === undefined ? 'The metadata store failed' : 'The metadata database failed', { details, cause: error });
}

function codeFor(sqlite: string | undefined, error: unknown): ErrorCode {
  if (sqlite === undefined) return 'internal';
  if (sqlite === 'SQLITE_FULL') return 'no-space';
  if (sqlite.startsWith('SQLITE_CORRUPT') || sqlite === 'SQLITE_NOTADB') return 'corrupt';
  return isDatabaseFailure(error) ? 'unavailable' : 'internal';
}
