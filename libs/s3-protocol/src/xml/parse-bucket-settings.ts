import type { ObjectOwnership, PublicAccessBlock } from '@zas/plugin-api';
import { headerNotImplemented, s3Error } from '../errors/s3-error.js';
import type { XmlLimits } from './parse-xml.js';
import { checkChildren, childText, oneOf, parseDocument, readBoolean, requiredChild } from './read-element.js';

export const OBJECT_OWNERSHIPS: readonly ObjectOwnership[] = [
  'BucketOwnerEnforced',
  'BucketOwnerPreferred',
  'ObjectWriter',
];

/**
 * Reads the body of PutBucketVersioning.
 * @throws S3Error `MalformedXML`, also for a status that is neither `Enabled` nor
 *   `Suspended`; `IllegalVersioningConfigurationException` for none; `NotImplemented`
 *   for MFA delete
 */
export function parseVersioningConfiguration(
  bytes: Uint8Array,
  limits?: XmlLimits,
): { readonly status: 'Enabled' | 'Suspended' } {
  const root = parseDocument(bytes, 'VersioningConfiguration', ['Status', 'MfaDelete'], limits);
  const mfaDelete = childText(root, 'MfaDelete');
  if (mfaDelete !== undefined && oneOf(mfaDelete, ['Enabled', 'Disabled']) === 'Enabled') {
    throw headerNotImplemented('MfaDelete');
  }
  const status = childText(root, 'Status');
  if (status === undefined) throw s3Error('IllegalVersioningConfigurationException');
  return { status: oneOf(status, ['Enabled', 'Suspended']) };
}

/**
 * Reads the body of PutBucketOwnershipControls: exactly one rule.
 * @throws S3Error `MalformedXML`
 */
export function parseOwnershipControls(bytes: Uint8Array, limits?: XmlLimits): ObjectOwnership {
  const rule = requiredChild(parseDocument(bytes, 'OwnershipControls', ['Rule'], limits), 'Rule');
  checkChildren(rule, ['ObjectOwnership']);
  return oneOf(childText(rule, 'ObjectOwnership'), OBJECT_OWNERSHIPS);
}

/**
 * Reads the body of PutPublicAccessBlock; what is not there is false.
 * @throws S3Error `MalformedXML`
 */
export function parsePublicAccessBlock(bytes: Uint8Array, limits?: XmlLimits): PublicAccessBlock {
  const names = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
  const root = parseDocument(bytes, 'PublicAccessBlockConfiguration', names, limits);
  const read = (name: string): boolean => readBoolean(childText(root, name) ?? 'false');
  return {
    blockPublicAcls: read('BlockPublicAcls'),
    ignorePublicAcls: read('IgnorePublicAcls'),
    blockPublicPolicy: read('BlockPublicPolicy'),
    restrictPublicBuckets: read('RestrictPublicBuckets'),
  };
}

/**
 * Reads the body of PutBucketRequestPayment.
 * @throws S3Error `MalformedXML`
 */
export function parseRequestPayment(bytes: Uint8Array, limits?: XmlLimits): 'BucketOwner' | 'Requester' {
  const root = parseDocument(bytes, 'RequestPaymentConfiguration', ['Payer'], limits);
  return oneOf(childText(root, 'Payer'), ['BucketOwner', 'Requester']);
}
