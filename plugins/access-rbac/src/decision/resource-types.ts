import type { Resource } from '@zas/plugin-api';
import { serviceOf, SERVICES } from '../policy/services.js';

/** Whose actions are done to what; absent: any service's, to itself. A new type of resource gets a line here and one below. */
export const SERVICE_OF_TYPE: Readonly<Record<Resource['type'], string | undefined>> = {
  service: undefined,
  bucket: 's3',
  object: 's3',
  repository: 'oci',
  access: 'rbac',
  admin: 'admin',
};

/** As policies write it. */
export function arnOf(resource: Resource, action: string): string {
  const start = SERVICES.get(SERVICE_OF_TYPE[resource.type] ?? serviceOf(action))?.arnStart ?? '';
  switch (resource.type) {
    case 'service':
      return start;
    case 'bucket':
      return start + resource.bucket;
    case 'object':
      return `${start}${resource.bucket}/${resource.key}`;
    case 'repository':
      return start + resource.repository;
    case 'access':
      // Taking on a role is AWS's action on AWS's name of it.
      return `${serviceOf(action) === 'sts' ? 'arn:aws:iam::' : start}${resource.account}:${resource.kind}/${resource.name}`;
    case 'admin':
      return start + resource.name;
  }
}

/** The action's service is the resource's, and there is such an action as far as anybody lists them. */
export function isAction(action: string, resource: Resource): boolean {
  const name = serviceOf(action);
  const service = SERVICES.get(name);
  if (service === undefined || action.length === name.length + 1) return false;
  const own = SERVICE_OF_TYPE[resource.type];
  if (resource.type === 'access' && name === 'sts') return resource.kind === 'role';
  return own === undefined ? service.whole?.has(action) === true : own === name;
}
