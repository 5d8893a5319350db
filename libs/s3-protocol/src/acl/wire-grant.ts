import type { AclPermission, GranteeGroup } from '@zas/plugin-api';
import { invalidArgument } from '../errors/s3-error.js';

/** Whom a request grants something, as it names him. Which account that is, the door finds out. */
export type WireGrantee =
  /** By canonical id, unchecked. */
  | { readonly kind: 'canonical'; readonly id: string }
  /** By e-mail address, which AWS answers with `MethodNotAllowed` since October 2025. */
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'group'; readonly group: GranteeGroup };

export interface WireGrant {
  readonly grantee: WireGrantee;
  readonly permission: AclPermission;
}

/** Most grants of an ACL (S3 User Guide, "Access control list (ACL) overview"). */
export const MAX_GRANTS = 100;

export const ACL_PERMISSIONS: readonly AclPermission[] = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'];

const GROUPS: ReadonlyMap<string, GranteeGroup> = new Map([
  ['http://acs.amazonaws.com/groups/global/AllUsers', 'all-users'],
  ['http://acs.amazonaws.com/groups/global/AuthenticatedUsers', 'authenticated-users'],
  ['http://acs.amazonaws.com/groups/s3/LogDelivery', 'log-delivery'],
]);

const URIS: ReadonlyMap<GranteeGroup, string> = new Map([...GROUPS].map(([uri, group]) => [group, uri]));

/** Where a grantee is named decides how AWS calls the argument. */
export type GrantSource = 'document' | 'header';

/** @throws S3Error `InvalidArgument` for a group that AWS does not know */
export function groupOfUri(uri: string, source: GrantSource): GranteeGroup {
  const group = GROUPS.get(uri);
  if (group !== undefined) return group;
  throw invalidArgument('Invalid group uri', source === 'header' ? 'uri' : 'Group/URI', uri);
}

export function uriOfGroup(group: GranteeGroup): string {
  return URIS.get(group) ?? '';
}

/** The `InvalidArgument` for a canonical id, of a grantee or an owner, that no account has. */
export function invalidCanonicalId(id: string, source: GrantSource): Error {
  return invalidArgument('Invalid id', source === 'header' ? 'id' : 'CanonicalUser/ID', id);
}
