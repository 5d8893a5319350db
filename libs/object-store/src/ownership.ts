import type { BucketRecord } from '@zas/plugin-api';

/** The rule in force: buckets that say nothing have AWS's default. */
export function ownershipOf(bucket: BucketRecord) {
  return bucket.settings.objectOwnership ?? 'BucketOwnerEnforced';
}

/** False where ACLs are switched off (BucketOwnerEnforced). */
export function aclsCount(bucket: BucketRecord): boolean {
  return ownershipOf(bucket) !== 'BucketOwnerEnforced';
}

/**
 * The account that owns a new object (S3 User Guide, "Controlling ownership of objects").
 * @param writer account id of who stores it
 * @param handedOver it came with the canned ACL `bucket-owner-full-control`
 */
export function ownerOfNew(bucket: BucketRecord, writer: string, handedOver: boolean): string {
  const ownership = ownershipOf(bucket);
  if (ownership === 'ObjectWriter') return writer;
  return ownership === 'BucketOwnerEnforced' || handedOver ? bucket.owner : writer;
}
