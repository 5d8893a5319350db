import type { ObjectOwnership, PublicAccessBlock } from '@zas/plugin-api';
import { document, element } from './document.js';
import { escapeXml } from './escape.js';

/** GetBucketLocation. The first region of S3 has no name there. */
export function renderLocationConstraint(region: string): string {
  return document('LocationConstraint', region === 'us-east-1' ? '' : escapeXml(region));
}

/** GetBucketVersioning; no status for a bucket that never had it. */
export function renderVersioningConfiguration(status: 'Enabled' | 'Suspended' | undefined): string {
  return document('VersioningConfiguration', element('Status', status));
}

/** GetObjectTagging and GetBucketTagging, by key: a set has no order, and so two answers can be compared. */
export function renderTagging(tags: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  const set = sorted.map(([key, value]) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`);
  return document('Tagging', `<TagSet>${set.join('')}</TagSet>`);
}

/** GetBucketOwnershipControls. */
export function renderOwnershipControls(ownership: ObjectOwnership): string {
  return document('OwnershipControls', `<Rule>${element('ObjectOwnership', ownership)}</Rule>`);
}

/** GetPublicAccessBlock. */
export function renderPublicAccessBlock(block: PublicAccessBlock): string {
  return document(
    'PublicAccessBlockConfiguration',
    element('BlockPublicAcls', block.blockPublicAcls) +
      element('IgnorePublicAcls', block.ignorePublicAcls) +
      element('BlockPublicPolicy', block.blockPublicPolicy) +
      element('RestrictPublicBuckets', block.restrictPublicBuckets),
  );
}

/** GetBucketPolicyStatus. */
export function renderPolicyStatus(isPublic: boolean): string {
  return document('PolicyStatus', element('IsPublic', isPublic));
}

/** GetBucketRequestPayment. */
export function renderRequestPayment(payer: 'BucketOwner' | 'Requester'): string {
  return document('RequestPaymentConfiguration', element('Payer', payer));
}
