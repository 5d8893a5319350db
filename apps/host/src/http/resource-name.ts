import type { Resource } from '@zas/plugin-api';

/** A resource as policies write it. */
export function resourceName(resource: Resource): string {
  switch (resource.type) {
    case 'service':
      return 'arn:aws:s3:::';
    case 'bucket':
      return `arn:aws:s3:::${resource.bucket}`;
    case 'object':
      return `arn:aws:s3:::${resource.bucket}/${resource.key}`;
    case 'repository':
      return `arn:zas:oci:::${resource.repository}`;
    case 'access':
      return `arn:zas:rbac::${resource.account}:${resource.kind}/${resource.name}`;
    case 'admin':
      return `arn:zas:admin:::${resource.name}`;
  }
}

/** Account that a resource belongs to, where it says so. */
export function accountOf(resource: Resource): string | undefined {
  if ('ownerAccount' in resource) return resource.ownerAccount;
  return resource.type === 'access' ? resource.account : undefined;
}
