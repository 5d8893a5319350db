import { StoreError, type BucketSettings, type CallContext, type MetadataStore, type Resource } from '@zas/plugin-api';

const S3 = /^arn:aws:s3:::([^/]+)(?:\/(.+))?$/s;
const OCI = /^arn:zas:oci:::(.+)$/s;
const RBAC = /^arn:zas:rbac::(\d{12}):(user|group|role|policy|key|audit|session)\/(.+)$/s;
const IAM_ROLE = /^arn:aws:iam::(\d{12}):role\/(.+)$/s;
const ADMIN = /^arn:zas:admin:::(.+)$/s;

/** Where resources are looked up. */
export interface ResourceSource {
  readonly metadata: MetadataStore;
  /** What hangs on every repository; absent: nothing. */
  readonly repositorySettings: BucketSettings | undefined;
}

/**
 * What an ARN names, with the bucket's settings and the object's owner, ACL and tags as they are
 * now, so that the decision is the one that a request would get. Throws `invalid-argument`.
 * @param home account that would own what is not there: who asks would make it
 */
export async function resourceOfArn({ metadata, repositorySettings }: ResourceSource, context: CallContext, arn: string, home: string): Promise<Resource> {
  if (arn === 'arn:aws:s3:::' || arn === '*') return { type: 'service' };
  const [, bucketName, key] = S3.exec(arn) ?? [];
  if (bucketName !== undefined) return s3Resource(metadata, context, bucketName, key, home);
  const repository = OCI.exec(arn)?.[1];
  if (repository !== undefined) {
    const found = await metadata.repositories.find(context, repository);
    return { type: 'repository', repository, ownerAccount: found?.owner ?? home, settings: repositorySettings };
  }
  const [, account, kind, name] = RBAC.exec(arn) ?? [];
  if (account !== undefined) return { type: 'access', account, kind: kind as 'user', name: name as string };
  const [, roleAccount, role] = IAM_ROLE.exec(arn) ?? [];
  if (roleAccount !== undefined) return { type: 'access', account: roleAccount, kind: 'role', name: role as string };
  const admin = ADMIN.exec(arn)?.[1];
  if (admin !== undefined) return { type: 'admin', name: admin };
  throw new StoreError('invalid-argument', 'The resource is no ARN of a bucket, object, repository, access record or of the server');
}

async function s3Resource(metadata: MetadataStore, context: CallContext, name: string, key: string | undefined, home: string): Promise<Resource> {
  const bucket = await metadata.buckets.find(context, name);
  const common = { bucket: name, ownerAccount: bucket?.owner ?? home, settings: bucket?.settings };
  if (key === undefined) return { type: 'bucket', ...common };
  const found = bucket && (await metadata.objects.find(context, { bucketId: bucket.id, key }));
  const object = found === undefined || found.deleteMarker ? null : { owner: found.owner, acl: found.acl, tags: found.tags };
  return { type: 'object', ...common, key, object };
}
