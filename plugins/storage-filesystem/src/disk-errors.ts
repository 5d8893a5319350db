import { StoreError, isStoreError } from '@zas/plugin-api';

/** What the operating system said, as the store's error. The path stays out of the message. */
export function diskError(operation: string, error: unknown): StoreError {
  if (isStoreError(error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const details = { operation, errno: code ?? 'unknown' };
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StoreError('no-space', 'The disk is full', { details, cause: error });
  return new StoreError('unavailable', 'The storage folder cannot be used', { details, cause: error });
}

export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
