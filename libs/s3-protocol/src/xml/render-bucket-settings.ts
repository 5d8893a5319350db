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

/** The answer of GetObjectTagging. */
export function renderTagging(tags: Readonly<Record<string, string>>): string {
  const set = Object.entries(tags).map(([key, value]) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`);
  return document('Tagging', `<TagSet>${set.join('')}</TagSet>`);
}
