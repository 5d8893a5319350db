import { isStoreError } from '@zas/plugin-api';
import { appendObject as append, findObject, putObject as storeObject } from '@zas/object-store';
import { invalidArgument, readWriteOffset, s3Error, writeChecksumHeaders } from '@zas/s3-protocol';
import { describeObject } from '../object-description.js';
import type { S3Operation } from '../s3-call.js';

/** PutObject with `x-amz-write-offset-bytes`: adds to what is there, or begins at 0. */
export const appendObject: S3Operation = async (call) => {
  const { bucket, key, store, context } = call;
  const offset = readWriteOffset(call.headers)!;
  for (const name of ['if-match', 'if-none-match']) {
    if (call.headers[name] !== undefined) throw invalidArgument('Conditions cannot be combined with a write offset.', name, String(call.headers[name]));
  }
  const described = await describeObject(call);
  if (bucket.versioning !== 'off') throw s3Error('InvalidBucketState');
  const absent = offset === 0 && (await isAbsent());
  const source = call.body.open();
  const written = absent
    ? await storeObject(store, context, { ...described, bucket, key, precondition: { ifNoneMatch: ['*'] }, source })
    : await append(store, context, { bucket, key, offset, source });
  const size = 'size' in written ? written.size : undefined;
  const headers: Record<string, string> = { etag: `"${written.etag}"`, ...(size === undefined ? undefined : { 'x-amz-object-size': String(size) }) };
  if (written.checksum) writeChecksumHeaders({ type: 'FULL_OBJECT', ...written.checksum }, headers);
  return { status: 200, headers };

  async function isAbsent(): Promise<boolean> {
    try {
      await findObject(store, context, { bucket, key });
      return false;
    } catch (error) {
      if (isStoreError(error) && error.code === 'not-found') return true;
      throw error;
    }
  }
};
