import { packAttributes, unpackAttributes, type AttributeColumns } from '@zas/metadata-sql';
import type { ObjectAttributes } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';
import type { FoundVersion } from './object-table.js';

const COLUMNS = `etag, owner, storage_class as storageClass, checksum_algorithm as checksumAlgorithm, checksum_type as checksumType, rest,
  retain_mode as retainMode, retain_until as retainUntil, legal_hold as legalHold`;

const placeOf = ({ isCurrent }: FoundVersion) => (isCurrent ? 'object_current' : 'object_version');

/** All attributes of a version that was found in this commit. */
export function readAttributes(session: WriteSession, bucketId: number, key: Uint8Array, found: FoundVersion): ObjectAttributes {
  const sql = `select ${COLUMNS} from ${placeOf(found)} where bucket_id = ? and key = ? and seq = ?`;
  const { retainMode, retainUntil, legalHold, ...columns } = session.read(sql).get(bucketId, key, found.row.seq) as Omit<AttributeColumns, 'lock'> &
    AttributeColumns['lock'];
  return unpackAttributes({ ...columns, lock: { retainMode, retainUntil, legalHold } });
}

/** Changes what may change on a version that stays where it is. */
export function writeAttributes(session: WriteSession, bucketId: number, key: Uint8Array, found: FoundVersion, attributes: ObjectAttributes): void {
  const { rest, lock } = packAttributes(attributes);
  session
    .write(`update ${placeOf(found)} set rest = ?, retain_mode = ?, retain_until = ?, legal_hold = ? where bucket_id = ? and key = ? and seq = ?`)
    .run(rest, lock.retainMode, lock.retainUntil, lock.legalHold, bucketId, key, found.row.seq);
}
