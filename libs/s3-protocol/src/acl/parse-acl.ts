import { S3Error, s3Error } from '../errors/s3-error.js';
import type { XmlElement, XmlLimits } from '../xml/parse-xml.js';
import { checkChildren, childText, leafText, oneOf, parseDocument, requiredChild } from '../xml/read-element.js';
import type { WireGrant, WireGrantee } from './wire-grant.js';
import { ACL_PERMISSIONS, MAX_GRANTS, groupOfUri } from './wire-grant.js';

export interface AccessControlPolicy {
  /** Canonical id, unchecked. */
  readonly ownerId: string;
  /** In the order given. */
  readonly grants: readonly WireGrant[];
}

/**
 * Reads the body of PutBucketAcl and PutObjectAcl. Owner and list must be there;
 * the list may be empty.
 * @throws S3Error `MalformedACLError`, also for more than 100 grants; `InvalidArgument`
 *   for a group that AWS does not know; `MissingRequestBodyError`
 */
export function parseAccessControlPolicy(bytes: Uint8Array, limits?: XmlLimits): AccessControlPolicy {
  try {
    return readPolicy(bytes, limits);
  } catch (error) {
    if (error instanceof S3Error && error.code === 'MalformedXML') throw s3Error('MalformedACLError', { cause: error });
    throw error;
  }
}

function readPolicy(bytes: Uint8Array, limits: XmlLimits | undefined): AccessControlPolicy {
  const root = parseDocument(bytes, 'AccessControlPolicy', ['Owner', 'AccessControlList'], limits, { attributes: true });
  const owner = requiredChild(root, 'Owner');
  checkChildren(owner, ['ID', 'DisplayName']);
  const ownerId = requiredText(owner, 'ID');
  const list = requiredChild(root, 'AccessControlList');
  checkChildren(list, ['Grant']);
  if (list.children.length > MAX_GRANTS) throw s3Error('MalformedXML');
  return { ownerId, grants: list.children.map(readGrant) };
}

function readGrant(grant: XmlElement): WireGrant {
  checkChildren(grant, ['Grantee', 'Permission']);
  return {
    grantee: readGrantee(requiredChild(grant, 'Grantee')),
    permission: oneOf(childText(grant, 'Permission'), ACL_PERMISSIONS),
  };
}

function readGrantee(grantee: XmlElement): WireGrantee {
  switch (grantee.attributes?.get('type')) {
    case 'CanonicalUser':
      checkChildren(grantee, ['ID', 'DisplayName']);
      return { kind: 'canonical', id: requiredText(grantee, 'ID') };
    case 'AmazonCustomerByEmail':
      checkChildren(grantee, ['EmailAddress', 'DisplayName']);
      return { kind: 'email', email: requiredText(grantee, 'EmailAddress') };
    case 'Group':
      checkChildren(grantee, ['URI', 'DisplayName']);
      return { kind: 'group', group: groupOfUri(requiredText(grantee, 'URI'), 'document') };
    default:
      throw s3Error('MalformedXML');
  }
}

function requiredText(element: XmlElement, name: string): string {
  const text = leafText(requiredChild(element, name)).trim();
  if (text === '') throw s3Error('MalformedXML');
  return text;
}
