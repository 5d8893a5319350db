import type { AclPermission, GranteeGroup } from '@zas/plugin-api';
import type { OwnerView } from '../listing/entries.js';
import { document, element, ownerElement } from '../xml/document.js';
import { uriOfGroup } from './wire-grant.js';

export interface GrantView {
  readonly grantee:
    | { readonly kind: 'canonical'; readonly id: string; readonly displayName?: string }
    | { readonly kind: 'group'; readonly group: GranteeGroup };
  readonly permission: AclPermission;
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

function granteeElement(grantee: GrantView['grantee']): string {
  const [type, content] =
    grantee.kind === 'group'
      ? ['Group', element('URI', uriOfGroup(grantee.group))]
      : ['CanonicalUser', element('ID', grantee.id) + element('DisplayName', grantee.displayName)];
  return `<Grantee ${XSI} xsi:type="${type}">${content}</Grantee>`;
}

/** GetBucketAcl and GetObjectAcl. */
export function renderAccessControlPolicy(policy: {
  readonly owner: OwnerView;
  readonly grants: readonly GrantView[];
}): string {
  let grants = '';
  for (const { grantee, permission } of policy.grants) {
    grants += `<Grant>${granteeElement(grantee)}${element('Permission', permission)}</Grant>`;
  }
  return document(
    'AccessControlPolicy',
    `${ownerElement('Owner', policy.owner)}<AccessControlList>${grants}</AccessControlList>`,
  );
}
